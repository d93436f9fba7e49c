import { AiwError } from "../errors.js";
import type { Span } from "./ast.js";

/** Most steps of work that one evaluation may take. */
export const maxWork = 100_000;
/** Characters of text that cost as much as one evaluated node. */
export const charactersPerStep = 64;
/** Items of a list that are copied for the cost of one evaluated node. */
export const itemsPerStep = 8;

/** The error of an evaluation, with the offsets of what failed. */
export function failAt(span: Span, message: string, hint?: string): never {
  throw new AiwError("expression_failed", message, { hint, details: { start: span.start, end: span.end } });
}

/** Counts the work of one evaluation, so that it always ends soon. */
export class Meter {
  #left = maxWork;

  /** Has the limit been reached? Then no `||` and no `exists` may swallow the error. */
  get exhausted(): boolean {
    return this.#left < 0;
  }

  /** One node, or as many as given. */
  step(span: Span, count = 1): void {
    this.#left -= count;
    if (this.#left < 0) {
      const hint = "compute it in a script step; expressions are for small decisions";
      failAt(span, `the expression takes more than ${maxWork} steps of work`, hint);
    }
  }

  /** Text of that length was read or built. */
  text(span: Span, length: number): void {
    this.step(span, 1 + Math.floor(length / charactersPerStep));
  }

  /** That many items of a list were copied. */
  items(span: Span, count: number): void {
    this.step(span, 1 + Math.floor(count / itemsPerStep));
  }
}
