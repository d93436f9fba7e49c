import { exitCodeOf, type RunSummary } from "@aiw/core";

/** Exit code of a program that was ended by Ctrl-C. */
export const interruptedExit = 130;

/** Exit code of a run, as the reference of the command line lists them. */
export function exitCodeOfRun(summary: RunSummary): number {
  switch (summary.status) {
    case "completed":
      return 0;
    case "cancelled":
      return interruptedExit;
    case "running":
    case "suspended":
      return 20;
    case "failed":
      return exitCodeOfFailure(summary);
  }
}

function exitCodeOfFailure({ reason, error }: RunSummary): number {
  const byReason = { rejected: 3, expired: 3, budget: 4, timeout: 5, denied: 7 } as const;
  if (reason && reason in byReason) return byReason[reason as keyof typeof byReason];
  return error ? exitCodeOfStepError(error.code) : 1;
}

/** Exit code for the error of something that was started: 2 says that nothing was. */
export function exitCodeOfStepError(code: string): number {
  const exit = exitCodeOf(code);
  return [4, 5, 6, 7].includes(exit) ? exit : 1;
}

/** Exit code for an error that ended the command before there was a run. */
export function exitCodeOfError(code: string): number {
  return exitCodeOf(code);
}
