import { canonicalJson, isJsonObject, type Json } from "@aiw/core";

/** Keys and list indexes, from the settings down. */
export type Path = readonly (string | number)[];

/** Are two values equal? The order of keys does not count. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

/** The value below keys that are not there yet. */
export function nest(path: Path, value: Json): Json {
  return path.reduceRight<Json>((inner, part) => (typeof part === "number" ? [inner] : { [part]: inner }), value);
}

/** The value with another one at a path. */
export function withValue(json: Json | undefined, path: Path, value: Json): Json {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (Array.isArray(json) && typeof head === "number") {
    const items: readonly Json[] = json;
    return items.toSpliced(head, 1, withValue(items[head], rest, value));
  }
  const map = isJsonObject(json) ? json : undefined;
  if (map === undefined) return nest(path, value);
  return { ...map, [head]: withValue(Object.hasOwn(map, head) ? map[head] : undefined, rest, value) };
}

/** The value without what stands at a path; a map or list that is left empty goes too. */
export function withoutValue(json: Json, path: Path): Json | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return undefined;
  const isList = Array.isArray(json);
  const inner: Json | undefined = isList ? json[Number(head)] : isJsonObject(json) ? json[head] : undefined;
  if (inner === undefined) return json;
  const left = withoutValue(inner, rest);
  if (isList) {
    const items: readonly Json[] = json;
    const kept = left === undefined ? items.toSpliced(Number(head), 1) : items.with(Number(head), left);
    return kept.length === 0 ? undefined : kept;
  }
  const entries = Object.entries(json ?? {}).flatMap(([key, item]): [string, Json][] =>
    key !== head ? [[key, item]] : left === undefined ? [] : [[key, left]],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Settings whose short form stands for one key of their long form. */
const shorthands: Readonly<Record<string, string>> = { retry: "attempts", cache: "for" };

/**
 * The same edit where a short form stands in the way: `retry: 2` and a delay become
 * `retry: { attempts: 2, delay: 5s }`.
 */
export function throughShorthand(json: Json, path: Path, value: Json): { readonly path: Path; readonly value: Json } {
  const [head, ...rest] = path;
  const short = head === undefined || typeof head === "number" || !Object.hasOwn(shorthands, head) ? undefined : head;
  const old = short !== undefined && isJsonObject(json) ? json[short] : undefined;
  const key = short === undefined ? undefined : shorthands[short];
  if (short === undefined || key === undefined || rest.length === 0) return { path, value };
  if (old === undefined || old === null || typeof old === "object") return { path, value };
  if (rest.length === 1 && rest[0] === key) return { path: [short], value };
  return { path: [short], value: withValue({ [key]: old }, rest, value) };
}
