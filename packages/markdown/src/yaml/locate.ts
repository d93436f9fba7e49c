import type { YamlScalar } from "./nodes.js";

/**
 * Gives the offset in the file of a character of a scalar's text. Exact for everything but white space in folded lines,
 * where it is within the fold. Walks the scalar once, when first asked.
 */
export function locator(scalar: YamlScalar): (index: number) => number {
  let offsets: ((index: number) => number) | undefined;
  return (index) => {
    offsets ??= offsetsOf(scalar);
    return scalar.start + offsets(index);
  };
}

function offsetsOf(scalar: YamlScalar): (index: number) => number {
  const { raw, text, style } = scalar;
  const lead = style === "quoted" ? 1 : 0;
  if (style !== "block" && raw.length === text.length + 2 * lead) return (index) => Math.min(index + lead, raw.length);
  const map = align(scalar);
  return (index) => map[index] ?? raw.length - lead;
}

/** For each character of the text the offset of its source, by walking both; white space may differ in length. */
function align({ raw, text, style }: YamlScalar): readonly number[] {
  const map: number[] = [];
  let at = style === "block" ? raw.indexOf("\n") + 1 : style === "quoted" ? 1 : 0;
  const escapes = style === "quoted" ? raw[0] : "";
  for (let index = 0; index < text.length; index += 1) {
    const wanted = text[index] ?? "";
    if (escapes === '"') at = skipLineEscapes(raw, at);
    while (at < raw.length && raw[at] !== wanted && isSpace(raw[at]) && !isSpace(wanted)) {
      at += 1;
      if (escapes === '"') at = skipLineEscapes(raw, at);
    }
    map.push(at);
    at += escapes === '"' ? escapeLength(raw, at, wanted) : escapes === "'" && raw.startsWith("''", at) ? 2 : 1;
  }
  return map;
}

/** A backslash at the end of a line joins it to the next. */
function skipLineEscapes(raw: string, from: number): number {
  let at = from;
  for (let match = joint.exec(raw.slice(at, at + 3)); match !== null; match = joint.exec(raw.slice(at, at + 3))) {
    at += match[0].length;
    while (raw[at] === " " || raw[at] === "\t") at += 1;
  }
  return at;
}

const joint = /^\\(?:\r\n|\n|\r)/;

function escapeLength(raw: string, at: number, wanted: string): number {
  if (raw[at] !== "\\") return 1;
  const digits = { x: 2, u: 4, U: 8 }[raw[at + 1] ?? ""];
  if (digits === undefined) return 2;
  // A character beyond the basic plane is two units of text for one escape.
  const isFirstHalf = digits === 8 && /[\ud800-\udbff]/.test(wanted);
  return isFirstHalf ? 0 : 2 + digits;
}

function isSpace(char: string | undefined): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r";
}
