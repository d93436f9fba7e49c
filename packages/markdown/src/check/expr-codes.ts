import type { ExprProblem, ExprProblemCode } from "@aiw/core";
import type { ProblemCode } from "../problems/codes.js";
import type { Report } from "../problems/report.js";

/** Numbers of the problems that the expression language finds. */
export const codeOfExpr: Readonly<Record<ExprProblemCode, ProblemCode>> = {
  syntax: "E200",
  unknown_field: "E201",
  unknown_name: "E202",
  unknown_function: "E203",
  wrong_arguments: "E204",
  wrong_type: "E205",
  nullable: "E206",
  unclosed: "E207",
  too_long: "E208",
  too_deep: "E208",
  division_by_zero: "E209",
  not_allowed: "E210",
};

/** What to write instead, where the expression language does not know better. */
const fallbacks: Partial<Readonly<Record<ExprProblemCode, string>>> = {
  syntax: "write a value, a field, an operator or a function, such as inputs.count > 3",
  unknown_field: "read a field that is there, or declare it",
  wrong_type: "convert it: string(x), number(x), json(x)",
  division_by_zero: "test the divisor first: n != 0 ? x / n : 0",
};

/** Reports a problem of an expression at its place in the file. */
export function reportExpr(report: Report, problem: ExprProblem, locate: (offset: number) => number): void {
  const start = locate(problem.start);
  const end = problem.end > problem.start ? locate(problem.end - 1) + 1 : start + 1;
  const help = problem.help ?? fallbacks[problem.code];
  report.add(codeOfExpr[problem.code], { start, end }, problem.message, help);
}
