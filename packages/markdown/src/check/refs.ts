import type { Report } from "../problems/report.js";
import type { Ref, StepDraft } from "../settings/step-draft.js";
import { helpForStep } from "./known-steps.js";

const idHelp = "write its id: the heading in lower case, with '_' for everything that is no letter or digit";

/** Reports the steps that settings name and that are not there. */
export function checkRefs(draft: StepDraft, ids: ReadonlyMap<string, number>, report: Report): void {
  const refs: readonly (Ref | undefined)[] = [
    draft.session,
    draft.applies,
    draft.repeat?.from,
    draft.workspace?.ref,
    draft.undo?.workspace?.ref,
  ];
  for (const ref of refs) {
    if (ref === undefined || ids.has(ref.id)) continue;
    report.add("E035", ref, `there is no step '${ref.id}'`, helpForStep(ref.id, ids) ?? idHelp);
  }
}
