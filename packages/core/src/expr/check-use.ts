import { rootOf } from "./ast.js";
import type { Kind } from "./catalog.js";
import { CheckContext } from "./check-context.js";
import { isNullable, isSecretType, kindsOf } from "./schema-type.js";
import type { CheckedExpression, Expression, ExprProblem } from "./types.js";

/** What an expression is there for: to stand in text, to decide, to be gone through; `value` takes anything. */
export type ExpressionUse = "text" | "condition" | "list" | "value";

/** What is wrong with a checked expression where it stands: null in text, a condition that is no boolean, … */
export function checkUse(
  expression: Expression,
  checked: CheckedExpression,
  use: ExpressionUse,
): readonly ExprProblem[] {
  if (use === "value") return [];
  const context = new CheckContext(expression.source, { names: {} });
  const root = rootOf(expression);
  const { type } = checked;
  if (use === "text") {
    if (!isSecretType(type) && isNullable(type)) context.askForDefault(root, firstKind(checked));
  } else {
    const [kind, what]: [Kind, string] = use === "condition" ? ["boolean", "a condition"] : ["list", "'foreach'"];
    context.require(root, type, [kind], what);
  }
  // What was said about the same place is not said again.
  return context.problems.filter(
    (problem) => !checked.problems.some((known) => known.start === problem.start && known.end === problem.end),
  );
}

function firstKind(checked: CheckedExpression): Kind | undefined {
  return [...(kindsOf(checked.type) ?? [])].find((kind) => kind !== "null");
}
