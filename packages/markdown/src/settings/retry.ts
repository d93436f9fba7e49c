import { errorCodes, isErrorCode, nearest, type RetrySpec } from "@aiw/core";
import { isText, type YamlNode } from "../yaml/nodes.js";
import { given, innerReader } from "./key-reader.js";
import { type Place, readCount, readDuration, readMap, readOneOrMore, readWord } from "./values.js";

/** Defaults of `retry:`; the engine says when a delay is kept in memory. */
const defaults = { backoff: "exponential", delayMs: 1_000, maxDelayMs: 60_000 } as const;
/** Most extra attempts. */
export const maxAttempts = 100;

/** `2`, or `{ attempts, backoff, delay, max-delay, on }`. */
export function readRetry(node: YamlNode, place: Place): RetrySpec | undefined {
  if (node.kind === "scalar") {
    const attempts = readCount(node, [0, maxAttempts], place);
    return attempts === undefined ? undefined : { attempts, ...defaults };
  }
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const reader = innerReader(map, place, ["attempts", "backoff", "delay", "max-delay", "on"]);
  const attempts = reader.read("attempts", (value, at) => readCount(value, [0, maxAttempts], at));
  const backoff = reader.read("backoff", (value, at) => readWord(value, ["exponential", "constant"] as const, at));
  const delayMs = reader.read("delay", readDuration);
  const maxDelayMs = reader.read("max-delay", readDuration);
  const on = reader.read("on", readErrorCodes);
  if (!reader.has("attempts")) {
    place.report.add("E112", node, "'retry' does not say how many attempts", "write retry: { attempts: 2, … }");
  }
  if (attempts === undefined) return undefined;
  return {
    attempts,
    backoff: backoff ?? defaults.backoff,
    delayMs: delayMs ?? defaults.delayMs,
    maxDelayMs: maxDelayMs ?? Math.max(defaults.maxDelayMs, delayMs ?? 0),
    ...given({ on }),
  };
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
