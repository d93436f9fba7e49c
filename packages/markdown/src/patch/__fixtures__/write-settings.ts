import type { Json } from "@aiw/core";

/** Writes JSON as YAML in a style that changes from key to key. */
export function writeSettings(
  json: { readonly [key: string]: Json },
  {
    seed,
    width,
    flow,
    comments,
  }: { readonly seed: number; readonly width: number; readonly flow: number; readonly comments: number },
): string {
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const comment = () => (random() < comments ? " # note" : "");
  const above = (indent: string) => (random() < comments ? `${indent}# above\n` : "");
  const one = (item: Json): string => {
    if (typeof item !== "string") return typeof item === "object" && item !== null ? inFlow(item) : String(item);
    const isPlain = /^[a-z][a-z ]*$/.test(item) && item !== "true";
    return isPlain && random() < 0.7
      ? item
      : random() < 0.5 && !item.includes("\n")
        ? `'${item.replaceAll("'", "''")}'`
        : JSON.stringify(item);
  };
  const inFlow = (item: Json): string => {
    const pad = random() < 0.5 ? " " : "";
    if (Array.isArray(item)) return `[${pad}${item.map(one).join(", ")}${pad}]`;
    if (typeof item === "object" && item !== null)
      return `{${pad}${Object.entries(item)
        .map(([key, inner]) => `${key}: ${one(inner)}`)
        .join(", ")}${pad}}`;
    return one(item);
  };
  const below = (item: Json, indent: string): string => {
    const isEmpty = typeof item === "object" && item !== null && Object.keys(item).length === 0;
    if (typeof item === "string" && /^l1\nl2\n?$/.test(item) && random() < 0.5)
      return ` ${item.endsWith("\n") ? "|" : "|-"}\n${indent}  l1\n${indent}  l2\n`;
    if (typeof item !== "object" || item === null || isEmpty || random() < flow) return ` ${one(item)}${comment()}\n`;
    const inner = indent + " ".repeat(width);
    return `${comment()}\n${lines(item, inner)}`;
  };
  const lines = (item: object, indent: string): string =>
    Array.isArray(item)
      ? item.map((each) => `${above(indent)}${indent}-${below(each, indent)}`).join("")
      : Object.entries(item)
          .map(([key, each]) => `${above(indent)}${indent}${key}:${below(each, indent)}`)
          .join("");
  return lines(json, "");
}
