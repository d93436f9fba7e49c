import type { Json } from "@aiw/core";
import { isScalar, parseDocument, Scalar } from "yaml";

/** How new YAML is written, taken from what stands beside it. */
export interface YamlStyle {
  readonly quote: '"' | "'";
  /** The line break of the file. */
  readonly eol: string;
  /** White space that a level is indented by; absent: two blanks. */
  readonly step?: string;
}

/** Where new YAML goes. */
export interface YamlSpot extends YamlStyle {
  /** White space before the key, or before the list item's dash. */
  readonly indent: string;
  /** Inside `{ }` or `[ ]`, where everything stays on one line. */
  readonly isFlow: boolean;
}

/** Longest line that a collection is written on; longer ones get a line for each entry. */
const maxWidth = 100;

/** White space before what stands a level deeper. */
function deeper({ indent, step = "  " }: YamlSpot): string {
  return indent + step;
}

/** `key: value`, on one line or several; without the first line's indentation and the last line break. */
export function entryText(key: string, value: Json, spot: YamlSpot): string {
  return `${keyText(key, spot)}:${valueText(value, spot, key.length + 1)}`;
}

/** `- value` of a block list; without the first line's indentation and the last line break. */
export function itemText(value: Json, spot: YamlSpot): string {
  const entries = isMap(value) ? Object.entries(value) : [];
  if (entries.length === 0 || fits(value, spot, 1)) return `-${valueText(value, spot, 1)}`;
  // The keys of an item are in line with each other, whatever a level is.
  const inner = { ...spot, indent: `${spot.indent}  ` };
  const lines = entries.map(([key, item]) => entryText(key, item, inner));
  return `- ${lines.join(spot.eol + inner.indent)}`;
}

/**
 * What follows a `:` or `-`: a blank and the value, or its lines below.
 *
 * @param used - Characters of the line before the value.
 */
export function valueText(value: Json, spot: YamlSpot, used: number): string {
  if (typeof value === "string" && !spot.isFlow && isLiteral(value)) return literalText(value, spot);
  if (!isCollection(value) || spot.isFlow || fits(value, spot, used)) return ` ${flowText(value, spot)}`;
  const inner = { ...spot, indent: deeper(spot) };
  const lines = Array.isArray(value)
    ? value.map((item) => itemText(item, inner))
    : Object.entries(value).map(([key, item]) => entryText(key, item, inner));
  return lines.map((line) => spot.eol + inner.indent + line).join("");
}

/** A value on one line. */
export function flowText(value: Json, spot: Pick<YamlSpot, "quote" | "isFlow">): string {
  if (!isCollection(value)) return scalarText(value, spot);
  const inner = { ...spot, isFlow: true };
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, inner)).join(", ")}]`;
  const entries = Object.entries(value).map(([key, item]) => `${keyText(key, inner)}: ${flowText(item, inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function scalarText(
  value: string | number | boolean | null,
  { quote, isFlow }: Pick<YamlSpot, "quote" | "isFlow">,
): string {
  if (typeof value !== "string") return String(value);
  return isPlain(value, isFlow) ? value : quotedText(value, quote);
}

/** A text in quotes: in single ones when asked for, and when no character needs an escape. */
export function quotedText(value: string, quote: '"' | "'"): string {
  if (quote === "'" && !needsEscape.test(value)) return `'${value.replaceAll("'", "''")}'`;
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
}

const needsEscape = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/u;

function keyText(key: string, spot: Pick<YamlSpot, "quote" | "isFlow">): string {
  // Keys are text whatever they look like.
  return /^[\p{L}_$][\p{L}\p{N}_?-]*$/u.test(key) || isPlain(key, true) ? key : quotedText(key, spot.quote);
}

/** Does a text without quotes mean itself? Expressions are quoted always, as the language asks for. */
export function isPlain(value: string, isFlow: boolean): boolean {
  if (value.includes("{{") || needsEscape.test(value) || value.length > 1_000) return false;
  // Quick and common; the words are those of YAML 1.1 too, which other programs may read.
  if (/^[A-Za-z_][A-Za-z0-9_./-]*$/.test(value)) return !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  const document = parseDocument(isFlow ? `[${value}]` : `k: ${value}`, { schema: "core", logLevel: "error" });
  if (document.errors.length > 0 || document.warnings.length > 0) return false;
  const node = document.getIn([isFlow ? 0 : "k"], true);
  const { contents } = document;
  const isAlone = !isFlow || (contents !== null && "items" in contents && contents.items.length === 1);
  if (!isScalar(node) || !isAlone || node.type !== Scalar.PLAIN || node.tag !== undefined) return false;
  return node.value === value && node.comment === undefined && node.anchor === undefined;
}

/** A text of several lines that `|` can hold as it is. */
function isLiteral(value: string): boolean {
  const body = value.replace(/\n$/, "");
  if (!body.includes("\n") || body.endsWith("\n") || /^\s/.test(body)) return false;
  // A line of fence marks would end the settings it stands in, a line of dashes the front matter.
  return !/[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\ufeff]|[ ]$/mu.test(body) && !/^[ \t]*(?:```|~~~|---)/m.test(body);
}

function literalText(value: string, spot: YamlSpot): string {
  const lines = value.replace(/\n$/, "").split("\n");
  const head = value.endsWith("\n") ? " |" : " |-";
  return head + lines.map((line) => (line === "" ? spot.eol : spot.eol + deeper(spot) + line)).join("");
}

function fits(value: Json, spot: YamlSpot, used: number): boolean {
  const text = flowText(value, spot);
  return spot.indent.length + used + 1 + text.length <= maxWidth;
}

function isCollection(value: Json): value is Exclude<Json, string | number | boolean | null> {
  return typeof value === "object" && value !== null;
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return isCollection(value) && !Array.isArray(value);
}
