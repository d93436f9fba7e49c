import { AiwError } from "../errors.js";
import type { Json } from "../json.js";
import type { TextTemplate, ValueTemplate } from "../model/template.js";
import { isExpr, sourceOf } from "./reference.js";
import { isText, joinText } from "./template.js";

/** A value of a setting: JSON with expressions and texts in it. What is undefined in a map is left out. */
export function valueTemplate(value: unknown, of: string): ValueTemplate {
  if (isExpr(value)) return { t: "expr", expr: sourceOf(value) };
  if (isText(value)) return textValue(value.parts);
  if (Array.isArray(value)) return listTemplate(value, of);
  if (value === null || typeof value === "string" || typeof value === "boolean") return { t: "literal", value };
  if (typeof value === "number" && Number.isFinite(value)) return { t: "literal", value };
  if (isPlainObject(value)) return mapTemplate(value, of);
  throw new AiwError("workflow_invalid", `${of} holds ${nameOf(value)}, which is no JSON`);
}

/** Text of a setting: verbatim, or with expressions. */
export function textTemplate(value: unknown, of: string): TextTemplate {
  if (typeof value === "string") return joinText([value]);
  if (isText(value)) return value.parts;
  if (isExpr(value)) return [{ expr: sourceOf(value) }];
  throw new AiwError("workflow_invalid", `${of} takes text, not ${nameOf(value)}`);
}

/** Text that people or agents read: without blank lines at its start and white space at its end, as in a file. */
export function proseTemplate(value: unknown, of: string): TextTemplate {
  const parts = textTemplate(value, of);
  const first = parts[0];
  const opened = typeof first === "string" ? [first.replace(/^(?:[ \t]*\n)+/, ""), ...parts.slice(1)] : parts;
  const last = opened.at(-1);
  return joinText(typeof last === "string" ? [...opened.slice(0, -1), last.trimEnd()] : opened);
}

/** An expression, without its braces. */
export function expressionSource(value: unknown, of: string): string {
  if (isExpr(value)) return sourceOf(value);
  if (typeof value === "boolean") return String(value);
  throw new AiwError("workflow_invalid", `${of} takes an expression, not ${nameOf(value)}`, {
    hint: "write expr`…`, or eq(a, b) and the like",
  });
}

function textValue(parts: TextTemplate): ValueTemplate {
  const literals = parts.filter((part) => typeof part === "string");
  return literals.length === parts.length ? { t: "literal", value: literals.join("") } : { t: "text", parts };
}

function listTemplate(value: readonly unknown[], of: string): ValueTemplate {
  const items = value.map((item) => valueTemplate(item, of));
  return items.every(isLiteral) ? { t: "literal", value: items.map((item) => item.value) } : { t: "list", items };
}

function mapTemplate(value: object, of: string): ValueTemplate {
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  const entries = given.map(([key, item]) => [key, valueTemplate(item, of)] as const);
  const literals = entries.flatMap(([key, item]) => (isLiteral(item) ? [[key, item.value] as const] : []));
  if (literals.length === entries.length) return { t: "literal", value: Object.fromEntries(literals) };
  return { t: "map", entries: Object.fromEntries(entries) };
}

function isLiteral(template: ValueTemplate): template is { readonly t: "literal"; readonly value: Json } {
  return template.t === "literal";
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: unknown): string {
  if (value === null || typeof value !== "object") return value === undefined ? "nothing" : `a ${typeof value}`;
  return Array.isArray(value) ? "a list" : "a map";
}
