import type { Step, Workflow } from "@aiw/core";

/**
 * May an earlier result stand for this step? Not where a conversation is gone on with, which would not have taken place,
 * nor by the file's default in `On failure` and `Finally`: what tidies up has to do it each time.
 */
export function mayReuse(step: Step, workflow: Workflow): boolean {
  if (step.kind === "agent" && (step.session !== undefined || isContinued(step.id, workflow))) return false;
  return step.cache !== undefined || workflow.steps.some(({ id }) => id === step.id);
}

/** Does another step, or its own next round, go on with its session? */
function isContinued(id: string, { steps }: Workflow): boolean {
  const place = steps.findIndex((step) => step.id === id);
  return steps.some((step, index) => {
    if (step.kind === "agent" && step.session === id) return true;
    if (step.repeat === undefined) return false;
    const { from } = step.repeat;
    const start = from === undefined ? index : steps.findIndex((other) => other.id === from);
    return place >= start && place <= index;
  });
}
