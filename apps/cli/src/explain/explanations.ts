import { AiwError, errorCodes, isErrorCode, nearest, nextSteps } from "@aiw/core";
import { type ProblemDoc, problemCodes } from "@aiw/markdown";
import { type ErrorExample, errorExamples } from "./examples.js";

/** What is known of a code: a finding in a workflow file, or an error of a command or step. */
export type Explanation = ExplainedProblem | ExplainedError;

/** A finding in a workflow file, with two whole files. */
export type ExplainedProblem = {
  readonly code: string;
  readonly kind: "problem";
  readonly severity: "error" | "warning";
} & ProblemDoc;

/** An error of a command or step, with examples where it comes from what somebody wrote. */
export type ExplainedError = {
  readonly code: string;
  readonly kind: "error";
  readonly exit: number;
  readonly about: string;
  readonly next: string;
} & Partial<ErrorExample>;

/** All codes: findings by their number, then errors in the order of their table. */
export function explanations(): readonly Explanation[] {
  const problems = Object.entries(problemCodes).map(([code, { title, about, wrong, right }]): Explanation => {
    const severity = code.startsWith("W") ? "warning" : "error";
    return { code, kind: "problem", severity, title, about, wrong, right };
  });
  const errors = Object.entries(errorCodes).map(([code, { exit, about }]): Explanation => {
    const known = isErrorCode(code) ? { next: nextSteps[code], ...errorExamples[code] } : { next: "" };
    return { code, kind: "error", exit, about, ...known };
  });
  return [...problems, ...errors];
}

/** @throws AiwError `usage` with the nearest code. */
export function findExplanation(code: string): Explanation {
  const all = explanations();
  const wanted = code.toLowerCase();
  const found = all.find((each) => each.code.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const near = nearest(
    wanted,
    all.map((each) => each.code),
  );
  throw new AiwError("usage", `there is no code '${code}'`, {
    hint:
      near === undefined ? "`aiw explain` lists all codes" : `did you mean '${near}'? \`aiw explain\` lists all codes`,
  });
}

/** One line about a code. */
export function headOf(each: Explanation): string {
  return each.kind === "problem" ? each.title : each.about;
}
