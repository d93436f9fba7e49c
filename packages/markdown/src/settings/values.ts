import { nearest, parseDuration } from "@aiw/core";
import type { Report } from "../problems/report.js";
import { describeNode, isText, type YamlMap, type YamlNode, type YamlScalar } from "../yaml/nodes.js";

/** What a reader of one value needs: the key for messages, and where to report. */
export interface Place {
  readonly key: string;
  readonly report: Report;
}

/** Text; a number or boolean is refused. */
export function readText(node: YamlNode, place: Place): (YamlScalar & { readonly value: string }) | undefined {
  if (isText(node)) return node;
  refuse(node, place, "text", node.kind === "scalar" ? `quote it: "${node.text}"` : undefined);
  return undefined;
}

/** A single value as it was written, `1.10` stays `1.10`. */
export function readWritten(node: YamlNode, place: Place): string | undefined {
  if (node.kind === "scalar" && node.value !== null) return node.text;
  refuse(node, place, "one value", "write it without brackets");
  return undefined;
}

/** A list of texts. */
export function readTexts(
  node: YamlNode,
  place: Place,
): readonly (YamlScalar & { readonly value: string })[] | undefined {
  if (node.kind !== "list") {
    refuse(node, place, "a list", isText(node) ? `write [${node.text}]` : undefined);
    return undefined;
  }
  return node.items.flatMap((item) => readText(item, place) ?? []);
}

/** One text or a list of them. */
export function readOneOrMore(
  node: YamlNode,
  place: Place,
): readonly (YamlScalar & { readonly value: string })[] | undefined {
  if (node.kind === "list") return readTexts(node, place);
  const one = readText(node, place);
  return one === undefined ? undefined : [one];
}

/** A map. */
export function readMap(node: YamlNode, place: Place): YamlMap | undefined {
  if (node.kind === "map") return node;
  const key = place.key.split(".").at(-1) ?? place.key;
  refuse(node, place, "a map", `write ${key}: ${Object.hasOwn(maps, key) ? maps[key] : "{ key: value }"}`);
  return undefined;
}

/** What a map looks like under some keys. */
const maps: Readonly<Record<string, string>> = {
  approval: "{ by: [maintainer] }",
  budget: "{ usd: 3 }",
  concurrency: "{ key: deploy }",
  env: "{ NAME: text }",
  fields: "{ note: string }",
  inputs: "{ name: string }",
  outputs: "{ name: steps.step.text }",
  permissions: "{ read: [.] }",
  queue: "{ name: jobs }",
  repeat: "{ until: text == 'ok', max: 5 }",
  run: "{ lang: bash, script: make }",
  tools: "{ local: ./tools }",
  wait: "{ for: 10m }",
  watch: "{ paths: [src] }",
  webhook: "{ path: /review }",
};

/** One of a few words. */
export function readWord<T extends string>(node: YamlNode, words: readonly T[], place: Place): T | undefined {
  const text = readText(node, place);
  if (text === undefined) return undefined;
  const word = words.find((each) => each === text.value);
  if (word !== undefined) return word;
  const near = nearest(text.value, words);
  const help = near === undefined ? `there is: ${words.join(", ")}` : `did you mean '${near}'?`;
  place.report.add("E113", node, `'${text.value}' is no value of '${place.key}'`, help);
  return undefined;
}

/** A whole number within bounds. */
export function readCount(node: YamlNode, [min, max]: readonly [number, number], place: Place): number | undefined {
  const value = node.kind === "scalar" ? node.value : undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  if (typeof value !== "number") refuse(node, place, `a whole number from ${min} to ${max}`);
  else {
    const message = `'${place.key}' takes a whole number from ${min} to ${max}, not ${value}`;
    place.report.add("E112", node, message, `write ${Math.min(max, Math.max(min, Math.round(value)))}`);
  }
  return undefined;
}

/** A number above 0. */
export function readAmount(node: YamlNode, max: number, place: Place): number | undefined {
  const value = node.kind === "scalar" ? node.value : undefined;
  if (typeof value === "number" && value > 0 && value <= max) return value;
  if (typeof value !== "number") refuse(node, place, "a number above 0");
  else {
    const message = `'${place.key}' takes a number above 0 and at most ${max}, not ${value}`;
    place.report.add("E112", node, message, "write 1.5");
  }
  return undefined;
}

/** A duration with its unit, in ms. */
export function readDuration(node: YamlNode, place: Place): number | undefined {
  if (node.kind !== "scalar" || node.value === null || typeof node.value === "boolean") {
    refuse(node, place, "a duration", "write a number with a unit: 90s, 10m, 2h");
    return undefined;
  }
  const parsed = parseDuration(node.text);
  if (parsed.ok && parsed.ms > 0) return parsed.ms;
  const message = parsed.ok ? `'${node.text}' is no time at all` : parsed.message;
  place.report.add("E114", node, message, durationHelp(node));
  return undefined;
}

/** Reports a value of the wrong shape. */
export function refuse(node: YamlNode, place: Place, wanted: string, help?: string): void {
  if (node.kind === "bad") return;
  const message = `'${place.key}' takes ${wanted}, not ${describeNode(node)}`;
  place.report.add("E112", node, message, help ?? `write ${wanted}`);
}

function durationHelp(node: YamlScalar): string {
  if (/^\d+$/.test(node.text)) return `did you mean ${node.text}s?`;
  return "write a number with a unit: 500ms, 90s, 10m, 2h, 7d";
}
