import { suggest } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { StepDraft } from "../settings/step-draft.js";

/** Beyond this many steps no name is suggested: the search would cost more than it helps. */
const maxSuggested = 1_000;

/** Steps by id; the second step with an id is reported. */
export function indexSteps(drafts: readonly StepDraft[], report: Report): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (const { id, idAt, index } of drafts) {
    if (id === "") continue;
    if (ids.has(id))
      report.add("E031", idAt, `a second step with the id '${id}'`, `write id: ${id}_2, or change the heading`);
    else ids.set(id, index);
  }
  return ids;
}

/** The step that was most likely meant. */
export function helpForStep(id: string, ids: ReadonlyMap<string, number>): string | undefined {
  return ids.size > maxSuggested ? undefined : suggest(id, [...ids.keys()]);
}
