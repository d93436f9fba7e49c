import type { BudgetSpec, CacheSpec, EffectSpec, QuotaMove, SandboxMode } from "@aiw/core";
import type { YamlNode } from "../yaml/nodes.js";
import { given, innerReader } from "./key-reader.js";
import { type Place, readAmount, readCount, readDuration, readMap, readTexts, readWord, refuse } from "./values.js";

/** Most tokens of a budget. */
export const maxTokens = 1e15;
/** Most dollars of a budget. */
export const maxUsd = 1e9;
/** Most effects of a kind. */
export const maxEffects = 10_000;
const effectKinds = ["patch", "file", "comment", "http", "command"] as const;

/** `{ usd: 3, tokens: 100000, time: 20m, on-exceed: stop }`, at least one limit. */
export function readBudget(node: YamlNode, place: Place): BudgetSpec | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const limits = ["usd", "tokens", "time"] as const;
  const reader = innerReader(map, place, [...limits, "on-exceed"]);
  const usd = reader.read("usd", (value, at) => readAmount(value, maxUsd, at));
  const tokens = reader.read("tokens", (value, at) => readCount(value, [1, maxTokens], at));
  const timeMs = reader.read("time", readDuration);
  const onExceed = reader.read("on-exceed", (value, at) =>
    readWord(value, ["warn", "ask", "downgrade", "stop"] as const, at),
  );
  if (!limits.some((key) => reader.has(key))) {
    place.report.add("E112", node, `'${place.key}' sets no limit`, "write at least one of usd, tokens and time");
  }
  return { ...given({ usd, tokens, timeMs }), onExceed: onExceed ?? "stop" };
}

/** `7d`, or `{ for: 7d, files: [globs] }`. */
export function readCache(node: YamlNode, place: Place): CacheSpec | undefined {
  if (node.kind === "scalar") {
    const forMs = readDuration(node, place);
    return forMs === undefined ? undefined : { forMs, files: [] };
  }
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const reader = innerReader(map, place, ["for", "files"]);
  const forMs = reader.read("for", readDuration);
  const files = reader.read("files", readTexts);
  if (!reader.has("for")) {
    place.report.add("E112", node, `'${place.key}' does not say for how long`, "write { for: 7d, files: […] }");
  }
  return forMs === undefined ? undefined : { forMs, files: files?.map(({ value }) => value) ?? [] };
}

/** `[patch, { kind: comment, max: 3 }]`. */
export function readEffects(node: YamlNode, place: Place): readonly EffectSpec[] | undefined {
  if (node.kind !== "list") {
    refuse(node, place, "a list", "write [patch] or [{ kind: comment, max: 3 }]");
    return undefined;
  }
  const seen = new Set<string>();
  return node.items.flatMap((item): readonly EffectSpec[] => {
    const effect = item.kind === "map" ? limitedEffect(item, place) : effectOf(item, place);
    if (effect === undefined) return [];
    if (seen.has(effect.kind)) {
      place.report.add("E103", item, `the effect '${effect.kind}' stands here twice`, "keep one of them");
      return [];
    }
    seen.add(effect.kind);
    return [effect];
  });
}

/** `on-quota:`. */
export function readQuotaMove(node: YamlNode, place: Place): QuotaMove | undefined {
  return readWord(node, ["park", "failover", "fail"] as const, place);
}

/** `sandbox:`. */
export function readSandbox(node: YamlNode, place: Place): SandboxMode | undefined {
  return readWord(node, ["off", "auto", "required"] as const, place);
}

function effectOf(node: YamlNode, place: Place): EffectSpec | undefined {
  const kind = readWord(node, effectKinds, place);
  return kind === undefined ? undefined : { kind };
}

function limitedEffect(node: YamlNode, place: Place): EffectSpec | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const reader = innerReader(map, place, ["kind", "max"]);
  const kind = reader.read("kind", (value, at) => readWord(value, effectKinds, at));
  const max = reader.read("max", (value, at) => readCount(value, [1, maxEffects], at));
  if (!reader.has("kind")) {
    place.report.add("E112", node, "this effect has no kind", "write { kind: comment, max: 3 }");
  }
  return kind === undefined ? undefined : { kind, ...given({ max }) };
}
