import { workflowHash } from "@aiw/core";
import type { LoadResult } from "../load.js";
import type { Problem } from "../problems/problem.js";
import type { WorkflowEdit } from "./edit.js";
import { type Expected, expectedUnits, type PlainEdit } from "./expect.js";
import { sameFacts, type Unit, unitsOf } from "./facts.js";
import { patchFault } from "./fault.js";
import type { Layout } from "./layout.js";
import { changedOnlyThere } from "./model-diff.js";
import { type Renaming, renameInModel } from "./model-rename.js";
import { stepRefsOf } from "./step-refs.js";

/** A file before and after an edit. */
export interface Edited {
  readonly before: Layout;
  readonly after: Layout;
  readonly loaded: { readonly before: LoadResult; readonly after: LoadResult };
}

/**
 * Compares a file before and after an edit. Always: every part that the edit does not name has the same text in the same
 * place, and the part it names says what was asked for. When both load: the models differ in nothing else.
 *
 * @throws AiwError `patch_failed` with the reason `not_as_asked`.
 */
export function verifyPlain({ before, after, loaded }: Edited, edit: PlainEdit): void {
  const expected = expectedUnits(unitsOf(before), edit);
  const units = unitsOf(after);
  const isAsAsked =
    units.length === expected.length && units.every((unit, index) => fits(unit, expected[index] ?? { raw: "" }));
  if (!isAsAsked) throw notAsAsked(edit);
  const models = { before: loaded.before.workflow, after: loaded.after.workflow };
  if (models.before === undefined || models.after === undefined) return;
  if (!changedOnlyThere({ before: models.before, after: models.after }, edit, before)) throw notAsAsked(edit);
}

function fits(unit: Unit, expected: Expected): boolean {
  return "raw" in expected ? unit.raw === expected.raw : sameFacts(unit.facts, expected.facts);
}

/**
 * The same for a renaming. Always: the same parts stand in the same order, each name of a step is the one that was there
 * or the new one, and nothing else in any text changed. When both load: the model is the old one with the step renamed.
 *
 * @throws AiwError `patch_failed` with the reason `not_as_asked`.
 */
export function verifyRename({ before, after, loaded }: Edited, renaming: Renaming): void {
  const edit: WorkflowEdit = { kind: "rename-step", step: renaming.from };
  const { from, to, title } = renaming;
  const name = (id: string | undefined) => (id === from ? to : id);
  const ids = before.steps.map(({ id }) => name(id));
  const sameIds = after.steps.length === ids.length && after.steps.every(({ id }, index) => id === ids[index]);
  const refs = stepRefsOf(before).refs.map(({ id }) => name(id));
  const newRefs = stepRefsOf(after).refs.map(({ id }) => id);
  const at = before.steps.findIndex(({ id }) => id === from);
  const hasTitle = after.steps[at]?.own.block.heading.title === title;
  if (!sameIds || !hasTitle || refs.join() !== newRefs.join()) throw notAsAsked(edit);
  if (skeleton(before, at) !== skeleton(after, at)) throw notAsAsked(edit);
  const models = { before: loaded.before.workflow, after: loaded.after.workflow };
  if (models.before === undefined || models.after === undefined) return;
  if (workflowHash(renameInModel(models.before, renaming)) !== workflowHash(models.after)) throw notAsAsked(edit);
}

/** The text without names of steps; of the renamed step also without its title, its id and a fence for it. */
function skeleton(layout: Layout, index: number): string {
  const { text } = layout;
  const step = layout.steps[index];
  const holes = stepRefsOf(layout).refs.map(({ start, end }) => ({ start, end }));
  if (step !== undefined) {
    const { heading } = step.own.block;
    holes.push({ start: heading.start, end: heading.end });
    const settings = step.own.settings;
    const entry = settings?.read.map.entries.find(({ key }) => key === "id");
    const isAlone = settings?.read.map.entries.length === 1;
    if (entry !== undefined && settings !== undefined) {
      const { fence } = settings;
      holes.push(isAlone ? { start: fence.start, end: fence.end } : { start: entry.at.start, end: entry.value.end });
    }
  }
  let result = "";
  let at = 0;
  for (const { start, end } of holes.sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    result += text.slice(at, start);
    at = end;
  }
  // Quotes around names, and the lines that the holes leave, are no content.
  return (result + text.slice(at)).replaceAll(/["'\s]+/g, " ");
}

/**
 * Refuses an edit that makes problems. They are counted by code: their messages may name what the edit renamed.
 *
 * @throws AiwError `patch_failed` with the reason `problems`.
 */
export function refuseNewProblems(before: readonly Problem[], after: readonly Problem[]): void {
  const counts = new Map<string, number>();
  for (const { code, severity } of before) {
    if (severity === "error") counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const added = after.filter(({ code, severity }) => {
    if (severity !== "error") return false;
    const left = counts.get(code) ?? 0;
    counts.set(code, left - 1);
    return left <= 0;
  });
  const [first] = added;
  if (first === undefined) return;
  const more = added.length === 1 ? "" : `, and ${added.length - 1} more`;
  throw patchFault(
    "problems",
    `the file would have a problem: ${first.message}${more}`,
    first.help ?? "look at it first",
    {
      problems: added.slice(0, 20).map(({ code, message, line, column }) => ({ code, message, line, column })),
    },
  );
}

function notAsAsked({ kind }: WorkflowEdit) {
  const isText = kind === "set-prose" || kind === "add-step" || kind === "set-script";
  const hint = isText
    ? "headings above ####, fences with a role and unclosed fences do not belong in the text of a step"
    : "edit the file by hand";
  return patchFault("not_as_asked", "the edit would change more than what was asked for, or not all of it", hint);
}
