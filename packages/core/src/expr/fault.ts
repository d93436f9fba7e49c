import type { Span } from "./ast.js";
import type { ExprProblem, ExprProblemCode } from "./types.js";

/** How the lexer and the parser leave their recursion; `parseExpression` turns it into its result. */
export class SyntaxFault extends Error {
  readonly problem: ExprProblem;

  constructor(problem: ExprProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** A problem with its optional help. */
export function problemAt(code: ExprProblemCode, span: Span, message: string, help?: string): ExprProblem {
  return { code, message, start: span.start, end: span.end, ...(help === undefined ? {} : { help }) };
}

/** Ends parsing with a problem. */
export function failSyntax(span: Span, message: string, help?: string): never {
  throw new SyntaxFault(problemAt("syntax", span, message, help));
}
