import { formatDuration } from "@aiw/core";
import type { CacheParts } from "./cache-parts.js";

const maxNamed = 5;

/** Why a result was made anew. */
export interface Miss {
  readonly now: CacheParts;
  /** Parts of the result that the step had last; absent when none is known. */
  readonly last: CacheParts | undefined;
  /** The key has an entry, and it cannot be used. */
  readonly unusable?: "expired" | "artifacts" | "misfit" | undefined;
  readonly forMs: number;
}

/** One line that tells why a step's result did not come from the cache. */
export function describeMiss({ now, last, unusable, forMs }: Miss): string {
  switch (unusable) {
    case "expired":
      return `not from the cache: the result is older than ${formatDuration(forMs)}`;
    case "artifacts":
      return "not from the cache: an artifact of the result is gone";
    case "misfit":
      return "not from the cache: the result does not pass the step's checks any more";
    case undefined:
      break;
  }
  if (last === undefined) return "not from the cache: there is no earlier result";
  const changed = changedParts(now, last);
  if (changed.length === 0) return "not from the cache: the earlier result is gone or damaged";
  const more = changed.length - maxNamed;
  return `not from the cache: ${changed.slice(0, maxNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** One line that tells where a step's result came from. */
export function describeHit(at: number, key: string): string {
  return `from the cache: made ${new Date(at).toISOString()}, key ${key.slice(0, 12)}`;
}

/** `prompt changed`, `file src/a.ts added`, in the order of their names. */
export function changedParts(now: CacheParts, last: CacheParts): readonly string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(last)])].sort();
  return names.flatMap((name) => {
    if (now[name] === last[name]) return [];
    if (last[name] === undefined) return [`${name} added`];
    return [now[name] === undefined ? `${name} removed` : `${name} changed`];
  });
}
