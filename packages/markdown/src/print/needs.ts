import type { Step } from "@aiw/core";

/**
 * The `needs:` of each step, by its place; nothing where it is what a step without the key waits for: the steps above that
 * no other step above waits for.
 */
export function writtenNeeds(steps: readonly Step[]): readonly (readonly string[] | undefined)[] {
  let open = new Set<string>();
  return steps.map(({ id, needs }) => {
    const isImplied = needs.length === open.size && [...open].every((name, index) => name === needs[index]);
    if (isImplied) open = new Set();
    else for (const need of needs) open.delete(need);
    open.add(id);
    return isImplied ? undefined : needs;
  });
}
