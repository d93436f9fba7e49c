import type { WaitSpec } from "@aiw/core";
import type { YamlNode } from "../yaml/nodes.js";
import { given, innerReader, type KeyReader } from "./key-reader.js";
import { readExpression } from "./loops.js";
import { scalarText, type TemplateSink } from "./templates.js";
import { readTypeOf, type TypeReader } from "./types.js";
import { type Place, readDuration, readMap, readText } from "./values.js";

/** What `wait:` says. */
export interface WaitSettings {
  readonly wait: WaitSpec;
  readonly timeoutMs?: number;
}

const forms = ["for", "until", "signal"] as const;

/** `{ for: 10m }`, `{ until: expression }` or `{ signal, schema, timeout }`. */
export function readWait(
  node: YamlNode,
  place: Place,
  file: TypeReader & { readonly sink: TemplateSink },
): WaitSettings | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const keys = innerReader(map, place, [...forms, "schema", "timeout"]);
  const [form, second] = forms.filter((key) => keys.has(key));
  if (form === undefined) {
    place.report.add(
      "E112",
      node,
      "'wait' does not say for what",
      "write { for: 10m }, { until: … } or { signal: name }",
    );
    return undefined;
  }
  if (second !== undefined) {
    const at = keys.entry(second)?.at ?? node;
    place.report.add("E112", at, `'wait' has '${form}' and '${second}': it takes one of them`, "make two steps");
  }
  for (const key of ["schema", "timeout"]) {
    const entry = keys.entry(key);
    if (entry === undefined || form === "signal") continue;
    place.report.add("E111", entry.at, `'${key}' has no effect without signal`, "remove it, or wait for a signal");
  }
  const wait = readForm(form, keys, file);
  const timeoutMs = keys.read("timeout", readDuration);
  return wait === undefined ? undefined : { wait, ...given({ timeoutMs }) };
}

/** An expression; a time without quotes would be one of numbers. */
function readTime(node: YamlNode, place: Place, sink: TemplateSink): string | undefined {
  if (node.kind !== "scalar" || !/^\d{4}-\d\d-\d\d/.test(node.text)) {
    return readExpression(node, place, { sink, use: "wait-until" });
  }
  place.report.add(
    "E223",
    node,
    "a time is text, and text in an expression stands in quotes",
    `write "'${node.text}'"`,
  );
  return undefined;
}

function readForm(
  form: (typeof forms)[number],
  keys: KeyReader,
  file: TypeReader & { readonly sink: TemplateSink },
): WaitSpec | undefined {
  const { sink } = file;
  if (form === "for") {
    const ms = keys.read("for", readDuration);
    return ms === undefined ? undefined : { for: ms };
  }
  if (form === "until") {
    const until = keys.read("until", (node, place) => readTime(node, place, sink));
    return until === undefined ? undefined : { until };
  }
  const name = keys.read("signal", readText);
  const entry = keys.entry("schema");
  const schema = entry === undefined ? undefined : readTypeOf(entry, file);
  if (name === undefined) return undefined;
  if (name.value.trim() === "") {
    sink.report.add("E112", name, "the name of the signal is empty", "write { signal: deployed }");
    return undefined;
  }
  return { signal: scalarText(name, sink, "signal"), ...given({ schema }) };
}
