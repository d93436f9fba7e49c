import { type Step, type Workflow, workflowHash } from "@aiw/core";
import type { PlainEdit } from "./expect.js";
import type { Layout } from "./layout.js";

/** The model that a file had before an edit, and the one it has now. */
export interface Models {
  readonly before: Workflow;
  readonly after: Workflow;
}

/** Did a model change where a plain edit says, and nowhere else? What was set is judged by the facts of the file. */
export function changedOnlyThere({ before, after }: Models, edit: PlainEdit, layout: Layout): boolean {
  return hashOf(reduced(before, edit, layout)) === hashOf(reduced(after, edit, layout));
}

function hashOf(workflow: Workflow): string {
  // The table of sub-workflows follows from the steps.
  const { uses: _uses, ...rest } = workflow;
  return workflowHash(rest);
}

/** The model without what the edit may change. */
function reduced(workflow: Workflow, edit: PlainEdit, layout: Layout): Workflow {
  switch (edit.kind) {
    case "add-step": {
      const known = new Set(layout.steps.map(({ id }) => id));
      return writtenOnly(workflow, layout, (steps) => steps.filter(({ id }) => known.has(id)));
    }
    case "remove-step":
      return writtenOnly(workflow, layout, (steps) => steps.filter(({ id }) => id !== edit.step));
    case "move-step": {
      const { steps, onFailure = [], finally: last = [] } = workflow;
      const all = [...steps, ...onFailure, ...last].sort((a, b) => (a.id < b.id ? -1 : 1));
      return writtenOnly({ ...workflow, steps: all, onFailure: [], finally: [] }, layout, (list) => list);
    }
    default: {
      const { step: id, undo } = edit;
      if (id === undefined) return stepsOf(workflow);
      return withSteps(workflow, (steps) =>
        steps.map((step) => (step.id === id ? blanked(step, undo === true) : step)),
      );
    }
  }
}

function withSteps(workflow: Workflow, change: (steps: readonly Step[]) => readonly Step[]): Workflow {
  const { steps, onFailure, finally: last } = workflow;
  return { ...workflow, steps: change(steps), onFailure: change(onFailure ?? []), finally: change(last ?? []) };
}

/** The model without needs that nobody wrote: they follow from the order, which changes. */
function writtenOnly(
  workflow: Workflow,
  layout: Layout,
  change: (steps: readonly Step[]) => readonly Step[],
): Workflow {
  const written = new Set(
    layout.steps.flatMap(({ id, own }) =>
      id !== undefined && own.settings?.read.map.entries.some(({ key }) => key === "needs") === true ? [id] : [],
    ),
  );
  return withSteps(workflow, (steps) =>
    change(steps).map((step) => (written.has(step.id) ? step : { ...step, needs: [] })),
  );
}

/** The steps of a model and what they share, without what the front matter gives. */
function stepsOf({ steps, onFailure, finally: last, instructions }: Workflow): Workflow {
  return {
    ...{ model: 1, name: "", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps },
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(last === undefined ? {} : { finally: last }),
    ...(instructions === undefined ? {} : { instructions }),
  };
}

/** A step of which only the id, and what does not change, is left. */
function blanked(step: Step, isUndo: boolean): Step {
  const { undo, ...own } = step;
  if (isUndo) return own;
  const empty: Step = { kind: "code", id: step.id, title: step.title, needs: [], env: {}, onError: "fail" };
  return undo === undefined ? empty : { ...empty, undo };
}
