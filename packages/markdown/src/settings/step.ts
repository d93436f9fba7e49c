import type { JsonSchema, Step, StepBase, UndoStep } from "@aiw/core";
import type { ExprUse } from "../check/use.js";
import { faultOfId, idOf } from "../structure/ids.js";
import type { Range } from "../text/source.js";
import { isText } from "../yaml/nodes.js";
import type { FileContext } from "./file-context.js";
import { given, type KeyReader, keyReader } from "./key-reader.js";
import { knownEntries, type StepKind, stepTable, undoTable } from "./keys.js";
import { checkEffects, kindOf } from "./kind.js";
import { readExpression, readForeach, readRef, readRepeat } from "./loops.js";
import { readCommon } from "./step-common.js";
import type { BodyDraft, Ref, StepDraft, UndoDraft } from "./step-draft.js";
import { readSpecial, type Special } from "./step-kinds.js";
import type { StepReader } from "./step-reader.js";
import type { SectionName, StepSource } from "./step-source.js";
import { readText, readWord, refuse } from "./values.js";

/** Where a step stands. */
export interface StepPlace {
  readonly index: number;
  readonly section: SectionName;
}

/** Reads one step from its parts. */
export function readStep(source: StepSource, place: StepPlace, file: FileContext): StepDraft {
  const reader = readerOf(source, file, stepTable);
  const { keys, sink } = reader;
  const { id, idAt } = readId(reader);
  if (source.settings !== undefined) file.settingsOf(["steps", id === "" ? source.title : id], source.settings);
  const kind = kindOf(reader);
  if (!source.isUnread) checkEffects(reader, kind, place.section);
  const body = readBody(reader, kind, id);
  const condition = keys.read("if", (node, at) => readExpression(node, at, { sink, use: "if" }));
  const onError = keys.read("on-error", (node, at) => readWord(node, ["fail", "continue"] as const, at));
  const needs = place.section === "steps" ? readNeeds(keys) : undefined;
  const foreach = readForeach(keys, kind, sink);
  const repeat = readRepeat(keys, sink);
  const session = kind === "agent" ? keys.read("session", readRef) : undefined;
  const undo = source.undo === undefined ? undefined : readUndo(source.undo, id, file);
  const own = given({ if: condition, foreach, repeat: repeat?.spec, undo: undo?.step });
  const base = { ...body.base, ...own, onError: onError ?? "fail" } as const;
  return {
    ...place,
    ...body.draft,
    id,
    idAt,
    continues: base.onError === "continue",
    finish: (ids) => joined({ ...base, needs: ids }, body.special),
    ...given({ needs, condition, foreach, repeat, session, undo }),
    ...given({ applies: kind === "apply" ? keys.read("apply", readRef) : undefined }),
  };
}

function readUndo(source: StepSource, id: string, file: FileContext): UndoDraft | undefined {
  const reader = readerOf(source, file, undoTable);
  if (source.settings !== undefined) file.settingsOf(["steps", id, "undo"], source.settings);
  const kind = kindOf(reader);
  if (!source.isUnread) checkEffects(reader, kind, "undo");
  const { draft, base, special } = readBody(reader, kind, id);
  const step = joined({ ...base, needs: [], onError: "fail" }, special);
  return isUndo(step) ? { ...draft, step } : undefined;
}

function readerOf(source: StepSource, file: FileContext, table: typeof stepTable): StepReader {
  const { text, report, allowance, sections } = file;
  const uses: ExprUse[] = [];
  const settings = source.settings === undefined ? new Map() : knownEntries(source.settings, table, report);
  return {
    source,
    file,
    keys: keyReader(settings, report),
    sink: { text, report, allowance, uses, section: sections.expand },
  };
}

interface Body {
  readonly draft: BodyDraft;
  readonly base: Omit<StepBase, "needs" | "onError">;
  readonly special: Special;
}

function readBody(reader: StepReader, kind: StepKind, id: string): Body {
  const { source, file, sink } = reader;
  const { output: declared, workspace, ...common } = readCommon(reader);
  const { special, output, call, timeoutMs } = readSpecial(reader, kind);
  const at = file.source.position(source.titleAt.start);
  const type: JsonSchema | undefined = declared ?? output;
  return {
    draft: {
      kind,
      at: source.at,
      uses: sink.uses,
      ...given({ output: type, cwd: common.cwd, workspace, call }),
    },
    base: {
      id,
      title: source.title,
      at,
      ...common,
      ...given({ output: declared, workspace: workspace?.value, timeoutMs: timeoutMs ?? common.timeoutMs }),
    },
    special,
  };
}

function readId({ source, keys, file }: StepReader): { readonly id: string; readonly idAt: Range } {
  const written = keys.read("id", readText);
  const id = written?.value ?? idOf(source.title);
  const idAt = written ?? source.titleAt;
  const fault = faultOfId(id);
  if (fault === undefined) return { id, idAt };
  const shown = id === "" ? "" : `('${id}') `;
  const message = written === undefined ? `the id of this heading ${shown}${fault}` : `the id '${id}' ${fault}`;
  file.report.add("E030", idAt, message, "write id: with letters, digits and '_'");
  return { id: "", idAt };
}

function readNeeds(keys: KeyReader): readonly Ref[] | undefined {
  return keys.read("needs", (node, place) =>
    (node.kind === "list" ? node.items : [node]).flatMap((item) => {
      if (isText(item)) return [{ id: item.value, start: item.start, end: item.end }];
      refuse(item, place, "a step or a list of steps");
      return [];
    }),
  );
}

function joined(base: StepBase, special: Special): Step {
  return { ...base, ...special };
}

function isUndo(step: Step): step is UndoStep {
  return step.kind !== "approval" && step.kind !== "wait" && step.kind !== "apply";
}
