import type { ForeachOver } from "../model/settings.js";
import type { Step } from "../model/step.js";
import type { TextTemplate, ValueTemplate } from "../model/template.js";

/** What an expression of a step is there for: decides what it may read. */
export type ExpressionUse = "condition" | "secret" | "attempt" | "value";

/** One expression of a step. */
export interface FoundExpression {
  readonly source: string;
  readonly use: ExpressionUse;
  /** Setting that it stands in. */
  readonly key: string;
}

/** Every expression of a step; not those of its Undo. */
export function expressionsOf(step: Step): readonly FoundExpression[] {
  const found: FoundExpression[] = [];
  const add = (key: string, use: ExpressionUse, sources: readonly string[]) =>
    found.push(...sources.map((source) => ({ source, use, key })));
  const one = (source: string | undefined) => (source === undefined ? [] : [source]);
  add("if", "condition", one(step.if));
  if (step.foreach !== undefined) add("foreach", "condition", inOver(step.foreach.over));
  add("failIf", "attempt", one(step.failIf));
  add("until", "attempt", one(step.repeat?.until));
  for (const value of Object.values(step.env)) add("env", "secret", inValue(value));
  add("cwd", "value", inText(step.cwd ?? []));
  if (step.kind === "agent" || step.kind === "approval") add("prompt", "value", inText(step.prompt));
  if ("with" in step && step.with !== undefined)
    add("with", step.kind === "use" ? "value" : "secret", inValue(step.with));
  if (step.kind === "wait" && "until" in step.wait) add("wait", "value", [step.wait.until]);
  if (step.kind === "wait" && "signal" in step.wait) add("wait", "value", inText(step.wait.signal));
  return found;
}

/** Expressions of a text. */
export function inText(parts: TextTemplate): readonly string[] {
  return parts.flatMap((part) => (typeof part === "string" ? [] : [part.expr]));
}

/** Expressions of a value, at any depth. */
export function inValue(value: ValueTemplate): readonly string[] {
  switch (value.t) {
    case "literal":
      return [];
    case "expr":
      return [value.expr];
    case "text":
      return inText(value.parts);
    case "list":
      return value.items.flatMap(inValue);
    case "map":
      return Object.values(value.entries).flatMap(inValue);
  }
}

function inOver(over: ForeachOver): readonly string[] {
  if ("expr" in over) return [over.expr];
  if ("list" in over) return over.list.flatMap(inValue);
  return Object.values(over.matrix).flatMap(inOver);
}
