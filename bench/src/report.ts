/** One measured figure beside its limit. */
export interface Figure {
  readonly name: string;
  /** Median time in ms, or what `unit` says. */
  readonly ms: number;
  /** The same of what it is compared with. */
  readonly limitMs: number;
  readonly limit: string;
  /** Largest ratio that is wanted. */
  readonly goal: number;
  /** Default `ms`. */
  readonly unit?: string;
}

/** One group of figures. */
export interface Suite {
  readonly title: string;
  run(options: SuiteOptions): Promise<readonly Figure[]>;
}

/** How much to measure. */
export interface SuiteOptions {
  /** Fewer rounds: shows that the bench works, not what it measures. */
  readonly short: boolean;
}

/** Prints figures as a table; a ratio over its goal is marked, never an error: machines differ. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const { name, ms, limitMs, limit, goal, unit = "ms" } of figures) {
    const ratio = ms / limitMs;
    const mark = ratio <= goal ? "ok  " : "over";
    const parts = [
      name.padEnd(44),
      `${ms.toFixed(1)} ${unit}`.padStart(12),
      `${limitMs.toFixed(1)} ${unit}`.padStart(12),
    ];
    process.stdout.write(`  ${parts.join("")}  ${ratio.toFixed(2)}x (goal ${goal}x) ${mark}  ${limit}\n`);
  }
}

/** Median of an odd or even number of values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** Medians of several things measured in turn, so that drift of the machine meets all of them. */
export async function interleave(
  rounds: number,
  works: readonly (() => Promise<number> | number)[],
): Promise<readonly number[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) times[index]?.push(await work());
  }
  return times.map(median);
}

/** Wall time of some work in ms. */
export async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** CPU time of the process during some work, in ms: on a busy machine steadier than wall time. */
export async function cpuMs(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
