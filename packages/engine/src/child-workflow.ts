import { AiwError, type UsedWorkflow, type UseStep, type Workflow } from "@aiw/core";
import { intersectPermissions } from "./permissions.js";

/**
 * The sub-workflow of a step as its run gets it: agent defaults flow down and permissions intersect; instructions and
 * variables stay. `agent`: forced by the caller.
 *
 * @throws AiwError `file_not_found`.
 */
export function childWorkflow(
  { workflow: parent, agent: forced }: { readonly workflow: Workflow; readonly agent?: string | undefined },
  step: UseStep,
): UsedWorkflow {
  const used = parent.uses?.[step.use];
  if (used === undefined) {
    throw new AiwError("file_not_found", `step ${step.id}: the sub-workflow ${step.use} was not loaded`, {
      hint: "`aiw check` tells why",
    });
  }
  const { workflow, from } = used;
  const { agent, routing, defaultModel, effort } = { ...parent, ...definedOf(workflow) };
  const permissions = intersectPermissions(parent.permissions, workflow.permissions);
  const own = workflow.agent !== undefined || workflow.routing !== undefined || forced !== undefined;
  const child: Workflow = {
    ...workflow,
    ...(own || agent === undefined ? {} : { agent }),
    ...(own || routing === undefined ? {} : { routing }),
    // Model and effort were written for the agent beside them.
    ...(own || defaultModel === undefined ? {} : { defaultModel }),
    ...(own || effort === undefined ? {} : { effort }),
    ...(permissions === undefined ? {} : { permissions }),
  };
  return { workflow: child, from };
}

/** Only what is written there. */
function definedOf(workflow: Workflow): Partial<Workflow> {
  return Object.fromEntries(Object.entries(workflow).filter(([, value]) => value !== undefined));
}
