import { nearest } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";
import type { Settings } from "./keys.js";
import type { Place } from "./values.js";

/** Reads the values of known keys. */
export interface KeyReader {
  has(key: string): boolean;
  entry(key: string): YamlEntry | undefined;
  /** @returns Nothing when the key is absent or its value was reported. */
  read<T>(key: string, reader: (node: YamlNode, place: Place) => T | undefined): T | undefined;
}

/**
 * A reader of settings whose unknown keys were reported.
 *
 * @param prefix - What stands before a key in messages: `retry.`.
 */
export function keyReader(settings: Settings, report: Report, prefix = ""): KeyReader {
  return {
    has: (key) => settings.has(key),
    entry: (key) => settings.get(key),
    read(key, reader) {
      const entry = settings.get(key);
      if (entry === undefined || entry.value.kind === "bad") return undefined;
      return reader(entry.value, { key: prefix + key, report });
    },
  };
}

/** A reader of an inner map; unknown keys are reported. */
export function innerReader(map: YamlMap, place: Place, known: readonly string[]): KeyReader {
  const entries = innerEntries(map, place, known).map((entry) => [entry.key, entry] as const);
  return keyReader(new Map(entries), place.report, `${place.key}.`);
}

/** Known entries of an inner map; the others are reported. */
export function innerEntries(map: YamlMap, place: Place, known: readonly string[]): readonly YamlEntry[] {
  return map.entries.filter((entry) => {
    if (known.includes(entry.key)) return true;
    const near = nearest(entry.key, known);
    const help = near === undefined ? `there is: ${known.join(", ")}` : `did you mean '${near}'?`;
    place.report.add("E110", entry.at, `'${place.key}' has no key '${entry.key}'`, help);
    return false;
  });
}

/** The fields that have a value: what nothing gives is absent in the model. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
