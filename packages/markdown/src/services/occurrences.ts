import { faultOfId, idOf } from "../structure/ids.js";
import type { Range } from "../text/source.js";
import { isText, type YamlMap, type YamlNode } from "../yaml/nodes.js";
import type { NamedKind, Occurrence } from "./analysis.js";
import { type Spot, spotsOf, valuesOf } from "./spots.js";
import { type ExpressionToken, tokensOf } from "./tokens.js";
import type { FilePart, FileView } from "./view.js";

/** Every place of a file that names a step, an input, a secret, a variable of the file or a section, in order. */
export function occurrencesOf(view: FileView): readonly Occurrence[] {
  const found = [
    ...view.parts.flatMap((part) => [...declarations(part), ...settingsNames(part)]),
    ...spotsOf(view).flatMap((spot) => expressionNames(view.text, spot)),
  ];
  return found.sort((a, b) => a.start - b.start);
}

const roots: Readonly<Record<string, NamedKind>> = {
  steps: "step",
  inputs: "input",
  secrets: "secret",
  env: "variable",
  sections: "section",
};

/** Names behind `steps.`, `inputs.` and the like; the expression need not be whole. */
function expressionNames(text: string, { source, locate }: Spot): readonly Occurrence[] {
  const tokens = tokensOf(source);
  return tokens.flatMap((root, index) => {
    const kind = root.kind === "name" && Object.hasOwn(roots, root.text) ? roots[root.text] : undefined;
    if (kind === undefined || tokens[index - 1]?.text === ".") return [];
    const named = memberAfter(tokens, index);
    if (named === undefined) return [];
    const start = locate(named.start);
    // In a text with escapes the name may be longer than it reads.
    const end = text.startsWith(named.name, start) ? start + named.name.length : locate(named.end - 1) + 1;
    return [{ kind, name: named.name, start, end, isDeclaration: false }];
  });
}

/** `.name` or `['name']` behind a token. */
function memberAfter(
  tokens: readonly ExpressionToken[],
  index: number,
): (Range & { readonly name: string }) | undefined {
  const [mark, member] = tokens.slice(index + 1, index + 3);
  if (mark?.text === "." && member?.kind === "name") {
    return { name: member.text.normalize("NFC"), start: member.start, end: member.end };
  }
  if (mark?.text !== "[" || member?.kind !== "string") return undefined;
  return { name: member.text.slice(1, -1), start: member.start + 1, end: member.end - 1 };
}

function declarations(part: FilePart): readonly Occurrence[] {
  if (part.kind === "front") return part.map === undefined ? [] : frontDeclarations(part.map);
  const { block, map } = part;
  if (block === undefined || part.kind === "undo") return [];
  const { heading } = block;
  const at = { start: heading.titleStart, end: heading.titleStart + heading.title.length };
  if (part.kind === "section") return "key" in block ? [declared("section", block.key, at)] : [];
  const written = map?.entries.find(({ key }) => key === "id")?.value;
  const id = written === undefined ? idOf(heading.title) : isText(written) ? written.value : "";
  if (faultOfId(id) !== undefined) return [];
  const own = declared("step", id, at);
  return written === undefined ? [own] : [own, declared("step", id, insideQuotes(written))];
}

function frontDeclarations(map: YamlMap): readonly Occurrence[] {
  return map.entries.flatMap(({ key, value }) => {
    if (key === "secrets" && value.kind === "list") {
      return value.items.filter(isText).map((item) => declared("secret", item.value, insideQuotes(item)));
    }
    const kind = key === "inputs" ? "input" : key === "env" ? "variable" : undefined;
    if (kind === undefined || value.kind !== "map") return [];
    return value.entries.map((entry) => {
      const name = entry.key.replace(/\?$/, "");
      const start = entry.at.start + (entry.at.end - entry.at.start > entry.key.length ? 1 : 0);
      return declared(kind, name, { start, end: start + name.length });
    });
  });
}

function declared(kind: NamedKind, name: string, { start, end }: Range): Occurrence {
  return { kind, name, start, end, isDeclaration: true };
}

/** Steps, secrets and inputs that settings name. */
function settingsNames({ kind, map }: FilePart): readonly Occurrence[] {
  if (map === undefined) return [];
  return valuesOf(map).flatMap(({ path, node }): readonly Occurrence[] => {
    const keys = path.filter((part) => typeof part === "string");
    if (kind === "front") return frontNames(keys, node);
    if (!isText(node) || !namesStep(keys.join("."), node.value)) return [];
    return [{ kind: "step", name: node.value, ...insideQuotes(node), isDeclaration: false }];
  });
}

function frontNames([key, trigger, name]: readonly string[], node: YamlNode): readonly Occurrence[] {
  if (key !== "on" || trigger === undefined) return [];
  if (name === "secret" && isText(node)) {
    return [{ kind: "secret", name: node.value, ...insideQuotes(node), isDeclaration: false }];
  }
  if (name !== "inputs" || node.kind !== "map") return [];
  return node.entries.map((entry) => {
    const start = entry.at.start + (entry.at.end - entry.at.start > entry.key.length ? 1 : 0);
    return { kind: "input", name: entry.key, start, end: start + entry.key.length, isDeclaration: false };
  });
}

function namesStep(key: string, value: string): boolean {
  if (key === "workspace") return value !== "here" && value !== "new";
  return key === "needs" || key === "session" || key === "apply" || key === "repeat.from";
}

function insideQuotes(node: YamlNode): Range {
  const isQuoted = node.kind === "scalar" && node.style === "quoted";
  return isQuoted ? { start: node.start + 1, end: node.end - 1 } : { start: node.start, end: node.end };
}
