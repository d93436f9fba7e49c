import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, Scalar, type YAMLMap } from "yaml";
import type { Allowance } from "../problems/allowance.js";
import type { ProblemCode } from "../problems/codes.js";
import type { Report } from "../problems/report.js";
import { byteLength, type Range } from "../text/source.js";
import type { YamlBad, YamlEntry, YamlMap, YamlNode } from "./nodes.js";
import { explainYaml, helpForBareKey, isCutOff } from "./syntax.js";

/** Most bytes of one block of settings. */
export const maxYamlBytes = 32 * 1024;
/** Deepest nesting of one block of settings. */
export const maxYamlDepth = 50;

/** Where problems go, and what the file may still have. */
export interface YamlLimits {
  readonly report: Report;
  readonly allowance: Allowance;
  /** Most bytes; {@link maxYamlBytes} without. */
  readonly maxBytes?: number;
}

/**
 * Reads a block of settings. YAML 1.2 core without anchors, aliases, tags and merges; every key and value keeps its
 * place in the file.
 *
 * @returns Nothing when it is no map; what was wrong is in the report.
 */
export function readYaml(text: string, range: Range, limits: YamlLimits): YamlMap | undefined {
  const { report, allowance, maxBytes = maxYamlBytes } = limits;
  const settings = text.slice(range.start, range.end);
  const at = { start: range.start, end: range.start };
  const bytes = byteLength(settings);
  if (bytes > maxBytes) {
    const message = `these settings have ${bytes} bytes; at most ${maxBytes} are read`;
    report.add("E004", at, message, "move data into files that the steps read");
    return undefined;
  }
  if (!allowance.takeYaml(settings, at)) return undefined;
  try {
    return new Reader(settings, range.start, report).read();
  } catch (error) {
    // The parser of the library recurses: a bomb of brackets ends here.
    if (!(error instanceof RangeError)) throw error;
    report.add("E102", at, "these settings are nested too deep", deepHelp);
    return undefined;
  }
}

class Reader {
  readonly #text: string;
  readonly #base: number;
  readonly #report: Report;
  /** Where the parser found something wrong. */
  #faults: ReadonlySet<number> = new Set();
  /** Keys that were reported to have no value. */
  readonly #bare = new Set<number>();
  /** The line that was last looked for its end, from where it was asked: a hostile one is asked for often. */
  #line: Range = { start: 0, end: -1 };

  constructor(text: string, base: number, report: Report) {
    this.#text = text;
    this.#base = base;
    this.#report = report;
  }

  read(): YamlMap | undefined {
    const document = parseDocument(this.#text, {
      version: "1.2",
      schema: "core",
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "error",
    });
    const { contents } = document;
    this.#faults = new Set(document.errors.map(({ pos }) => pos[0]));
    const node = contents === null ? undefined : this.#node(contents, 1, []);
    for (const error of document.errors) {
      // That a key has no value says it better.
      if (error.code === "MISSING_CHAR" && this.#bare.has(error.pos[0])) continue;
      const range = this.#range(error.pos[0], Math.max(error.pos[1], error.pos[0] + 1));
      const { message, help } = explainYaml(error.code, error.message);
      this.#report.add("E100", range, message, help);
      this.#report.muteLines(range);
    }
    if (node === undefined) return { kind: "map", entries: [], start: this.#base, end: this.#base };
    if (node.kind === "map") return node;
    if (node.kind !== "bad") {
      this.#report.add("E104", node, "settings are a map of keys and values", "write key: value, one a line");
    }
    return undefined;
  }

  #node(node: Node, depth: number, path: readonly string[]): YamlNode {
    const [start, end] = node.range ?? [0, 0];
    const range = this.#range(start, end);
    if (depth > maxYamlDepth) {
      this.#report.add("E102", range, `settings are nested deeper than ${maxYamlDepth} levels`, deepHelp);
      return { kind: "bad", ...range };
    }
    const refused = this.#refused(node, range, path);
    if (refused !== undefined) return refused;
    if (isMap(node)) {
      if (node.flow === true && this.#isBraces(start)) return this.#bareBraces(start);
      return { kind: "map", entries: this.#entries(node, depth, path), ...range };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#item(item, depth, path));
      return { kind: "list", items, ...range };
    }
    return isScalar(node) ? this.#scalar(node, range) : { kind: "bad", ...range };
  }

  #item(item: unknown, depth: number, path: readonly string[]): YamlNode {
    if (isNode(item)) return this.#node(item, depth + 1, path);
    // `[a: 1]` is a pair, which the library keeps without its map.
    if (isPair(item)) {
      const entry = this.#entry(item, depth + 1, path, true);
      if (entry !== undefined) {
        return { kind: "map", entries: [entry], start: entry.at.start, end: entry.value.end };
      }
    }
    return { kind: "bad", ...this.#range(0, 0) };
  }

  #entries(map: YAMLMap, depth: number, path: readonly string[]): readonly YamlEntry[] {
    const seen = new Set<string>();
    const entries: YamlEntry[] = [];
    for (const pair of map.items) {
      const entry = this.#entry(pair, depth, path, map.flow === true);
      if (entry === undefined) continue;
      if (seen.has(entry.key)) {
        this.#report.add("E103", entry.at, `the key '${entry.key}' stands here twice`, "keep one of them");
        continue;
      }
      seen.add(entry.key);
      entries.push(entry);
    }
    return entries;
  }

  #entry(pair: Pair, depth: number, path: readonly string[], isFlow: boolean): YamlEntry | undefined {
    const keyNode = pair.key;
    if (!isNode(keyNode)) return undefined;
    const [start, end] = keyNode.range ?? [0, 0];
    const at = this.#range(start, end);
    if (isMap(keyNode) && this.#isBraces(start)) {
      this.#bareBraces(start);
      return undefined;
    }
    if (!isScalar(keyNode)) {
      this.#report.add("E112", at, "a key is text, not a list or map", "write key: value");
      return undefined;
    }
    const key = keyNode.type === Scalar.PLAIN ? (keyNode.source ?? "") : String(keyNode.value);
    if (key === "<<" && keyNode.type === Scalar.PLAIN) {
      this.#report.add("E101", at, "merges ('<<') are not part of the language", "write the keys out");
      return undefined;
    }
    const refused = this.#refused(keyNode, at, path);
    if (refused !== undefined) return undefined;
    return { key, at, value: this.#value(pair, key, at, { depth, path, isFlow }) };
  }

  #value(
    pair: Pair,
    key: string,
    at: Range,
    { depth, path, isFlow }: { readonly depth: number; readonly path: readonly string[]; readonly isFlow: boolean },
  ): YamlNode {
    const { value } = pair;
    const isEmpty =
      !isNode(value) || (isScalar(value) && value.value === null && value.source === "" && !hasProps(value));
    if (!isEmpty && isNode(value)) return this.#node(value, depth + 1, [...path, key]);
    const bad: YamlBad = { kind: "bad", start: at.end, end: at.end };
    // What follows the colon could not be read: that nothing follows would be an echo.
    if (this.#faults.has(this.#behindColon(at.end))) return bad;
    this.#bare.add(at.start - this.#base);
    // That the start of the expression cannot be read follows from it.
    if (isFlow && isCutOff(key)) this.#report.muteLines(at, ["E200"]);
    this.#report.add("E105", at, `the key '${key}' has no value`, helpForBareKey(key, isFlow));
    return bad;
  }

  /** Where the value of a key that ends here would begin. */
  #behindColon(end: number): number {
    const gap = /[ \r\n]*:[ \r\n]*/y;
    gap.lastIndex = end - this.#base;
    return gap.test(this.#text) ? gap.lastIndex : -1;
  }

  #scalar(node: Scalar, range: Range): YamlNode {
    const { value, source, type } = node;
    const raw = this.#text.slice(range.start - this.#base, range.end - this.#base);
    const style = type === Scalar.PLAIN ? "plain" : type?.startsWith("QUOTE") === true ? "quoted" : "block";
    const text = source ?? String(value);
    const comment = style === "plain" ? this.#comment(range) : undefined;
    const known = typeof value === "number" || typeof value === "boolean" || value === null ? value : String(value);
    return { kind: "scalar", value: known, text, style, raw, ...range, ...(comment === undefined ? {} : { comment }) };
  }

  #comment(range: Range): Range | undefined {
    let start = range.end - this.#base;
    while (this.#text[start] === " " || this.#text[start] === "\t") start += 1;
    if (this.#text[start] !== "#" || start === range.end - this.#base) return undefined;
    return { start: this.#base + start, end: this.#lineEnd(this.#base + start) };
  }

  /** Anchors, aliases and tags; `if: !x` is one by accident. */
  #refused(node: Node, range: Range, path: readonly string[]): YamlBad | undefined {
    if (isAlias(node)) return this.#refuse(range, "aliases ('*name') are not part of the language");
    const tag = node.tag;
    if (tag !== undefined) {
      const start = this.#before(tag.startsWith("!") ? tag : "!", range.start);
      const whole = { start, end: Math.max(range.end, start + 1) };
      if (!path.some((key) => expressionKeys.has(key)))
        return this.#refuse(whole, "tags ('!name') are not part of the language");
      const lineEnd = this.#lineEnd(start);
      const expression = this.#text.slice(start - this.#base, lineEnd - this.#base).trimEnd();
      const message = "an expression that begins with '!' must be quoted: YAML takes it as a tag";
      this.#report.add(
        "E108",
        { start, end: start + expression.length },
        message,
        `write "${expression.replaceAll('"', "'")}"`,
      );
      this.#report.mute({ start, end: lineEnd });
      return { kind: "bad", ...range };
    }
    if ("anchor" in node && node.anchor !== undefined) {
      const start = this.#before("&", range.start);
      return this.#refuse({ start, end: range.end }, "anchors ('&name') are not part of the language");
    }
    return undefined;
  }

  #refuse(range: Range, message: string): YamlBad {
    this.#report.add("E101", range, message, "quote the text, or write the value out");
    this.#report.mute(range);
    this.#report.muteLines(range, syntaxCodes);
    return { kind: "bad", ...range };
  }

  /** Two braces; those who format YAML as maps put spaces between. */
  #isBraces(start: number): boolean {
    const braces = /\{[ \t]*\{/y;
    braces.lastIndex = start;
    return braces.test(this.#text);
  }

  #bareBraces(start: number): YamlBad {
    const line = this.#text.slice(start, this.#lineEnd(start + this.#base) - this.#base);
    const [value = line] = /^.*?\}[ \t]*\}/.exec(line) ?? [];
    const range = this.#range(start, start + value.length);
    const text = value.replace(/^\{[ \t]*\{/, "{{").replace(/\}[ \t]*\}$/, "}}");
    this.#report.add("E107", range, "an expression in YAML must be quoted", `write "${text.replaceAll('"', "'")}"`);
    this.#report.mute(range);
    this.#report.muteLines(range, syntaxCodes);
    return { kind: "bad", ...range };
  }

  #before(mark: string, offset: number): number {
    let found = this.#text.lastIndexOf(mark, offset - this.#base);
    while (found > 0 && this.#text[found - 1] === mark[0]) found -= 1;
    return this.#base + (found === -1 ? offset - this.#base : found);
  }

  #lineEnd(offset: number): number {
    const { start, end } = this.#line;
    if (offset < start || offset > end) {
      lineBreak.lastIndex = offset - this.#base;
      const found = lineBreak.exec(this.#text)?.index ?? this.#text.length;
      this.#line = { start: offset, end: this.#base + found };
    }
    return this.#line.end;
  }

  #range(start: number, end: number): Range {
    return { start: this.#base + start, end: this.#base + end };
  }
}

const deepHelp = "move data into files that the steps read";
/** What the parser says of the rest of a line that it has misunderstood. */
const syntaxCodes: readonly ProblemCode[] = ["E100", "E105"];
const lineBreak = /[\r\n]/g;
const expressionKeys = new Set(["if", "fail-if", "outputs", "until"]);

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function isPair(value: unknown): value is Pair {
  return typeof value === "object" && value !== null && "key" in value && "value" in value;
}

function hasProps(node: Scalar): boolean {
  return node.tag !== undefined || node.anchor !== undefined;
}
