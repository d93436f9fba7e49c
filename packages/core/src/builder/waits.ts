import { AiwError } from "../errors.js";

/** Who waits for whom, while steps are added one after another. */
export interface Waits {
  /**
   * Adds a step.
   *
   * @param needs - As given; absent: the steps before it that no other step before it waits for.
   * @returns Ids for the model.
   */
  add(id: string, needs: readonly string[] | undefined): readonly string[];
  /** All steps that a step waits for, directly or through others. */
  before(id: string): ReadonlySet<string>;
}

/** A graph without steps. */
export function createWaits(): Waits {
  const before = new Map<string, ReadonlySet<string>>();
  let open = new Set<string>();
  return {
    add(id, needs) {
      const own = needs === undefined ? [...open] : [...new Set(needs)];
      const unknown = own.find((need) => !before.has(need));
      if (unknown !== undefined) {
        throw new AiwError("workflow_invalid", `step '${id}' needs '${unknown}', and there is no such step before it`);
      }
      if (needs === undefined) open = new Set();
      else for (const need of own) open.delete(need);
      open.add(id);
      before.set(id, new Set(own.flatMap((need) => [need, ...(before.get(need) ?? [])])));
      return own;
    },
    before: (id) => before.get(id) ?? new Set(),
  };
}
