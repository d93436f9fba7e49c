import { AiwError } from "../errors.js";
import type { TextTemplate, ValueTemplate } from "../model/template.js";
import { Secret } from "../secret.js";
import { rootOf } from "./ast.js";
import { evaluateExpression } from "./evaluate.js";
import { measure } from "./measure.js";
import { failAt } from "./meter.js";
import { parseExpression } from "./parser.js";
import type { Expression, ExprValue, Scope } from "./types.js";

/** A rendered {@link ValueTemplate}: JSON in which a secret may stand for any value. */
export type RenderedValue = ExprValue | readonly RenderedValue[] | { readonly [key: string]: RenderedValue };

/** Evaluates by source text and remembers what it parsed. Every method throws AiwError `expression_failed`. */
export interface Evaluator {
  /** Value of one expression. */
  evaluate(source: string, scope: Scope): ExprValue;
  /**
   * Text with its holes filled: strings verbatim, other values as JSON, null is an error. With a secret in it the
   * whole text is a {@link Secret}. Single pass: what a hole gives is never expanded again.
   */
  renderText(template: TextTemplate, scope: Scope): string | Secret;
  /** A value with its holes filled; one that is exactly a hole keeps its type. */
  renderValue(template: ValueTemplate, scope: Scope): RenderedValue;
}

/**
 * An evaluator with a cache of its own.
 *
 * @param maxCached - Most expressions kept parsed; the one unused for longest goes first.
 */
export function createEvaluator(maxCached = 1_000): Evaluator {
  const cache = new Map<string, Expression>();

  function parsed(source: string): Expression {
    const known = cache.get(source);
    if (known !== undefined && cache.size < maxCached / 2) return known;
    const expression = known ?? parseOrThrow(source);
    // Written last is used last; below half of the limit nothing is near its end and order does not matter.
    cache.delete(source);
    cache.set(source, expression);
    const [oldest] = cache.keys();
    if (cache.size > maxCached && oldest !== undefined) cache.delete(oldest);
    return expression;
  }

  const evaluate = (source: string, scope: Scope) => evaluateExpression(parsed(source), scope);
  const renderText = (template: TextTemplate, scope: Scope) =>
    joinText(template, (source) => textOf(parsed(source), scope));
  const renderValue = (template: ValueTemplate, scope: Scope): RenderedValue => {
    switch (template.t) {
      case "literal":
        return template.value;
      case "expr":
        return evaluate(template.expr, scope);
      case "text":
        return renderText(template.parts, scope);
      case "list":
        return template.items.map((item) => renderValue(item, scope));
      case "map":
        // `fromEntries` defines keys, so that `__proto__` stays an ordinary one.
        return Object.fromEntries(
          Object.entries(template.entries).map(([key, item]) => [key, renderValue(item, scope)]),
        );
    }
  };
  return { evaluate, renderText, renderValue };
}

function parseOrThrow(source: string): Expression {
  const result = parseExpression(source);
  if (result.ok) return result.expression;
  const { message, help, start, end } = result.problem;
  throw new AiwError("expression_failed", message, { hint: help, details: { start, end } });
}

function textOf(expression: Expression, scope: Scope): string | Secret {
  const value = evaluateExpression(expression, scope);
  if (typeof value === "string" || value instanceof Secret) return value;
  const root = rootOf(expression);
  if (value === null) {
    return failAt(root, `${expression.source} is null and cannot stand in text`, `write ${expression.source} ?? ''`);
  }
  measure(value, root);
  return JSON.stringify(value);
}

function joinText(template: TextTemplate, read: (source: string) => string | Secret): string | Secret {
  const secrets = new Set<string>();
  const texts = template.map((part) => {
    const value = typeof part === "string" ? part : read(part.expr);
    if (typeof value === "string") return value;
    secrets.add(value.name);
    return value.reveal();
  });
  return secrets.size === 0 ? texts.join("") : new Secret([...secrets].join("+"), texts.join(""));
}
