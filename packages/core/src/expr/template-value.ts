import { isJsonObject, type Json } from "../json.js";
import type { ValueTemplate } from "../model/template.js";
import { parseText, type TemplateHole } from "./template-text.js";
import type { ExprProblem } from "./types.js";
import { isList } from "./value.js";

/** Keys and list indexes from the outermost value to an inner one. */
export type ValuePath = readonly (string | number)[];

/** Outcome of parsing a value with holes. */
export interface ParsedValue {
  readonly template: ValueTemplate;
  /** Every expression, with the path of its string. `whole`: the string is nothing else, so the value keeps its type. */
  readonly spans: readonly (TemplateHole & { readonly path: ValuePath; readonly whole: boolean })[];
  /** Offsets are those of the string at `path`. */
  readonly problems: readonly (ExprProblem & { readonly path: ValuePath })[];
}

/** Finds the `{{ }}` in the strings of a JSON value; keys are taken as they are. Never throws. */
export function parseValue(value: Json): ParsedValue {
  const spans: (TemplateHole & { path: ValuePath; whole: boolean })[] = [];
  const problems: (ExprProblem & { path: ValuePath })[] = [];
  const template = build(value, []);
  return { template, spans, problems };

  function build(at: Json, path: ValuePath): ValueTemplate {
    if (typeof at === "string") return text(at, path);
    if (isList(at)) {
      const items = at.map((item, index) => build(item, [...path, index]));
      return items.every(isLiteral) ? { t: "literal", value: items.map((item) => item.value) } : { t: "list", items };
    }
    if (!isJsonObject(at)) return { t: "literal", value: at };
    const entries = Object.entries(at).map(([key, item]) => [key, build(item, [...path, key])] as const);
    const values = entries.flatMap(([key, item]) => (isLiteral(item) ? [[key, item.value] as const] : []));
    if (values.length === entries.length) return { t: "literal", value: Object.fromEntries(values) };
    return { t: "map", entries: Object.fromEntries(entries) };
  }

  function text(at: string, path: ValuePath): ValueTemplate {
    const parsed = parseText(at);
    const [only] = parsed.spans;
    const whole = only !== undefined && only.outerStart === 0 && only.outerEnd === at.length;
    spans.push(...parsed.spans.map((span) => ({ ...span, path, whole })));
    problems.push(...parsed.problems.map((problem) => ({ ...problem, path })));
    if (whole) return { t: "expr", expr: only.expression.source };
    if (parsed.spans.length > 0) return { t: "text", parts: parsed.parts };
    return { t: "literal", value: parsed.parts.join("") };
  }
}

function isLiteral(template: ValueTemplate): template is Extract<ValueTemplate, { readonly t: "literal" }> {
  return template.t === "literal";
}
