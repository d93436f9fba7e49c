import type { Workflow } from "@aiw/core";
import { entriesOf, load } from "./corpus.js";

/** What the valid files of the corpus hold, all together. */
export interface Corpus {
  readonly workflows: readonly Workflow[];
  /** Keys of settings by where they stand: `front`, `step/retry`; list indexes are left out. */
  keys(place: RegExp): ReadonlySet<string>;
  /** Plain values of settings by their path: `step/on-error`. */
  values(place: RegExp): ReadonlySet<string>;
  /** Every expression, one a line. */
  readonly expressions: string;
}

/** Reads all valid files. */
export async function readCorpus(): Promise<Corpus> {
  const keys: (readonly [string, string])[] = [];
  const values: (readonly [string, string])[] = [];
  const workflows: Workflow[] = [];
  for (const entry of entriesOf("valid")) {
    const { workflow, source, text } = await load(entry);
    if (workflow !== undefined) workflows.push(workflow);
    // Offsets are those without a byte order mark.
    const plain = text.replace(/^\ufeff/, "");
    for (const { kind, path, start, end } of source.entries) {
      const place = placeOf(path);
      if (kind === "key") keys.push([place.slice(0, -1).join("/"), place.at(-1) ?? ""]);
      if (kind === "value") values.push([place.join("/"), plain.slice(start, end)]);
    }
  }
  const pick = (pairs: typeof keys, place: RegExp) =>
    new Set(pairs.flatMap(([at, name]) => (place.test(at) ? [name] : [])));
  return {
    workflows,
    keys: (place) => pick(keys, place),
    values: (place) => pick(values, place),
    expressions: workflows.flatMap(expressionsIn).join("\n"),
  };
}

/** `["steps", "ask", "undo", "env", "A"]` as `undo/env/A`. */
function placeOf(path: readonly (string | number)[]): readonly string[] {
  const names = path.filter((part) => typeof part === "string");
  if (path[0] !== "steps") return names;
  return path[2] === "undo" ? names.slice(2) : ["step", ...names.slice(2)];
}

const expressionKeys = new Set(["expr", "if", "failIf", "until"]);

function expressionsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (expressionKeys.has(key) && typeof item === "string") return [item];
    return key === "outputs" && typeof item === "object" ? Object.values(item).map(String) : expressionsIn(item);
  });
}
