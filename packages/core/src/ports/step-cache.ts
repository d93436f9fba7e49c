import type { Json } from "../json.js";
import type { ArtifactRef } from "./artifact-store.js";

/** A result that may be used again. */
export interface CacheEntry {
  /** When it was made, ms since the epoch. */
  readonly at: number;
  readonly output: Json;
  readonly text: string | null;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly artifacts?: readonly ArtifactRef[] | undefined;
  /** Hash of each part that its key was made of, by name: tells later why a key differs. */
  readonly parts?: Readonly<Record<string, string>> | undefined;
}

/** Results of steps by a hash of all that they were made from. Every implementation passes `describeStepCache` of `@aiw/core/testing`. */
export interface StepCache {
  /** The entry; undefined when there is none, or when it is damaged or was not written by `put` for this key. */
  get(key: string): Promise<CacheEntry | undefined>;
  /** Keeps an entry; a later one for the same key wins. @throws AiwError `disk_full`, `store_io`. */
  put(key: string, entry: CacheEntry): Promise<void>;
}
