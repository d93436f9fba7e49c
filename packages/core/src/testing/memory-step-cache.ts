import type { CacheEntry, StepCache } from "../ports/step-cache.js";

/** Keeps results of steps in memory: for tests and rehearsals. */
export function createMemoryStepCache(): StepCache {
  const entries = new Map<string, string>();
  return {
    async get(key) {
      const text = entries.get(key);
      if (text === undefined) return undefined;
      const entry: CacheEntry = JSON.parse(text);
      return entry;
    },
    async put(key, entry) {
      entries.set(key, JSON.stringify(entry));
    },
  };
}
