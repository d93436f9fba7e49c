import type {
  AgentStep,
  JsonSchema,
  ScriptStep,
  Step,
  StepBase,
  TextTemplate,
  ToolStep,
  ValueTemplate,
} from "@aiw/core";
import type { ExprUse } from "../check/use.js";
import { faultOfId, idOf } from "../structure/ids.js";
import type { StepBlock } from "../structure/outline.js";
import { type ProsePiece, proseOf } from "../structure/prose.js";
import type { Range } from "../text/source.js";
import { isText, type YamlEntry, type YamlNode } from "../yaml/nodes.js";
import { readEnv } from "./env.js";
import { readAgents, readPermissions, readRetry } from "./fields.js";
import { type FileContext, valuePlace } from "./file-context.js";
import { type Settings, type StepKind, stepKeys } from "./keys.js";
import type { Need, StepDraft, ToolCall } from "./step-draft.js";
import { readParts, type StepParts } from "./step-parts.js";
import { bareExpression, proseTemplate, type TemplateSink, textTemplate, valueTemplate } from "./templates.js";
import { readToolCall, type ToolTarget } from "./tool-call.js";
import { readDuration, readText, readWord, readWritten, refuse } from "./values.js";

/** Keys that make a step one of a kind that this version refuses. */
const kindKeys = ["use", "approval", "wait", "apply", "foreach"];

/** Reads one step. */
export function readStep(block: StepBlock, index: number, file: FileContext): StepDraft {
  return new StepReader(block, index, file).read();
}

class StepReader {
  readonly #block: StepBlock;
  readonly #index: number;
  readonly #file: FileContext;
  readonly #uses: ExprUse[] = [];
  readonly #sink: TemplateSink;
  readonly #parts: StepParts;
  readonly #settings: Settings;
  readonly #prose: readonly ProsePiece[];

  constructor(block: StepBlock, index: number, file: FileContext) {
    this.#block = block;
    this.#index = index;
    this.#file = file;
    const { text, report, allowance, sections } = file;
    this.#sink = { text, report, allowance, uses: this.#uses, section: sections.expand };
    this.#parts = readParts(block, file);
    this.#settings = this.#parts.settings;
    this.#prose = proseOf(file.text, block.body, block.fences);
  }

  read(): StepDraft {
    const kind = this.#kind();
    const isLater = this.#parts.all.some((key) => kindKeys.includes(key));
    if (!isLater && !this.#parts.isUnread) this.#effects(kind);
    const { id, idAt } = this.#id();
    const output = this.#output();
    const tool = kind === "tool" ? this.#tool() : undefined;
    const base = this.#base(id, output);
    const special = this.#special(kind, tool?.target);
    const needs = this.#needs();
    // Nobody knows what an unknown operation gives: that it gives nothing would be an echo.
    const isUnknown = isLater || (tool !== undefined && tool.target === undefined);
    const outputType = output ?? (isUnknown ? {} : tool?.target?.output);
    return {
      index: this.#index,
      id,
      idAt,
      kind,
      uses: this.#uses,
      continues: base.onError === "continue",
      finish: (ids) => joined(base, special, ids),
      ...(needs === undefined ? {} : { needs }),
      ...(base.if === undefined ? {} : { condition: base.if }),
      ...(outputType === undefined ? {} : { output: outputType }),
      ...(tool === undefined ? {} : { toolCall: tool.call }),
    };
  }

  #kind(): StepKind {
    const tool = this.#settings.get("tool");
    const { script } = this.#parts;
    if (script !== undefined && tool !== undefined) {
      this.#file.report.add(
        "E016",
        tool.at,
        "this step has a script and a tool: it can be only one of them",
        "make two steps",
      );
    }
    if (script !== undefined) return "script";
    return tool === undefined ? "agent" : "tool";
  }

  /** Keys that mean nothing to this kind of step. */
  #effects(kind: StepKind): void {
    const { heading } = this.#block;
    if (kind === "agent" && this.#prose.length === 0) {
      const range = { start: heading.start, end: heading.end };
      this.#file.report.add("E017", range, "this step does nothing", "write a prompt, a ```bash run fence, or tool:");
    }
    for (const { key, at } of this.#settings.values()) {
      const kinds = stepKeys[key] ?? [];
      if (kinds.includes(kind) || key === "tool") continue;
      const message = `'${key}' has no effect on ${kind === "agent" ? "an agent" : `a ${kind}`} step`;
      const help = `remove it; it belongs to ${kinds.join(" and ")} steps`;
      this.#file.report.add("E111", at, message, help);
    }
  }

  #id(): { readonly id: string; readonly idAt: Range } {
    const { heading } = this.#block;
    const entry = this.#settings.get("id");
    const written = entry === undefined ? undefined : readText(entry.value, this.#place(entry));
    const titleAt = {
      start: heading.titleStart,
      end: Math.max(heading.titleStart + heading.title.length, heading.end),
    };
    const id = written?.value ?? idOf(heading.title);
    const idAt = written ?? titleAt;
    const fault = faultOfId(id);
    if (fault === undefined) return { id, idAt };
    const message =
      written === undefined
        ? `the id of this heading ${id === "" ? "" : `('${id}') `}${fault}`
        : `the id '${id}' ${fault}`;
    this.#file.report.add("E030", idAt, message, "write id: with letters, digits and '_'");
    return { id: "", idAt };
  }

  #base(id: string, output: JsonSchema | undefined): Omit<StepBase, "needs"> {
    const { heading } = this.#block;
    const at = this.#file.source.position(heading.titleStart);
    const condition = this.#expression("if");
    const failIf = this.#expression("fail-if");
    const cwd = this.#cwd();
    const retry = this.#read("retry", readRetry);
    const timeoutMs = this.#read("timeout", readDuration);
    const idleTimeoutMs = this.#read("idle-timeout", readDuration);
    const onInterrupt = this.#read("on-interrupt", (node, place) =>
      readWord(node, ["retry", "fail", "ask"] as const, place),
    );
    const onError = this.#read("on-error", (node, place) => readWord(node, ["fail", "continue"] as const, place));
    const env = this.#read("env", (node, place) => readEnv(node, this.#sink, place, "env"));
    return {
      id,
      title: heading.title,
      at,
      env: env ?? {},
      onError: onError ?? "fail",
      ...(condition === undefined ? {} : { if: condition }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(output === undefined ? {} : { output }),
      ...(retry === undefined ? {} : { retry }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
      ...(onInterrupt === undefined ? {} : { onInterrupt }),
      ...(failIf === undefined ? {} : { failIf }),
    };
  }

  #special(kind: StepKind, target: ToolTarget | undefined): Special {
    const { script } = this.#parts;
    if (kind === "script" && script !== undefined) {
      return { kind, lang: script.lang, script: script.code, ...this.#with() };
    }
    if (kind === "tool") {
      return { kind, tool: target?.tool ?? "", operation: target?.operation ?? "run", ...this.#with() };
    }
    const agent = this.#read("agent", readAgents);
    const model = this.#read("model", readWritten);
    const permissions = this.#read("permissions", readPermissions);
    const tools = this.#read("tools", (node, place) => this.#file.readAllowedTools(node, place));
    return {
      kind: "agent",
      prompt: proseTemplate(this.#prose, this.#sink, "prompt"),
      ...(agent === undefined ? {} : { agent }),
      ...(model === undefined ? {} : { model }),
      ...(permissions === undefined ? {} : { permissions }),
      ...(tools === undefined ? {} : { tools }),
    };
  }

  #with(): { readonly with?: ValueTemplate } {
    const entry = this.#settings.get("with");
    if (entry === undefined || entry.value.kind === "bad") return {};
    return { with: valueTemplate(entry.value, this.#sink, "with") };
  }

  #tool(): { readonly target: ToolTarget | undefined; readonly call: ToolCall } | undefined {
    const entry = this.#settings.get("tool");
    if (entry === undefined) return undefined;
    const place = this.#place(entry);
    const target = readToolCall(entry.value, place, this.#file.tools);
    const withEntry = this.#settings.get("with");
    if (withEntry !== undefined && withEntry.value.kind !== "map")
      refuse(withEntry.value, this.#place(withEntry), "a map");
    const withNode = withEntry === undefined ? {} : { withNode: withEntry.value };
    return { target, call: { at: entry.value, parameters: target?.parameters, ...withNode } };
  }

  #output(): JsonSchema | undefined {
    const entry = this.#settings.get("output");
    return entry === undefined ? undefined : this.#file.readType(entry);
  }

  #cwd(): TextTemplate | undefined {
    const node = this.#read("cwd", readText);
    if (node === undefined) return undefined;
    const template = textTemplate(node, this.#sink, "cwd");
    if (template.t === "text") return template.parts;
    return template.t === "expr" ? [{ expr: template.expr }] : [node.value];
  }

  #expression(key: "if" | "fail-if"): string | undefined {
    const entry = this.#settings.get(key);
    if (entry === undefined || entry.value.kind === "bad") return undefined;
    if (entry.value.kind === "scalar" && entry.value.value !== null)
      return bareExpression(entry.value, this.#sink, key);
    refuse(entry.value, this.#place(entry), "an expression");
    return undefined;
  }

  #needs(): readonly Need[] | undefined {
    const names = this.#read("needs", (node, place) =>
      (node.kind === "list" ? node.items : [node]).flatMap((item) => {
        if (isText(item)) return [item];
        refuse(item, place, "a step or a list of steps");
        return [];
      }),
    );
    return names?.map(({ value, start, end }) => ({ id: value, start, end }));
  }

  #read<T>(
    key: string,
    reader: (node: YamlNode, place: ReturnType<typeof valuePlace>) => T | undefined,
  ): T | undefined {
    const entry = this.#settings.get(key);
    return entry === undefined || entry.value.kind === "bad" ? undefined : reader(entry.value, this.#place(entry));
  }

  #place(entry: YamlEntry) {
    return valuePlace(entry, this.#file.report);
  }
}

type Special = Omit<ScriptStep, keyof StepBase> | Omit<ToolStep, keyof StepBase> | Omit<AgentStep, keyof StepBase>;

function joined(base: Omit<StepBase, "needs">, special: Special, needs: readonly string[]): Step {
  return { ...base, needs, ...special };
}
