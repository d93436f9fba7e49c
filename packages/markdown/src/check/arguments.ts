import {
  describeType,
  isAssignable,
  isJsonObject,
  isNullable,
  type Json,
  type JsonSchema,
  suggest,
  validateJson,
  withoutNull,
} from "@aiw/core";
import type { ProblemCode } from "../problems/codes.js";
import type { Report } from "../problems/report.js";
import type { Call } from "../settings/step-draft.js";
import type { YamlEntry, YamlNode } from "../yaml/nodes.js";
import { hasBad, nodeAt, toJson } from "../yaml/to-json.js";

/** What the checks of a call are called. */
interface Words {
  readonly missing: ProblemCode;
  readonly unknown: ProblemCode;
  readonly wrong: ProblemCode;
  readonly of: string;
  readonly what: string;
}

const words: Readonly<Record<Call["of"], Words>> = {
  tool: { missing: "E303", unknown: "E304", wrong: "E305", of: "the tool", what: "argument" },
  workflow: { missing: "E308", unknown: "E309", wrong: "E310", of: "the workflow", what: "input" },
};

/** Compares `with:` with the parameters of what is called. */
export function checkArguments(call: Call, typeOf: (source: string) => JsonSchema | undefined, report: Report): void {
  const { parameters, withNode } = call;
  const { missing, unknown, wrong, of, what } = words[call.of];
  const properties = parameters?.properties;
  if (parameters === undefined || !isJsonObject(properties)) return;
  if (withNode !== undefined && withNode.kind !== "map") return;
  const entries = withNode?.entries ?? [];
  const names = Object.keys(properties);
  const required: readonly Json[] = Array.isArray(parameters.required) ? parameters.required : [];
  for (const name of required) {
    if (typeof name !== "string" || entries.some(({ key }) => key === name)) continue;
    report.add(missing, withNode ?? call.at, `the ${what} '${name}' is missing`, `add ${name}: to ${call.key}`);
  }
  for (const entry of entries) {
    const schema = Object.hasOwn(properties, entry.key) ? properties[entry.key] : undefined;
    if (schema !== undefined && isJsonObject(schema)) checkArgument(entry, schema, typeOf, { report, wrong });
    else if (schema === undefined && isClosed(parameters)) {
      report.add(unknown, entry.at, `${of} has no ${what} '${entry.key}'`, suggest(entry.key, names));
    }
  }
}

function isClosed(parameters: JsonSchema): boolean {
  return parameters.additionalProperties === undefined || parameters.additionalProperties === false;
}

function checkArgument(
  { key, value }: YamlEntry,
  schema: JsonSchema,
  typeOf: (source: string) => JsonSchema | undefined,
  { report, wrong }: { readonly report: Report; readonly wrong: ProblemCode },
): void {
  if (hasBad(value)) return;
  const whole = wholeHole(value);
  const given = whole === undefined ? undefined : typeOf(whole);
  if (given !== undefined) {
    if (isAssignable(given, schema) || given["x-secret"] === true) return;
    const isMissing = isNullable(given) && isAssignable(withoutNull(given), schema);
    const help = isMissing ? "say what to take instead of null, with ??" : "give a value of that type, or convert it";
    report.add(wrong, value, `'${key}' takes ${describeType(schema)}, not ${describeType(given)}`, help);
    return;
  }
  // The expression has a problem of its own.
  if (whole !== undefined) return;
  if (holdsHoles(value)) {
    if (value.kind === "scalar" && !isAssignable({ type: "string" }, schema)) {
      const help = "let the value be one {{ }} and nothing else";
      report.add(wrong, value, `'${key}' takes ${describeType(schema)}, not text`, help);
    }
    return;
  }
  const result = validateJson(schema, toJson(value));
  if (result.ok) return;
  for (const { path, message } of result.problems) {
    const name = [key, ...path].join(".");
    report.add(wrong, nodeAt(value, path), `'${name}' ${message}`, `it takes ${describeType(schema)}`);
  }
}

/** The expression of a value that is one `{{ }}`. */
function wholeHole(node: YamlNode): string | undefined {
  if (node.kind !== "scalar") return undefined;
  return /^\{\{((?:(?!\{\{|\}\})[\s\S])*)\}\}$/.exec(node.text)?.[1]?.trim();
}

function holdsHoles(node: YamlNode): boolean {
  if (node.kind === "scalar") return node.text.includes("{{");
  if (node.kind === "list") return node.items.some(holdsHoles);
  return node.kind === "map" && node.entries.some(({ value }) => holdsHoles(value));
}
