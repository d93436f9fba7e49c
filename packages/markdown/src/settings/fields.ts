import { type AgentRef, errorCodes, isErrorCode, nearest, type Permissions, type RetrySpec } from "@aiw/core";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";
import { isText } from "../yaml/nodes.js";
import { type Place, readCount, readDuration, readMap, readOneOrMore, readTexts, readWord, refuse } from "./values.js";

/** Defaults of `retry:`; ENGINE rules say when a delay is kept in memory. */
const retryDefaults = { backoff: "exponential", delayMs: 1_000, maxDelayMs: 60_000 } as const;
const maxAttempts = 100;

/** `claude`, `claude/opus`, `[claude, codex]`. */
export function readAgents(node: YamlNode, place: Place): readonly AgentRef[] | undefined {
  if (node.kind === "map") {
    const message = "routing with '{ any: … }' is part of the language, not in this version";
    place.report.add("E902", node, message, "write a list: the first that works is taken");
    return undefined;
  }
  const names = readOneOrMore(node, place);
  if (names === undefined) return undefined;
  if (names.length === 0) refuse(node, place, "at least one agent", "write agent: auto");
  return names.flatMap((name) => {
    const match = /^([A-Za-z0-9][\w.-]*)(?:\/(\S+))?$/.exec(name.value);
    const agent = match?.[1];
    const model = match?.[2];
    if (agent !== undefined) return [model === undefined ? { agent } : { agent, model }];
    place.report.add("E112", name, `'${name.value}' is no agent`, "write agent, or agent/model");
    return [];
  });
}

/** `{ read: [.], write: [reports/], run: [git], net: [api.github.com] }` */
export function readPermissions(node: YamlNode, place: Place): Permissions | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const permissions: { -readonly [key in keyof Permissions]: readonly string[] } = {};
  for (const entry of inner(map, place, ["read", "write", "run", "net"])) {
    const list = readTexts(entry.value, { ...place, key: entry.key });
    const key = permissionKey(entry.key);
    if (list !== undefined && key !== undefined) permissions[key] = list.map((item) => item.value);
  }
  return permissions;
}

/** `2`, or `{ attempts, backoff, delay, max-delay, on }`. */
export function readRetry(node: YamlNode, place: Place): RetrySpec | undefined {
  if (node.kind === "scalar") {
    const attempts = readCount(node, [0, maxAttempts], place);
    return attempts === undefined ? undefined : { attempts, ...retryDefaults };
  }
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const entries = new Map(
    inner(map, place, ["attempts", "backoff", "delay", "max-delay", "on"]).map((entry) => [entry.key, entry.value]),
  );
  const read = <T>(key: string, reader: (value: YamlNode, at: Place) => T) => {
    const value = entries.get(key);
    return value === undefined ? undefined : reader(value, { ...place, key: `${place.key}.${key}` });
  };
  const attempts = read("attempts", (value, at) => readCount(value, [0, maxAttempts], at));
  const backoff = read("backoff", (value, at) => readWord(value, ["exponential", "constant"] as const, at));
  const delayMs = read("delay", readDuration);
  const maxDelayMs = read("max-delay", readDuration);
  const on = read("on", readErrorCodes);
  if (!entries.has("attempts")) {
    place.report.add("E112", node, "'retry' does not say how many attempts", "write retry: { attempts: 2, … }");
  }
  if (attempts === undefined) return undefined;
  return {
    attempts,
    backoff: backoff ?? retryDefaults.backoff,
    delayMs: delayMs ?? retryDefaults.delayMs,
    maxDelayMs: maxDelayMs ?? Math.max(retryDefaults.maxDelayMs, delayMs ?? 0),
    ...(on === undefined ? {} : { on }),
  };
}

/** Known entries of an inner map; the others are reported. */
export function inner(map: YamlMap, place: Place, known: readonly string[]): readonly YamlEntry[] {
  return map.entries.filter((entry) => {
    if (known.includes(entry.key)) return true;
    const near = nearest(entry.key, known);
    const help = near === undefined ? `there is: ${known.join(", ")}` : `did you mean '${near}'?`;
    place.report.add("E110", entry.at, `'${place.key}' has no key '${entry.key}'`, help);
    return false;
  });
}

function readErrorCodes(node: YamlNode, place: Place): readonly string[] | undefined {
  const list = readOneOrMore(node, place);
  return list?.flatMap((item) => {
    if (isText(item) && isErrorCode(item.value)) return [item.value];
    const near = nearest(item.value, Object.keys(errorCodes));
    const help = near === undefined ? "for example: rate_limit, timeout, overloaded, exit" : `did you mean '${near}'?`;
    place.report.add("E113", item, `there is no error '${item.value}'`, help);
    return [];
  });
}

function permissionKey(key: string): keyof Permissions | undefined {
  return key === "read" || key === "write" || key === "run" || key === "net" ? key : undefined;
}
