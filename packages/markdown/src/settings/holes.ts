import { type ExprProblem, type FoundHole, parseText, type TextTemplate } from "@aiw/core";
import type { ExprUse } from "../check/use.js";
import { maxProblems } from "../problems/report.js";

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
 *
 * @param accept - See `parseText`.
 */
export function readHoles(text: string, accept: (hole: FoundHole) => boolean): Holes {
  const cuts = unclosed(text);
  if (cuts.length === 0) return parseText(text, accept);
  const parts: TextTemplate[number][] = [];
  const spans: Holes["spans"][number][] = [];
  const problems: ExprProblem[] = [];
  let from = 0;
  let isEnded = false;
  const acceptFrom = (hole: FoundHole) => {
    const place = { start: hole.start + from, end: hole.end + from, problems: hole.problems + problems.length };
    isEnded = !accept(place);
    return !isEnded;
  };
  for (const cut of [...cuts, text.length]) {
    const parsed = parseText(text.slice(from, cut), acceptFrom);
    parts.push(...parsed.parts);
    spans.push(...parsed.spans.map((span) => ({ ...span, start: span.start + from, end: span.end + from })));
    problems.push(
      ...parsed.problems.map((problem) => ({ ...problem, start: problem.start + from, end: problem.end + from })),
    );
    if (isEnded || problems.length >= maxProblems) break;
    if (cut < text.length) problems.push(unclosedAt(cut));
    from = cut + 2;
  }
  return { parts, spans, problems };
}

/** Offsets of `{{` that another `{{` follows before they are closed. One pass: hostile text has millions of them. */
function unclosed(text: string): readonly number[] {
  const found: number[] = [];
  let open = -1;
  let quotes = 0;
  let isQuoteOnLine = false;
  const marks = /\{\{|\}\}|['"\n]/g;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const [mark] = match;
    if (mark === "}}") open = -1;
    else if (mark === "{{") {
      // A `{{` in a string of the expression is text.
      const isQuoted = open !== -1 && quotes % 2 === 1 && isQuoteOnLine;
      if (isQuoted || text[match.index - 1] === "\\") continue;
      if (open !== -1) found.push(open);
      open = match.index;
      quotes = 0;
      isQuoteOnLine = false;
    } else if (mark === "\n") isQuoteOnLine = false;
    else {
      quotes += 1;
      isQuoteOnLine = true;
    }
  }
  return found;
}

function unclosedAt(at: number): ExprProblem {
  const help = "end it with }}, or write \\{{ for a literal {{";
  return { code: "unclosed", message: "'{{' is not closed", start: at, end: at + 2, help };
}
