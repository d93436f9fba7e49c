import { type ExprRef, type Json, parseExpression, type TextTemplate, type ValueTemplate } from "@aiw/core";
import { readHoles } from "../settings/holes.js";
import { cannotSay } from "./fault.js";

/** Text with its expressions in `{{ }}`; a literal `{{` is written `\{{`. */
export function printText(parts: TextTemplate, of: string): string {
  return checkText(printParts(parts), parts, of);
}

/** The same, unchecked. */
export function printParts(parts: TextTemplate): string {
  return parts.map((part, index) => printPart(part, parts[index + 1])).join("");
}

/** The text, which is to be read as these parts. */
export function checkText(text: string, parts: TextTemplate, of: string): string {
  return isReadAs(text, parts) ? text : cannotSay(`${of} holds an expression that cannot stand in text`);
}

/** A literal as an expression of its own, so that it is kept as it is: white space at the edge of a text, say. */
export function held(literal: string): ExprRef {
  return { expr: literalOf(literal) };
}

/** A value as settings write it: a text that is one `{{ }}` keeps its type. */
export function printValue(template: ValueTemplate, of: string): Json {
  switch (template.t) {
    case "literal":
      return printLiteral(template.value);
    case "expr": {
      const text = `{{ ${template.expr} }}`;
      if (text.indexOf("{{", 2) !== -1 || !isReadAs(text, [template])) {
        cannotSay(`${of} is an expression that a file cannot hold: ${template.expr}`);
      }
      return text;
    }
    case "text":
      return asText(printText(template.parts, of), template.parts);
    case "list":
      return template.items.map((item) => printValue(item, of));
    case "map":
      return Object.fromEntries(Object.entries(template.entries).map(([key, item]) => [key, printValue(item, of)]));
  }
}

/** An expression without braces. */
export function printExpression(source: string, of: string): string {
  if (source !== source.trim() || !parseExpression(source).ok) cannotSay(`${of} is no expression: ${source}`);
  return source;
}

/** A string literal of an expression, which text takes as literal text too. */
export function holeOf(literal: string): string {
  return `{{ ${literalOf(literal)} }}`;
}

function literalOf(text: string): string {
  return `'${text.replaceAll(/[\\'\p{Cc}]/gu, escaped)}'`;
}

function escaped(char: string): string {
  const simple = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t" }[char];
  return simple ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function printPart(part: string | ExprRef, next: string | ExprRef | undefined): string {
  if (typeof part !== "string") return `{{ ${part.expr} }}`;
  // Right before braces these would mean something else.
  const tail = next === undefined ? "" : (/[\\{]+$/.exec(part)?.[0] ?? "");
  const head = part.slice(0, part.length - tail.length).replaceAll("{{", "\\{{");
  return tail === "" ? head : head + holeOf(tail);
}

/** A text of one expression needs a second one, or it would keep that one's type. */
function asText(text: string, parts: TextTemplate): string {
  return parts.length === 1 && typeof parts[0] === "object" ? text + holeOf("") : text;
}

function printLiteral(value: Json): Json {
  if (typeof value === "string") return value.replaceAll("{{", "\\{{");
  if (Array.isArray(value)) return value.map(printLiteral);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printLiteral(item)]));
}

/** Does the text mean these parts to the loader? */
function isReadAs(text: string, parts: TextTemplate): boolean {
  const read = readHoles(text, () => true);
  if (read.problems.length > 0 || read.parts.length !== parts.length) return false;
  return read.parts.every((part, index) => isSame(part, parts[index]));
}

function isSame(read: string | ExprRef, meant: string | ExprRef | undefined): boolean {
  if (typeof read === "string") return read === meant && !read.includes("\r");
  return typeof meant === "object" && read.expr === meant.expr && !isSection(read.expr);
}

/** Sections are part of the text where they stand: a workflow has none. */
function isSection(source: string): boolean {
  return /^sections\s*\./.test(source);
}
