import { type FoundHole, type Json, parseExpression, type TextTemplate, type ValueTemplate } from "@aiw/core";
import { reportExpr } from "../check/expr-codes.js";
import type { ExprUse, UsePlace } from "../check/use.js";
import type { Allowance } from "../problems/allowance.js";
import { maxProblems, type Report } from "../problems/report.js";
import type { ProsePiece } from "../structure/prose.js";
import { normalizeNewlines } from "../text/source.js";
import { locator } from "../yaml/locate.js";
import type { YamlNode, YamlScalar } from "../yaml/nodes.js";
import { readHoles } from "./holes.js";

/** Where templates put what they found. */
export interface TemplateSink {
  readonly text: string;
  readonly report: Report;
  readonly allowance: Allowance;
  readonly uses: ExprUse[];
  /** The text of a section; reports unknown and circular ones. */
  readonly section: (key: string, range: { readonly start: number; readonly end: number }) => TextTemplate;
}

/** Prose with its holes; line ends become `\n`. */
export function proseTemplate(pieces: readonly ProsePiece[], sink: TemplateSink, place: UsePlace): TextTemplate {
  const parts = pieces.flatMap((piece) => {
    const source = sink.text.slice(piece.start, piece.end);
    const inner = piece.literal
      ? [normalizeNewlines(source)]
      : textParts(source, sink, { place, locate: (at) => piece.start + at });
    return piece.apart ? ["\n\n", ...inner] : inner;
  });
  return mergeText(parts);
}

/** A value of the settings with the holes of its strings. */
export function valueTemplate(node: YamlNode, sink: TemplateSink, place: UsePlace): ValueTemplate {
  if (node.kind === "bad") return { t: "literal", value: null };
  if (node.kind === "scalar") {
    return typeof node.value === "string" ? textTemplate(node, sink, place) : { t: "literal", value: jsonOf(node) };
  }
  if (node.kind === "list") {
    const items = node.items.map((item) => valueTemplate(item, sink, place));
    return items.every(isLiteral) ? { t: "literal", value: items.map((item) => item.value) } : { t: "list", items };
  }
  const entries = node.entries.map(({ key, value }) => [key, valueTemplate(value, sink, place)] as const);
  const literals = entries.flatMap(([key, value]) => (isLiteral(value) ? [[key, value.value] as const] : []));
  if (literals.length === entries.length) return { t: "literal", value: Object.fromEntries(literals) };
  return { t: "map", entries: Object.fromEntries(entries) };
}

/** A scalar as text, as it was written, with its holes. */
export function textTemplate(node: YamlScalar, sink: TemplateSink, place: UsePlace): ValueTemplate {
  if (!node.text.includes("{{")) return { t: "literal", value: node.text };
  const at = locator(node);
  // A whole hole keeps its type; only variables of processes must be text in the end.
  const isWhole = isOneHole(node.text) && place !== "env" && place !== "file-env" && place !== "tool-env";
  const parts = textParts(node.text, sink, { place, locate: at, scalar: node, isWhole });
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object" && isOneHole(node.text)) return { t: "expr", expr: only.expr };
  if (parts.every((part) => typeof part === "string")) return { t: "literal", value: parts.join("") };
  return { t: "text", parts: mergeText(parts) };
}

/** A scalar that is text in the end, with its holes. */
export function scalarText(node: YamlScalar, sink: TemplateSink, place: UsePlace): TextTemplate {
  return mergeText(textParts(node.text, sink, { place, locate: locator(node), scalar: node }));
}

/** A scalar that is an expression by itself: after `if`, `fail-if` and in `outputs`. */
export function bareExpression(node: YamlScalar, sink: TemplateSink, place: UsePlace): string | undefined {
  const source = node.text.trim();
  const lead = node.text.length - node.text.trimStart().length;
  const locate = locator(node);
  const at = (index: number) => locate(index + lead);
  if (source.startsWith("{{") && source.endsWith("}}")) {
    const help = `write ${source.slice(2, -2).trim()}`;
    sink.report.add("E200", node, "an expression stands here without braces", help);
    return undefined;
  }
  if (sink.report.isFull() || !sink.allowance.takeExpression(source.length, () => node)) return undefined;
  const parsed = parseExpression(source);
  if (parsed.ok) {
    sink.uses.push({ expression: parsed.expression, place, inText: false, locate: at });
    return source;
  }
  if (!reportCut(node, sink)) reportExpr(sink.report, parsed.problem, at);
  return undefined;
}

interface TextPlace {
  readonly place: UsePlace;
  readonly locate: (index: number) => number;
  readonly scalar?: YamlScalar;
  readonly isWhole?: boolean;
}

function textParts(source: string, sink: TemplateSink, at: TextPlace): TextTemplate {
  const accept = ({ start, end, problems: found }: FoundHole) => {
    if (found >= maxProblems || sink.report.isFull()) return false;
    return sink.allowance.takeExpression(end - start, () => ({ start: at.locate(start), end: at.locate(end - 1) + 1 }));
  };
  const { parts, spans, problems } = readHoles(source, accept);
  for (const problem of problems) {
    const mayBeCut = at.scalar !== undefined && (problem.code === "unclosed" || problem.code === "syntax");
    if (!(mayBeCut && at.scalar !== undefined && reportCut(at.scalar, sink)))
      reportExpr(sink.report, problem, at.locate);
  }
  let next = 0;
  return parts.flatMap((part) => {
    if (typeof part === "string") return [normalizeNewlines(part)];
    const span = spans[next];
    next += 1;
    if (span === undefined) return [part];
    const section = sectionName.exec(part.expr)?.[1];
    if (section !== undefined) {
      return sink.section(section, { start: at.locate(span.end - section.length), end: at.locate(span.end - 1) + 1 });
    }
    const locateInside = (index: number) => at.locate(span.start + index);
    sink.uses.push({
      expression: span.expression,
      place: at.place,
      inText: at.isWhole !== true,
      locate: locateInside,
    });
    return [{ expr: normalizeNewlines(part.expr) }];
  });
}

const sectionName = /^sections\s*\.\s*([\p{L}\p{N}\p{M}_]+)$/u;

function reportCut(node: YamlScalar, sink: TemplateSink): boolean {
  if (node.comment === undefined) return false;
  const whole = sink.text.slice(node.start, node.comment.end).trimEnd();
  const message = "'#' begins a comment here and cuts the expression";
  sink.report.add("E106", node.comment, message, `quote it: "${whole.replaceAll('"', "'")}"`);
  return true;
}

/** Is the text one `{{ }}` and nothing else? */
function isOneHole(text: string): boolean {
  return text.startsWith("{{") && text.endsWith("}}") && text.indexOf("{{", 2) === -1;
}

/** The same text with neighbouring literals joined. */
function mergeText(parts: TextTemplate): TextTemplate {
  const merged: TextTemplate[number][] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else if (part !== "") merged.push(part);
  }
  return merged;
}

function isLiteral(template: ValueTemplate): template is Extract<ValueTemplate, { readonly t: "literal" }> {
  return template.t === "literal";
}

function jsonOf({ value, text }: YamlScalar): Json {
  return typeof value === "number" && !Number.isFinite(value) ? text : value;
}
