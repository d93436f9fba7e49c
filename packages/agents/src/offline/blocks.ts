import { isJsonObject, type Json } from "@aiw/core";

/** A piece of a prompt that states something. */
export type Block =
  | { readonly kind: "json"; readonly label?: string | undefined; readonly value: Json }
  | { readonly kind: "table"; readonly rows: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "lines"; readonly lines: readonly string[] }
  | { readonly kind: "sentences"; readonly sentences: readonly string[] };

/** What stands under one heading of a prompt. */
export interface Section {
  readonly title?: string | undefined;
  readonly blocks: readonly Block[];
}

/** The facts of a prompt by heading. Instructions to the reader are left out; so are sections without facts. */
export function readFacts(prompt: string): readonly Section[] {
  const lines = prompt.split(/\r?\n/);
  const sections: { title?: string | undefined; blocks: Block[] }[] = [{ blocks: [] }];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const title = titleOf(line, lines[at + 1]);
    if (title !== undefined) {
      sections.push({ title, blocks: [] });
      at += 1;
      continue;
    }
    const { blocks, next } = readBlock(lines, at);
    sections.at(-1)?.blocks.push(...blocks);
    at = next;
  }
  return sections.filter((section) => section.blocks.length > 0);
}

interface ReadBlock {
  readonly blocks: readonly Block[];
  /** Index of the first line that was not read. */
  readonly next: number;
}

function readBlock(lines: readonly string[], start: number): ReadBlock {
  const line = lines[start] ?? "";
  if (line.trim() === "") return { blocks: [], next: start + 1 };
  if (/^\s*(?:```|~~~)/.test(line)) return readFence(lines, start);
  if (/^\s*[[{]/.test(line)) {
    const json = readJson(lines, start);
    if (json) return json;
  }
  if (/^\s*\|/.test(line)) {
    const next = endOf(lines, start, (other) => /^\s*\|/.test(other));
    return { blocks: [{ kind: "table", rows: lines.slice(start, next).map((row) => row.trim()) }], next };
  }
  if (isItem(line)) {
    const next = endOf(lines, start, (other) => isItem(other) || /^\s{2,}\S/.test(other));
    return { blocks: listBlocks(lines.slice(start, next)), next };
  }
  const next = endOf(
    lines,
    start,
    (other) => other.trim() !== "" && !isItem(other) && !/^\s*(?:```|~~~|[|[{#])/.test(other),
  );
  return { blocks: proseBlocks(lines.slice(start, next)), next };
}

function endOf(lines: readonly string[], start: number, belongs: (line: string) => boolean): number {
  let end = start + 1;
  while (end < lines.length && belongs(lines[end] ?? "")) end += 1;
  return end;
}

/** A heading, or a line that ends with a colon in front of something that is no prose. */
function titleOf(line: string, next: string | undefined): string | undefined {
  if (/^ {0,3}#{1,6}\s/.test(line)) {
    const heading = line.trim().replace(/^#+/, "").replace(/#+$/, "").trim();
    if (heading !== "") return heading;
  }
  const label = /^\s*(?:\*\*)?([^\s*|`{[-][^:|`{[]{1,60}):(?:\*\*)?\s*$/.exec(line)?.[1];
  const leadsToFacts = next === undefined || next.trim() === "" || /^\s*(?:```|~~~|[|[{]|[-*+]\s|\d)/.test(next);
  return label !== undefined && leadsToFacts && !isInstruction(label) ? label : undefined;
}

function readFence(lines: readonly string[], start: number): ReadBlock {
  const mark = /^\s*(```|~~~)/.exec(lines[start] ?? "")?.[1] ?? "```";
  const end = endOf(lines, start, (line) => !line.trimStart().startsWith(mark));
  const inside = lines.slice(start + 1, end);
  const value = parseJson(inside.join("\n"));
  const kept = inside.filter((line) => line.trim() !== "");
  const blocks: readonly Block[] = isFact(value)
    ? [{ kind: "json", value }]
    : kept.length > 0
      ? [{ kind: "lines", lines: kept }]
      : [];
  return { blocks, next: end + 1 };
}

/** Longest JSON that is looked for, in lines. */
const maxJsonLines = 2_000;

/** JSON over one or several lines: as many as its brackets need. */
function readJson(lines: readonly string[], start: number): ReadBlock | undefined {
  let depth = 0;
  for (let at = start; at < Math.min(lines.length, start + maxJsonLines); at += 1) {
    depth += depthOf(lines[at] ?? "");
    if (depth > 0) continue;
    const value = parseJson(lines.slice(start, at + 1).join("\n"));
    return isFact(value) ? { blocks: [{ kind: "json", value }], next: at + 1 } : undefined;
  }
  return undefined;
}

/** Opened minus closed brackets outside of strings. */
function depthOf(line: string): number {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (char === "\\") at += 1;
    else if (char === '"') isText = !isText;
    else if (!isText && (char === "{" || char === "[")) depth += 1;
    else if (!isText && (char === "}" || char === "]")) depth -= 1;
  }
  return depth;
}

function listBlocks(lines: readonly string[]): readonly Block[] {
  const items: string[] = [];
  for (const line of lines) {
    const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line)?.[1];
    if (item !== undefined) items.push(item.trim());
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  const labelled = items.map(labelledJson);
  const plain = items.filter((_, index) => labelled[index] === undefined);
  const isAdviceList = plain.filter(isAdvice).length * 2 > plain.length;
  return [
    ...labelled.filter((block) => block !== undefined),
    ...(plain.length === 0 || isAdviceList ? [] : [{ kind: "list" as const, items: plain }]),
  ];
}

function proseBlocks(lines: readonly string[]): readonly Block[] {
  const labelled = lines.map((line) => labelledJson(line.trim()));
  const rest = lines.filter((_, index) => labelled[index] === undefined);
  const facts = labelled.filter((block) => block !== undefined);
  if (rest.length === 0) return facts;
  if (rest.filter(isDataLine).length * 2 > rest.length) return [...facts, { kind: "lines", lines: rest }];
  const sentences = sentencesOf(rest.join(" ")).filter((sentence) => /\d/.test(sentence) && !isInstruction(sentence));
  return sentences.length === 0 ? facts : [...facts, { kind: "sentences", sentences }];
}

/** `Label: {…}` on one line. */
function labelledJson(text: string): Block | undefined {
  const [, label, json] = /^(?:\*\*)?([^:{["]{1,60}?)(?:\*\*)?:\s*([[{].*)$/.exec(text) ?? [];
  const value = json === undefined ? undefined : parseJson(json);
  return isFact(value) ? { kind: "json", label: label?.trim(), value } : undefined;
}

function isItem(line: string): boolean {
  return /^\s*(?:[-*+]|\d+[.)])\s+\S/.test(line);
}

/** Output of a program rather than a sentence: `42 src/a.ts`, `name: 7`, columns. */
function isDataLine(line: string): boolean {
  return (
    /^\s*[-+]?\d[\d.,]*[\s%]/.test(line) ||
    /\t|\S {2,}\S/.test(line) ||
    /^[^.!?]{1,60}[:=]\s*[-+]?\d[\d.,]*\s*\S{0,8}$/.test(line)
  );
}

const command =
  /^(?:please\s+)?(?:write|use|keep|include|list|describe|explain|report|say|avoid|mention|start|end|give|do not|don't|never|always|make|name|point|add|summari[sz]e|check|look|find|be|merge|review|compare|state|note|show|cite|quote|focus|answer|return|output|leave|turn|put|read)\b/i;
const address = /\b(?:you|your|must|should)\b/i;

function isInstruction(text: string): boolean {
  return isCommand(text) || address.test(text);
}

/** An item of a list that tells what to do. One with numbers or code that only happens to say "you" is a fact. */
function isAdvice(item: string): boolean {
  return isCommand(item) || (address.test(item) && !/[\d`]/.test(item));
}

function isCommand(text: string): boolean {
  return command.test(text.replace(/^[*_`\s]+/, ""));
}

function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?])\s+(?=[A-Z0-9"'(])/).map((sentence) => sentence.trim());
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isFact(value: Json | undefined): value is Json {
  if (Array.isArray(value)) return value.length > 0;
  return isJsonObject(value) && Object.keys(value).length > 0;
}
