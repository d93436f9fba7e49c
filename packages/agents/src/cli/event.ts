import { isJsonObject, type Json, type JsonObject } from "@aiw/core";

/** The line as an event; undefined when it is not a JSON object. */
export function parseEvent(line: string): JsonObject | undefined {
  if (!line.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text at this key, where it is one. */
export function textAt(object: JsonObject | undefined, key: string): string | undefined {
  const value = ownAt(object, key);
  return typeof value === "string" ? value : undefined;
}

/** The number at this key, where it is one. */
export function numberAt(object: JsonObject | undefined, key: string): number | undefined {
  const value = ownAt(object, key);
  return typeof value === "number" ? value : undefined;
}

/** The object at this key, where it is one. */
export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = ownAt(object, key);
  return isJsonObject(value) ? value : undefined;
}

/** The objects of the list at this key. */
export function objectsAt(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = ownAt(object, key);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A count of tokens at this key; 0 when it is missing or no count. */
export function countAt(object: JsonObject | undefined, key: string): number {
  const value = numberAt(object, key);
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : 0;
}

function ownAt(object: JsonObject | undefined, key: string): Json | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A short piece of a tool's input for people: the command, path, address or query. */
export function toolDetail(input: JsonObject | undefined): string | undefined {
  for (const key of ["command", "file_path", "path", "pattern", "url", "query", "description"]) {
    const value = textAt(input, key);
    if (value !== undefined) return value.length > 200 ? `${value.slice(0, 199)}…` : value;
  }
  return undefined;
}
