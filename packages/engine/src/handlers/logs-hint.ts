import type { AttemptContext } from "@aiw/core";

/** Where all is to be seen that a step printed. */
export function logsHint({ run, step }: Pick<AttemptContext, "run" | "step">): string {
  // Paths of items and undo hold characters that shells read.
  const word = /^[\w.]+$/.test(step) ? step : `'${step}'`;
  return `\`aiw runs logs ${run} --step ${word} -v\` shows what it printed`;
}
