import { type ExprProblem, parseText, type TextTemplate } from "@aiw/core";
import type { ExprUse } from "../check/use.js";

/** Text with its expressions, and what is wrong with it. Offsets are those of the text. */
export interface Holes {
  readonly parts: TextTemplate;
  readonly spans: readonly {
    readonly expression: ExprUse["expression"];
    readonly start: number;
    readonly end: number;
  }[];
  readonly problems: readonly ExprProblem[];
}

/**
 * Splits a text at its `{{ }}`. A `{{` that is followed by another one before any `}}` is not closed: it is reported
 * there, and the search goes on after it.
 */
export function readHoles(text: string): Holes {
  const cuts = unclosed(text);
  if (cuts.length === 0) return parseText(text);
  const parts: TextTemplate[number][] = [];
  const spans: Holes["spans"][number][] = [];
  const problems: ExprProblem[] = [];
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    const parsed = parseText(text.slice(from, cut));
    parts.push(...parsed.parts);
    spans.push(...parsed.spans.map((span) => ({ ...span, start: span.start + from, end: span.end + from })));
    problems.push(
      ...parsed.problems.map((problem) => ({ ...problem, start: problem.start + from, end: problem.end + from })),
    );
    if (cut < text.length) problems.push(unclosedAt(cut));
    from = cut + 2;
  }
  return { parts, spans, problems };
}

/** Offsets of `{{` that another `{{` follows before they are closed. */
function unclosed(text: string): readonly number[] {
  const found: number[] = [];
  let open = -1;
  const marks = /\{\{|\}\}/g;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    if (match[0] === "}}") open = -1;
    else if (text[match.index - 1] !== "\\" && !isQuoted(text, open, match.index)) {
      if (open !== -1) found.push(open);
      open = match.index;
    }
  }
  return found;
}

/** Is the `{{` part of a string of the expression that is open? */
function isQuoted(text: string, open: number, at: number): boolean {
  return (
    open !== -1 && /['"][^'"\n]*$/.test(text.slice(open + 2, at)) && countQuotes(text.slice(open + 2, at)) % 2 === 1
  );
}

function countQuotes(text: string): number {
  return text.split(/['"]/).length - 1;
}

function unclosedAt(at: number): ExprProblem {
  const help = "end it with }}, or write \\{{ for a literal {{";
  return { code: "unclosed", message: "'{{' is not closed", start: at, end: at + 2, help };
}
