import { type ForeachAxis, type ForeachSpec, maxForeachItems } from "@aiw/core";
import { explainName, isIdentifier } from "../structure/ids.js";
import type { Range } from "../text/source.js";
import { describeNode, isText, type YamlMap, type YamlNode } from "../yaml/nodes.js";
import { agentOf } from "./agents.js";
import { given, innerReader, type KeyReader } from "./key-reader.js";
import type { StepKind } from "./keys.js";
import type { Ref, RepeatDraft } from "./step-draft.js";
import { bareExpression, type TemplateSink, valueTemplate } from "./templates.js";
import { type Place, readCount, readDuration, readMap, readText, refuse } from "./values.js";

/** Most rounds of a `repeat`. */
export const maxRounds = 1_000;
/** Most items at once. */
export const maxParallel = 1_000;

/** Axes of a matrix that also set the key of an agent step. */
const keyAxes: readonly string[] = ["agent", "model", "effort"];

/** Names that mean something else in expressions. */
const taken = new Set([
  ...["inputs", "secrets", "sections", "env", "run", "event", "steps", "error"],
  ...["output", "text", "status", "exit_code", "stderr"],
]);

/** `foreach`, `as` and `max-parallel` of a step of this kind. */
export function readForeach(keys: KeyReader, kind: StepKind, sink: TemplateSink): ForeachSpec | undefined {
  const as = keys.read("as", readVariable) ?? "item";
  const maxAtOnce = keys.read("max-parallel", (node, place) => readCount(node, [1, maxParallel], place));
  const over = keys.read("foreach", (node, place) =>
    node.kind === "map" ? readMatrix(node, place, { keys, kind, sink }) : readAxis(node, place, sink),
  );
  for (const key of ["as", "max-parallel"]) {
    const entry = keys.entry(key);
    if (entry === undefined || keys.has("foreach")) continue;
    sink.report.add("E111", entry.at, `'${key}' has no effect without foreach`, "remove it, or add foreach:");
  }
  if (!keys.has("foreach")) return undefined;
  // What could not be read was meant to be a loop: that its items are not there would be an echo.
  return { over: over ?? { list: [] }, as, ...given({ maxParallel: maxAtOnce }) };
}

/** `{ until, max, every, from }`. */
export function readRepeat(keys: KeyReader, sink: TemplateSink): RepeatDraft | undefined {
  const at = keys.entry("repeat")?.at;
  const map = keys.read("repeat", readMap);
  if (map === undefined || at === undefined) return undefined;
  const reader = innerReader(map, { key: "repeat", report: sink.report }, ["until", "max", "every", "from"]);
  const until = reader.read("until", (node, place) => readExpression(node, place, { sink, use: "until" }));
  const max = reader.read("max", (node, place) => readCount(node, [1, maxRounds], place));
  const everyMs = reader.read("every", readDuration);
  const from = reader.read("from", readRef);
  for (const [key, example] of [
    ["until", "until: status == 'completed'"],
    ["max", "max: 5"],
  ] as const) {
    if (reader.has(key)) continue;
    const message =
      key === "until" ? "'repeat' does not say until when" : "'repeat' does not say how many rounds at most";
    sink.report.add("E112", map, message, `add ${example}`);
  }
  if (until === undefined || max === undefined) return undefined;
  return { spec: { until, max, ...given({ everyMs, from: from?.id }) }, at, ...given({ from }) };
}

/** The name of a step. */
export function readRef(node: YamlNode, place: Place): Ref | undefined {
  if (isText(node)) return { id: node.value, start: node.start, end: node.end };
  refuse(node, place, "the id of a step");
  return undefined;
}

/** An expression without braces. */
export function readExpression(
  node: YamlNode,
  place: Place,
  { sink, use }: { readonly sink: TemplateSink; readonly use: Parameters<typeof bareExpression>[2] },
): string | undefined {
  if (node.kind === "scalar" && node.value !== null) return bareExpression(node, sink, use);
  refuse(node, place, "an expression");
  return undefined;
}

function readVariable(node: YamlNode, place: Place): string | undefined {
  const name = readText(node, place);
  if (name === undefined) return undefined;
  if (taken.has(name.value)) {
    place.report.add("E130", name, `'${name.value}' means something else in expressions`, "choose another name");
    return undefined;
  }
  if (isIdentifier(name.value)) return name.value;
  const { message, help } = explainName(name.value, "a variable");
  place.report.add("E130", name, message, help);
  return undefined;
}

function readAxis(node: YamlNode, place: Place, sink: TemplateSink, isKey = false): ForeachAxis | undefined {
  if (node.kind === "list") {
    if (node.items.length > maxForeachItems) tooMany(node, node.items.length, sink);
    return { list: node.items.map((item) => valueTemplate(item, sink, isKey ? "axis-item" : "foreach-item")) };
  }
  if (node.kind === "scalar" && typeof node.value === "string") {
    const expr = bareExpression(node, sink, isKey ? "axis" : "foreach");
    return expr === undefined ? undefined : { expr };
  }
  refuse(node, place, "a list, an expression that gives one, or a map of them", "write [a, b], or inputs.files");
  return undefined;
}

interface MatrixStep {
  readonly keys: KeyReader;
  readonly kind: StepKind;
  readonly sink: TemplateSink;
}

function readMatrix(map: YamlMap, place: Place, step: MatrixStep): ForeachSpec["over"] | undefined {
  const { sink } = step;
  if (map.entries.length === 0) {
    refuse(map, place, "at least one axis", "write { size: [small, large] }");
    return undefined;
  }
  let count = 1;
  const axes = map.entries.flatMap(({ key, at, value }): (readonly [string, ForeachAxis])[] => {
    if (value.kind === "bad") return [];
    if (!isIdentifier(key)) {
      const { message, help } = explainName(key, "an axis");
      sink.report.add("E130", at, message, help);
      return [];
    }
    if (value.kind === "list") count *= value.items.length;
    const isKey = step.kind === "agent" && keyAxes.includes(key);
    if (isKey) checkKeyAxis(key, value, step);
    const axis = readAxis(value, { ...place, key: `${place.key}.${key}` }, sink, isKey);
    return axis === undefined ? [] : [[key, axis]];
  });
  if (count > maxForeachItems) tooMany(map, count, sink);
  return { matrix: Object.fromEntries(axes) };
}

/** An axis that also sets the key of the step. */
function checkKeyAxis(key: string, value: YamlNode, { keys, sink }: MatrixStep): void {
  const entry = keys.entry(key);
  if (entry !== undefined) {
    sink.report.add("E111", entry.at, `'${key}' has no effect: the axis of foreach sets it`, "remove one of them");
  }
  for (const item of value.kind === "list" ? value.items : []) {
    if (item.kind === "bad" || (isText(item) && item.text.includes("{{"))) continue;
    if (!isText(item)) {
      const help = item.kind === "scalar" ? `quote it: "${item.text}"` : "write text";
      sink.report.add("E137", item, `the axis '${key}' takes text, not ${describeNode(item)}`, help);
    } else if (key === "agent" && agentOf(item.value) === undefined) {
      sink.report.add("E137", item, `'${item.value}' is no agent`, "write agent, or agent/model");
    }
  }
}

function tooMany(at: Range, count: number, { report }: TemplateSink): void {
  report.add("E131", at, `a foreach has at most ${maxForeachItems} items, this one has ${count}`, "make fewer of them");
}
