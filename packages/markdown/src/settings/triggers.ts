import type { TriggerSpec, ValueTemplate } from "@aiw/core";
import type { ExprUse } from "../check/use.js";
import type { Range } from "../text/source.js";
import { isText, type YamlMap, type YamlNode } from "../yaml/nodes.js";
import { faultOfCron } from "./cron.js";
import { given, innerReader, type KeyReader } from "./key-reader.js";
import { readExpression } from "./loops.js";
import { type TemplateSink, valueTemplate } from "./templates.js";
import { type Place, readDuration, readMap, readText, readTexts, readWord, refuse } from "./values.js";

/** One entry of `on:`, with what the checker compares. */
export interface TriggerDraft {
  readonly spec: TriggerSpec;
  readonly at: Range;
  /** Its expressions. */
  readonly uses: readonly ExprUse[];
  /** Value of `inputs:`. */
  readonly inputs?: YamlNode;
  readonly secret?: Range & { readonly name: string };
}

const kinds = ["manual", "schedule", "webhook", "watch", "queue"] as const;
const providers = ["github", "standard", "stripe", "slack", "generic"] as const;
const watched = ["created", "modified", "deleted", "moved"] as const;
const defaultDebounceMs = 500;

/** One trigger or a list of them. */
export function readTriggers(node: YamlNode, place: Place, sink: TemplateSink): readonly TriggerDraft[] {
  return (node.kind === "list" ? node.items : [node]).flatMap((item) => readTrigger(item, place, sink) ?? []);
}

function readTrigger(node: YamlNode, place: Place, sink: TemplateSink): TriggerDraft | undefined {
  if (isText(node)) {
    const kind = readWord(node, kinds, place);
    if (kind === "manual") return { spec: { type: "manual" }, at: node, uses: [] };
    if (kind !== undefined) refuse(node, place, `'${kind}' with its settings`, `write { ${kind}: … }`);
    return undefined;
  }
  if (node.kind !== "map") {
    refuse(node, place, "a trigger or a list of them", 'write { schedule: "0 7 * * mon-fri" }');
    return undefined;
  }
  const keys = innerReader(node, place, kinds.slice(1));
  const [kind, second] = kinds.filter((key) => keys.has(key));
  if (second !== undefined) {
    place.report.add(
      "E112",
      keys.entry(second)?.at ?? node,
      "a trigger is of one kind",
      "write a list: on: [{ … }, { … }]",
    );
  }
  const entry = kind === undefined ? undefined : keys.entry(kind);
  if (kind === undefined || entry === undefined) return undefined;
  const own: TemplateSink = { ...sink, uses: [] };
  const draft = keys.read(kind, (value, at) => readKind(kind, { value, place: at, sink: own }));
  return draft === undefined ? undefined : { ...draft, at: entry.at, uses: own.uses };
}

interface KindReader {
  readonly value: YamlNode;
  readonly place: Place;
  readonly sink: TemplateSink;
}
type Read = Omit<TriggerDraft, "at" | "uses"> | undefined;

function readKind(kind: (typeof kinds)[number], reader: KindReader): Read {
  switch (kind) {
    case "manual":
      return { spec: { type: "manual" } };
    case "schedule":
      return readSchedule(reader);
    case "webhook":
      return readWebhook(reader);
    case "watch":
      return readWatch(reader);
    case "queue":
      return readQueue(reader);
  }
}

function readSchedule({ value, place, sink }: KindReader): Read {
  const base = { type: "schedule", overlap: "skip", missed: "skip", inputs: {} } as const;
  if (value.kind === "scalar") {
    const cron = readCron(value, place);
    return cron === undefined ? undefined : { spec: { ...base, cron } };
  }
  const map = readMap(value, place);
  if (map === undefined) return undefined;
  const keys = innerReader(map, place, ["cron", "timezone", "overlap", "missed", "inputs"]);
  const cron = keys.read("cron", readCron);
  const timezone = keys.read("timezone", readTimezone);
  const overlap = keys.read("overlap", (node, at) => readWord(node, ["skip", "queue", "allow"] as const, at));
  const missed = keys.read("missed", (node, at) => readWord(node, ["skip", "once", "all"] as const, at));
  const inputs = readTriggerInputs(keys, sink);
  if (!keys.has("cron")) missing(map, "cron", 'cron: "0 7 * * *"', place);
  if (cron === undefined) return undefined;
  const more = given({ timezone, overlap, missed, inputs: inputs?.values });
  return { spec: { ...base, cron, ...more }, ...given({ inputs: inputs?.node }) };
}

function readWebhook({ value, place, sink }: KindReader): Read {
  const map = readMap(value, place);
  if (map === undefined) return undefined;
  const keys = innerReader(map, place, ["path", "provider", "secret", "if", "inputs"]);
  const path = keys.read("path", readPath);
  const provider = keys.read("provider", (node, at) => readWord(node, providers, at)) ?? "generic";
  const secret = keys.read("secret", readText);
  const condition = keys.read("if", (node, at) => readExpression(node, at, { sink, use: "trigger-if" }));
  const inputs = readTriggerInputs(keys, sink);
  if (!keys.has("path")) missing(map, "path", "path: /review", place);
  if (path === undefined) return undefined;
  const named = secret === undefined ? undefined : { name: secret.value, start: secret.start, end: secret.end };
  return {
    spec: {
      type: "webhook",
      path,
      provider,
      ...given({ secret: named?.name, if: condition }),
      inputs: inputs?.values ?? {},
    },
    ...given({ inputs: inputs?.node, secret: named }),
  };
}

function readWatch({ value, place, sink }: KindReader): Read {
  const map = readMap(value, place);
  if (map === undefined) return undefined;
  const keys = innerReader(map, place, ["paths", "ignore", "events", "debounce", "inputs"]);
  const paths = keys.read("paths", readGlobs);
  const ignore = keys.read("ignore", readGlobs) ?? [];
  const events = keys.read("events", (node, at) => {
    const items = readTexts(node, at);
    return items?.flatMap((item) => readWord(item, watched, at) ?? []);
  });
  const debounceMs = keys.read("debounce", readDuration) ?? defaultDebounceMs;
  const inputs = readTriggerInputs(keys, sink);
  if (!keys.has("paths")) missing(map, "paths", "paths: [src/**]", place);
  if (paths === undefined) return undefined;
  return {
    spec: { type: "watch", paths, ignore, events: events ?? watched, debounceMs, inputs: inputs?.values ?? {} },
    ...given({ inputs: inputs?.node }),
  };
}

function readQueue({ value, place, sink }: KindReader): Read {
  const map = readMap(value, place);
  if (map === undefined) return undefined;
  const keys = innerReader(map, place, ["name", "inputs"]);
  const name = keys.read("name", readText);
  const inputs = readTriggerInputs(keys, sink);
  if (!keys.has("name")) missing(map, "name", "name: reviews", place);
  if (name === undefined) return undefined;
  return {
    spec: { type: "queue", name: name.value, inputs: inputs?.values ?? {} },
    ...given({ inputs: inputs?.node }),
  };
}

function readTriggerInputs(keys: KeyReader, sink: TemplateSink) {
  const map = keys.read("inputs", readMap);
  if (map === undefined) return undefined;
  const values = map.entries.map(({ key, value }): readonly [string, ValueTemplate] => [
    key,
    valueTemplate(value, sink, "trigger-input"),
  ]);
  return { node: map, values: Object.fromEntries(values) };
}

function readCron(node: YamlNode, place: Place): string | undefined {
  const text = readText(node, place);
  if (text === undefined) return undefined;
  const fault = faultOfCron(text.value);
  if (fault === undefined) return text.value.trim();
  place.report.add("E132", text, `'${text.value}' ${fault}`, 'write "0 7 * * mon-fri" for seven on working days');
  return undefined;
}

function readTimezone(node: YamlNode, place: Place): string | undefined {
  const text = readText(node, place);
  if (text === undefined) return undefined;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text.value });
    if (!/^[+-]/.test(text.value)) return text.value;
  } catch {
    // Not a name that this machine knows: reported below.
  }
  place.report.add("E133", text, `there is no time zone '${text.value}'`, "write a name such as Europe/Berlin or UTC");
  return undefined;
}

function readPath(node: YamlNode, place: Place): string | undefined {
  const text = readText(node, place);
  if (text === undefined || /^\/[\w./~-]*$/.test(text.value)) return text?.value;
  place.report.add("E112", text, `'${text.value}' is no path of an address`, "write path: /review");
  return undefined;
}

function readGlobs(node: YamlNode, place: Place): readonly string[] | undefined {
  const items = readTexts(node, place)?.map(({ value }) => value);
  if (items?.length === 0) refuse(node, place, "at least one pattern");
  return items;
}

function missing(map: YamlMap, key: string, example: string, place: Place): void {
  place.report.add("E112", map, `'${place.key}' has no '${key}'`, `add ${example}`);
}
