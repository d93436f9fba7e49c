import type { TriggerSpec } from "@aiw/core";
import type { BodyDraft, StepDraft } from "../settings/step-draft.js";

/** Whose expression it is; nobody's where it stands outside of steps. */
export interface Reader {
  readonly step?: StepDraft;
  /** It is the step's Undo that reads. */
  readonly isUndo?: boolean;
  readonly trigger?: TriggerSpec["type"];
}

/** What of the step reads: itself or its Undo. */
export function bodyOf({ step, isUndo }: Reader): BodyDraft | undefined {
  return isUndo === true ? step?.undo : step;
}
