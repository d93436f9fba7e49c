import type { TextTemplate } from "../model/template.js";
import { rootOf } from "./ast.js";
import { problemAt } from "./fault.js";
import { parseExpression } from "./parser.js";
import type { Expression, ExprProblem } from "./types.js";

/** An expression in a text, and where it stands there. Offsets are UTF-16 units from the start of the text. */
export interface TemplateHole {
  readonly expression: Expression;
  /** Of the expression, without braces and spaces around it: add this to offsets of its problems and references. */
  readonly start: number;
  readonly end: number;
  /** Of the whole hole with its braces. */
  readonly outerStart: number;
  readonly outerEnd: number;
}

/** Outcome of parsing a text with holes. */
export interface ParsedText {
  readonly parts: TextTemplate;
  /** One for each expression of `parts`, in order. */
  readonly spans: readonly TemplateHole[];
  /** Offsets are those of the text. A hole with a problem is left out of `parts`. */
  readonly problems: readonly ExprProblem[];
}

/** A hole that was found and is about to be parsed. */
export interface FoundHole {
  /** Of the whole hole with its braces. */
  readonly start: number;
  readonly end: number;
  /** How many problems the text has so far. */
  readonly problems: number;
}

/**
 * Splits prose at its `{{ }}`. `\{{` is a literal `{{`, so is `{{ '{{' }}`; braces inside strings of an expression do
 * not end it. Never throws; all problems are reported, an unclosed `{{` ends the search.
 *
 * @param accept - Asked before each hole is parsed; the first no ends the search, and what is left is text.
 */
export function parseText(text: string, accept: (hole: FoundHole) => boolean = () => true): ParsedText {
  const parts: (string | { readonly expr: string })[] = [];
  const spans: TemplateHole[] = [];
  const problems: ExprProblem[] = [];
  let literal = "";
  let at = 0;
  for (let open = text.indexOf("{{"); open !== -1; open = text.indexOf("{{", at)) {
    if (open > at && text[open - 1] === "\\") {
      literal += `${text.slice(at, open - 1)}{{`;
      at = open + 2;
      continue;
    }
    literal += text.slice(at, open);
    const close = findClose(text, open + 2);
    if (close === -1) {
      problems.push(
        problemAt(
          "unclosed",
          { start: open, end: open + 2 },
          "'{{' is not closed",
          "end it with }}, or write \\{{ for a literal {{",
        ),
      );
      at = open;
      break;
    }
    if (!accept({ start: open, end: close + 2, problems: problems.length })) {
      at = open;
      break;
    }
    at = close + 2;
    const hole = readHole(text, open, close);
    if ("code" in hole) problems.push(hole);
    else {
      const root = rootOf(hole.expression);
      if (root.k === "literal" && typeof root.value === "string") literal += root.value;
      else {
        if (literal !== "") parts.push(literal);
        literal = "";
        parts.push({ expr: hole.expression.source });
        spans.push(hole);
      }
    }
  }
  literal += text.slice(at);
  if (literal !== "") parts.push(literal);
  return { parts, spans, problems };
}

/** Offset of the `}}` that ends the expression at `from`; -1 when there is none. */
export function findClose(text: string, from: number): number {
  const plain = text.indexOf("}}", from);
  if (plain === -1) return -1;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quote === "") {
      if (char === "}" && text[at + 1] === "}") return at;
      if (char === "'" || char === '"') quote = char;
    } else if (char === "\\") at += 1;
    else if (char === quote) quote = "";
    // A string ends with its line at the latest: the quote was an apostrophe, or is not closed.
    else if (char === "\n") return plain;
  }
  return plain;
}

/** The hole between two offsets of a text, or what is wrong with it. */
function readHole(text: string, open: number, close: number): TemplateHole | ExprProblem {
  const inner = text.slice(open + 2, close);
  const source = inner.trim();
  const start = open + 2 + (inner.length - inner.trimStart().length);
  const end = start + source.length;
  const outer = { outerStart: open, outerEnd: close + 2 };
  if (source === "") {
    return problemAt("syntax", { start: open, end: close + 2 }, "the braces are empty", "write \\{{ for a literal {{");
  }
  const parsed = parseExpression(source);
  if (parsed.ok) return { expression: parsed.expression, start, end, ...outer };
  const { problem } = parsed;
  return { ...problem, start: problem.start + start, end: problem.end + start };
}
