import { type Step, topologicalOrder } from "@aiw/core";

/** A step with its place in the drawing. */
export interface PlacedStep {
  readonly step: Step;
  /** 1 for steps that wait for nothing, else one more than the latest of what it waits for. */
  readonly level: number;
  /** What it waits for without what follows from the others: the edges to draw, in the order of the file. */
  readonly after: readonly string[];
}

/**
 * Levels and the transitive reduction of the graph: a step without `needs:` waits for all steps above it, but only the
 * edges that say something new are kept. Steps of one level never wait for each other.
 *
 * @param steps - Checked: ids unique, needs known, no cycle.
 */
export function layoutSteps(steps: readonly Step[]): readonly PlacedStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const order = topologicalOrder(steps);
  const position = new Map(order.map((id, index) => [id, index]));
  const fileOrder = new Map(steps.map((step, index) => [step.id, index]));
  const ancestors: Uint32Array[] = [];
  const levels: number[] = [];
  const after = new Map<string, readonly string[]>();
  for (const id of order) {
    const above = new Uint32Array(Math.ceil(order.length / 32));
    const kept: number[] = [];
    // From the last in order back: whoever is already above a kept one adds nothing.
    const needs = Int32Array.from(byId.get(id)?.needs ?? [], (need) => position.get(need) ?? -1).sort();
    for (let next = needs.length - 1; next >= 0; next -= 1) {
      const at = needs[next] ?? -1;
      if (at < 0 || has(above, at)) continue;
      kept.push(at);
      add(above, at, ancestors[at]);
    }
    ancestors.push(above);
    levels.push(1 + kept.reduce((deepest, at) => Math.max(deepest, levels[at] ?? 0), 0));
    const names = kept.flatMap((at) => order[at] ?? []);
    after.set(
      id,
      names.sort((a, b) => (fileOrder.get(a) ?? 0) - (fileOrder.get(b) ?? 0)),
    );
  }
  return steps
    .filter(({ id }) => position.has(id))
    .map((step) => ({ step, level: levels[position.get(step.id) ?? 0] ?? 1, after: after.get(step.id) ?? [] }));
}

function has(set: Uint32Array, at: number): boolean {
  return (((set[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
}

function add(set: Uint32Array, at: number, others: Uint32Array | undefined): void {
  set[at >>> 5] = (set[at >>> 5] ?? 0) | (1 << (at & 31));
  for (const [index, word] of others?.entries() ?? []) if (word !== 0) set[index] = (set[index] ?? 0) | word;
}
