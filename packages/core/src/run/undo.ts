import type { Step } from "../model/step.js";
import type { Workflow } from "../model/workflow.js";
import type { RunState, Undoable } from "./state.js";

/** Is there something to undo once the step has completed: its own Undo, or one inside its sub-workflow? */
export function hasUndo(step: Step, workflow: Workflow): boolean {
  if (step.undo !== undefined) return true;
  if (step.kind !== "use") return false;
  const child = workflow.uses?.[step.use]?.workflow;
  return child?.steps.some((inner) => hasUndo(inner, child)) === true;
}

/** What is undone next: the last that completed and was not undone yet. */
export function nextUndo({ undoable, undos }: Pick<RunState, "undoable" | "undos">): Undoable | undefined {
  return undoable.findLast(({ path }) => !undos.has(path));
}

/** What became of the compensations, for the end of the run. */
export function undoReport({ undos }: Pick<RunState, "undos">) {
  const undone = [...undos].filter(([, { error }]) => error === undefined).map(([path]) => path);
  const notUndone = [...undos].flatMap(([step, { error }]) => (error === undefined ? [] : [{ step, error }]));
  return { ...(undone.length === 0 ? {} : { undone }), ...(notUndone.length === 0 ? {} : { notUndone }) };
}
