import type { StepDraft } from "../settings/step-draft.js";
import type { Waits } from "./waits.js";

/** Is the other step done, in whatever way, before the step starts? */
export function inOrder(step: StepDraft, other: StepDraft, { waits }: { readonly waits: Waits }): boolean {
  if (step.section === "steps") return other.section === "steps" && waits.has(step.index, other.index);
  return other.section === "steps" || other.index < step.index;
}
