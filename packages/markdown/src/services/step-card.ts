import { describeType } from "@aiw/core";
import type { StepDraft } from "../settings/step-draft.js";
import type { FileView } from "./view.js";

const sectionTitles = { steps: undefined, onFailure: "## On failure", finally: "## Finally" } as const;

/** A step in a few lines of Markdown: kind, waits, types of its results. Nothing when there is no such step. */
export function describeStep(view: FileView, id: string): string | undefined {
  const step = view.checked?.drafts.find((draft) => draft.id === id);
  if (step === undefined) return undefined;
  const lines = [`**${id}** · ${kindOf(step)}`, waitsOf(view, step), ...resultsOf(step)];
  return lines.filter((line) => line !== undefined).join("  \n");
}

function kindOf({ kind, foreach, repeat, condition, undo }: StepDraft): string {
  const marks = [
    foreach === undefined ? undefined : "for each item",
    repeat === undefined ? undefined : `repeated, at most ${repeat.spec.max} rounds`,
    condition === undefined ? undefined : `if \`${condition}\``,
    undo === undefined ? undefined : `with an Undo (${undo.kind})`,
  ].filter((mark) => mark !== undefined);
  return [`${kind} step`, ...marks].join(", ");
}

function waitsOf({ checked }: FileView, { section, index }: StepDraft): string | undefined {
  const title = sectionTitles[section];
  if (title !== undefined) return `runs in order, under \`${title}\``;
  const needs = checked?.needsOf(index) ?? [];
  return needs.length === 0 ? "waits for nothing" : `waits for ${needs.map((need) => `\`${need}\``).join(", ")}`;
}

function resultsOf({ kind, foreach, output, continues }: StepDraft): readonly string[] {
  const text = kind === "use" || kind === "wait" ? undefined : "`text`: string";
  const typed = output === undefined ? undefined : `\`output\`: \`${describeType(output)}\``;
  const own = [text, typed].filter((line) => line !== undefined);
  const results =
    foreach === undefined || own.length === 0 ? own : [`\`items\`: a list, each with ${own.join(" and ")}`];
  return continues ? [...results, "on-error: continue: its results may be null"] : results;
}
