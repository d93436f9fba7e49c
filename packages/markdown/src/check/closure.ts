/** What a node waits for: all steps below a number, and single ones from there on. */
interface Closure {
  readonly prefix: number;
  readonly bits: Uint32Array | undefined;
}

/**
 * Answers whether a step waits for another, through any number of steps between. Steps that wait for all above them
 * cost nothing; others hold one bit per step.
 *
 * @param order - Nodes after everything they wait for.
 * @param edges - See `Edges`; node `count + i` stands for all steps before `i`.
 */
export function closures(
  order: readonly number[],
  edges: readonly (readonly number[])[],
  count: number,
): (step: number, other: number) => boolean {
  const known: (Closure | undefined)[] = Array.from({ length: edges.length });
  for (const node of order) {
    const start = node > count ? node - count : 0;
    known[node] = join(start, edges[node] ?? [], known, count);
  }
  return (step, other) => contains(known[step], other);
}

function join(
  start: number,
  targets: readonly number[],
  known: readonly (Closure | undefined)[],
  count: number,
): Closure {
  const prefix = targets.reduce((most, target) => Math.max(most, known[target]?.prefix ?? 0), start);
  let bits: Uint32Array | undefined;
  for (const target of targets) {
    const inner = known[target]?.bits;
    const needsBit = target < count && target >= prefix;
    if (inner === undefined && !needsBit) continue;
    bits ??= new Uint32Array((count >> 5) + 1);
    for (let word = 0; inner !== undefined && word < inner.length; word += 1) {
      bits[word] = (bits[word] ?? 0) | (inner[word] ?? 0);
    }
    if (needsBit) bits[target >> 5] = (bits[target >> 5] ?? 0) | (1 << (target & 31));
  }
  return { prefix, bits };
}

function contains(closure: Closure | undefined, step: number): boolean {
  if (closure === undefined) return false;
  return step < closure.prefix || (((closure.bits?.[step >> 5] ?? 0) >>> (step & 31)) & 1) === 1;
}
