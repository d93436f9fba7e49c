import type { ErrorCode, Json } from "@aiw/core";
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import type { Report } from "./problem.js";

const maxCharacters = 64 * 1024;
const maxDepth = 50;

/** Where a value stands: keys and list positions from the top. */
export type YamlPath = readonly (string | number)[];

/** A parsed settings file: plain values, and the place of each. */
export interface YamlFile {
  readonly name: string;
  readonly value: Json;
  /** The value at a path. */
  find(path: YamlPath): Json | undefined;
  /** 1-based place of a value, or of its key; of the nearest parent when there is none. */
  at(path: YamlPath, part?: "key" | "value"): { readonly line: number; readonly column: number };
  /** A scalar as it was written, so that `1.10` stays `1.10`. */
  text(path: YamlPath): string | undefined;
}

/**
 * Parses strict YAML: one document without anchors, aliases, tags or repeated keys, of limited size and depth.
 *
 * @returns Undefined when problems were reported.
 */
export function parseYamlFile(name: string, text: string, code: ErrorCode, report: Report): YamlFile | undefined {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problem = (offset: number, message: string, help?: string) =>
    report({ code, file: name, ...place(offset), message, help });
  if (text.length > maxCharacters) {
    problem(
      0,
      `the file has ${text.length} characters; at most ${maxCharacters} are read`,
      "move data into other files",
    );
    return undefined;
  }
  const root = parseNode(text, lines, problem);
  if (root === undefined) return undefined;
  return {
    name,
    value: toJson(root),
    find: (path) => {
      const node = nodeAt(root, path);
      return node === undefined ? undefined : toJson(node);
    },
    at: (path, part = "value") => place(offsetOf(root, path, part)),
    text: (path) => {
      const node = nodeAt(root, path);
      return isScalar(node) ? sourceOf(node) : undefined;
    },
  };
}

type Found = (offset: number, message: string, help?: string) => void;

function parseNode(text: string, lines: LineCounter, problem: Found): Node | null | undefined {
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, merge: false });
  } catch {
    // The parser recurses: nesting of thousands of levels ends in a RangeError.
    problem(0, `the file is nested deeper than ${maxDepth} levels`, "flatten it");
    return undefined;
  }
  let bad = false;
  const refuse: Found = (...found) => {
    bad = true;
    problem(...found);
  };
  for (const error of document.errors) refuse(error.pos[0], firstLine(error.message), "correct the YAML");
  if (bad) return undefined;
  visit(document, {
    Alias: (_, node) => refuse(node.range?.[0] ?? 0, "aliases are not allowed", "write the value again"),
    Node: (_, node, path) => {
      const offset = node.range?.[0] ?? 0;
      if ("anchor" in node && node.anchor)
        refuse(offset, "anchors are not allowed", "write the value where it is used");
      if ("tag" in node && node.tag) refuse(offset, "tags are not allowed", "write a plain value");
      if (path.filter((part) => !isPair(part)).length <= maxDepth) return undefined;
      refuse(offset, `the file is nested deeper than ${maxDepth} levels`, "flatten it");
      return visit.BREAK;
    },
    Pair: (_, pair) => {
      if (!isScalar(pair.key)) refuse(0, "a key must be plain text", "write the key as text");
    },
  });
  return bad ? undefined : document.contents;
}

/** Scalars of the core schema are null, boolean, number and text; numbers that JSON lacks (`.inf`) stay text. */
function toJson(node: Node | null | undefined): Json {
  if (isMap(node)) {
    return Object.fromEntries(node.items.map((pair) => [keyOf(pair.key), toJson(nodeOf(pair.value))]));
  }
  if (isSeq(node)) return node.items.map((item) => toJson(nodeOf(item)));
  if (!isScalar(node)) return null;
  const { value } = node;
  if (typeof value === "number") return Number.isFinite(value) ? value : sourceOf(node);
  return typeof value === "string" || typeof value === "boolean" ? value : null;
}

function nodeOf(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

/** Undefined when there is none; null for a key without a value. */
function nodeAt(root: Node | null, path: YamlPath): Node | null | undefined {
  let node: Node | null = root;
  for (const part of path) {
    if (isSeq(node) && Number(part) < node.items.length) node = nodeOf(node.items[Number(part)]);
    else {
      const pair = isMap(node) ? pairOf(node, part) : undefined;
      if (pair === undefined) return undefined;
      node = nodeOf(pair.value);
    }
  }
  return node;
}

function offsetOf(root: Node | null, path: YamlPath, part: "key" | "value"): number {
  const last = path.at(-1);
  if (last === undefined) return root?.range?.[0] ?? 0;
  const parent = nodeAt(root, path.slice(0, -1));
  const pair = isMap(parent) ? pairOf(parent, last) : undefined;
  const key = pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  const value = nodeAt(root, path)?.range?.[0];
  return (part === "key" ? (key ?? value) : (value ?? key)) ?? offsetOf(root, path.slice(0, -1), "key");
}

function pairOf(map: Node, key: string | number) {
  return isMap(map) ? map.items.find((pair) => keyOf(pair.key) === String(key)) : undefined;
}

function keyOf(key: unknown): string {
  return isScalar(key) ? (typeof key.value === "string" ? key.value : sourceOf(key)) : String(key);
}

function sourceOf(node: { readonly source?: string; readonly value: unknown }): string {
  return node.source ?? String(node.value ?? "");
}

function firstLine(text: string): string {
  const line = text.split("\n")[0] ?? text;
  return line.replace(/ at line \d+, column \d+:?$/, "").replace(/^./, (letter) => letter.toLowerCase());
}
