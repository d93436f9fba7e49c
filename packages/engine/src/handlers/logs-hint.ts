import type { AttemptContext } from "@aiw/core";

/** Where all is to be seen that a step printed. */
export function logsHint({ run, step }: Pick<AttemptContext, "run" | "step">): string {
  return `\`aiw runs logs ${run} --step ${step} -v\` shows what it printed`;
}
