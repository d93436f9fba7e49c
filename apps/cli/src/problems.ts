import { AiwError, type Workflow } from "@aiw/core";
import { formatProblem, type Problem } from "@aiw/markdown";
import type { LoadedWorkflow } from "@aiw/runtime";
import type { CliContext } from "./context.js";

/** Prints the problems as code frames to stderr, errors first by position. */
export function printProblems(loaded: LoadedWorkflow, context: CliContext): void {
  for (const problem of loaded.problems) {
    context.stderr.write(`${formatProblem(problem, loaded.text, { color: context.color })}\n\n`);
  }
}

/** `2 errors, 1 warning`. */
export function countProblems(problems: readonly Pick<Problem, "severity">[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const parts = [plural(errors, "error"), plural(warnings, "warning")].filter((part) => !part.startsWith("0 "));
  return parts.length === 0 ? "no problems" : parts.join(", ");
}

/**
 * The workflow, after its warnings were printed.
 *
 * @throws AiwError `workflow_invalid` after its problems were printed.
 */
export function requireWorkflow(loaded: LoadedWorkflow, context: CliContext): Workflow {
  if (loaded.problems.length > 0) printProblems(loaded, context);
  if (loaded.workflow) return loaded.workflow;
  throw new AiwError("workflow_invalid", `${loaded.file} has ${countProblems(loaded.problems)}`, {
    hint: `mend them and look again with \`aiw check ${loaded.file}\`; \`aiw explain CODE\` tells more`,
    details: { problems: loaded.problems.map((problem) => ({ ...problem, help: problem.help ?? null })) },
  });
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
