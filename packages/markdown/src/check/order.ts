import type { StepDraft } from "../settings/step-draft.js";
import type { Waits } from "./waits.js";

/** Why a step cannot name another: it is not done by then. */
export interface OrderFault {
  /** The other one stands in a later section. */
  readonly isLater: boolean;
  readonly message: string;
  readonly help: string;
}

const ranks = { steps: 0, onFailure: 1, finally: 2 } as const;
const titles = { steps: "'## Steps'", onFailure: "'## On failure'", finally: "'## Finally'" } as const;

/**
 * Is the other step done, in whatever way, before this one starts? Nothing when it is.
 *
 * @param step - Absent for what is read when all steps of `## Steps` are done.
 */
export function faultOfOrder(step: StepDraft | undefined, other: StepDraft, waits: Waits): OrderFault | undefined {
  if (ranks[other.section] > ranks[step?.section ?? "steps"]) {
    const message = `'${other.id}' is a step of ${titles[other.section]}: it runs after this`;
    return { isLater: true, message, help: "name a step of an earlier section" };
  }
  if (step === undefined || ranks[other.section] < ranks[step.section]) return undefined;
  const isDone = step.section === "steps" ? waits.has(step.index, other.index) : other.index < step.index;
  if (isDone) return undefined;
  return { isLater: false, message: `this step does not wait for '${other.id}'`, help: helpToWait(step, other.id) };
}

function helpToWait(step: StepDraft, id: string): string {
  if (step.section !== "steps") return `move '${id}' above this step`;
  return step.needs === undefined ? `move '${id}' above this step, or write needs: [${id}]` : `add '${id}' to needs`;
}
