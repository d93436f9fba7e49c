import { nearest } from "@aiw/core";
import type { Problem } from "../problems/problem.js";
import { lineStarts } from "../text/source.js";
import type { Fix } from "./analysis.js";

/** The path that is meant is told as people see it, which is not how the file says it. */
const unfixable = new Set(["E307"]);

/** The change that "did you mean" asks for; nothing where the help is another one. */
export function fixOf(text: string, problem: Problem): Fix | undefined {
  const meant = /^did you mean '?([^']+?)'?\?$/.exec(problem.help ?? "")?.[1];
  if (meant === undefined || unfixable.has(problem.code)) return undefined;
  const starts = lineStarts(text);
  const start = (starts[problem.line - 1] ?? 0) + problem.column - 1;
  const end = (starts[problem.endLine - 1] ?? 0) + problem.endColumn - 1;
  const shown = text.slice(start, end);
  const wrong = wrongWord(problem, shown, meant);
  const at = wrong === undefined ? -1 : shown.lastIndexOf(wrong);
  const [from, old] = wrong === undefined || at === -1 ? [start, shown] : [start + at, wrong];
  return {
    title: `change '${old}' to '${meant}'`,
    change: { start: from, end: from + old.length, text: meant },
  };
}

/** What the message calls wrong: the place may be a longer text that holds it. */
function wrongWord({ message }: Problem, shown: string, meant: string): string | undefined {
  const named = [...message.matchAll(/'([^']+)'/g)].flatMap(([, word]) => (word === undefined ? [] : [word]));
  const here = named.filter((word) => word !== meant && shown.includes(word));
  return nearest(meant, here) ?? here[0];
}
