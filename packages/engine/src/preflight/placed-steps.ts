import type { Step, Workflow } from "@aiw/core";

/** A step, or the Undo of one. */
export interface PlacedStep {
  readonly step: Step;
  /** Its id; with `!undo` behind it, of an Undo. */
  readonly key: string;
}

/** The steps of all sections, in the order of the file. */
export function allSteps({ steps, onFailure = [], finally: last = [] }: Workflow): readonly Step[] {
  return onFailure.length === 0 && last.length === 0 ? steps : [...steps, ...onFailure, ...last];
}

/** Each step, and behind it its Undo. */
export function* placedSteps(steps: Iterable<Step>): Generator<PlacedStep> {
  for (const step of steps) {
    yield { step, key: step.id };
    if (step.undo !== undefined) yield { step: step.undo, key: `${step.id}!undo` };
  }
}
