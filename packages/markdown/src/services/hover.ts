import { describeType, expressionFunctions, expressionMacros, expressionMethods, isNullable } from "@aiw/core";
import { isText, type YamlEntry, type YamlMap, type YamlNode } from "../yaml/nodes.js";
import type { Hover, Occurrence } from "./analysis.js";
import { functionDocs, methodDocs, nameDocs, stepFieldDocs } from "./expression-docs.js";
import { docAt } from "./key-lookup.js";
import { type Spot, spotsOf } from "./spots.js";
import { describeStep } from "./step-card.js";
import { chainStart, type ExpressionToken, tokensOf } from "./tokens.js";
import { typeOf, withLocals } from "./types.js";
import { type FilePart, type FileView, partAt, touches } from "./view.js";

/**
 * What is known of an offset: of a step its kind, waits and types, of an expression its type, of a key its meaning, of a
 * tool its operation.
 */
export function hoverIn(view: FileView, offset: number, occurrence: Occurrence | undefined): Hover | undefined {
  if (occurrence?.kind === "step") {
    const markdown = describeStep(view, occurrence.name);
    if (markdown !== undefined) return { range: occurrence, markdown };
  }
  const part = partAt(view, offset);
  if (part === undefined) return undefined;
  return expressionHover(view, offset) ?? (part.map === undefined ? undefined : settingsHover(view, part, offset));
}

function expressionHover(view: FileView, offset: number): Hover | undefined {
  for (const spot of spotsOf(view)) {
    const { source, locate } = spot;
    if (offset < locate(0) || offset > locate(source.length)) continue;
    const tokens = tokensOf(source);
    const index = tokens.findIndex(
      ({ kind, start, end }) => kind === "name" && offset >= locate(start) && offset <= locate(end - 1) + 1,
    );
    const token = tokens[index];
    const markdown = token === undefined ? undefined : describeToken(view, spot, { tokens, index, token });
    if (token === undefined || markdown === undefined) continue;
    return { markdown, range: { start: locate(token.start), end: locate(token.end - 1) + 1 } };
  }
  return undefined;
}

interface TokenPlace {
  readonly tokens: readonly ExpressionToken[];
  readonly index: number;
  readonly token: ExpressionToken;
}

function describeToken(
  view: FileView,
  { source, slot }: Spot,
  { tokens, index, token }: TokenPlace,
): string | undefined {
  const isMember = tokens[index - 1]?.text === ".";
  if (tokens[index + 1]?.text === "(") return describeCall(token.text, isMember);
  const first = tokens[chainStart(tokens, index)];
  if (first === undefined) return undefined;
  const place = withLocals(view, { source, tokens, offset: token.start }, slot);
  const path = source.slice(first.start, token.end);
  const type = typeOf(view, path, place);
  if (type === undefined) return undefined;
  const about = isMember ? fieldDoc(path) : nameDocs[path];
  // The type of `steps` is that of the steps that the expression names: none.
  const shown = path === "steps" || path === "sections" ? path : `${path}: ${describeType(type)}`;
  const note = isNullable(type) ? "May be null: say what to take then, with `??`." : undefined;
  return [`\`\`\`\n${shown}\n\`\`\``, about, note].filter((line) => line !== undefined).join("\n\n");
}

function fieldDoc(path: string): string | undefined {
  const [root, , field, more] = path.split(".").map((part) => part.trim());
  return root === "steps" && field !== undefined && more === undefined ? stepFieldDocs[field] : undefined;
}

function describeCall(name: string, isMethod: boolean): string | undefined {
  const isMacro = isMethod && expressionMacros.some((macro) => macro === name);
  const table = isMethod ? expressionMethods : expressionFunctions;
  const usage = isMacro ? `list.${name}(x, …)` : Object.hasOwn(table, name) ? table[name]?.usage : undefined;
  if (usage === undefined) return undefined;
  return `\`${usage}\`\n\n${(isMethod ? methodDocs : functionDocs)[name] ?? ""}`;
}

function settingsHover(view: FileView, part: FilePart, offset: number): Hover | undefined {
  const found = part.map === undefined ? undefined : entryAt(part.map, offset, []);
  if (found === undefined) return undefined;
  const { entry, path } = found;
  if (touches(entry.at, offset)) {
    const doc = docAt(part, path);
    if (doc?.about === undefined) return undefined;
    const example = doc.example === undefined ? "" : `\n\n\`\`\`yaml\n${doc.example}\n\`\`\``;
    return { range: entry.at, markdown: `**${entry.key}** ${doc.about}${example}` };
  }
  const markdown = docAt(part, path)?.names === "operation" ? describeOperation(view, entry.value) : undefined;
  return markdown === undefined ? undefined : { range: entry.value, markdown };
}

interface FoundEntry {
  readonly entry: YamlEntry;
  readonly path: readonly string[];
}

function entryAt(map: YamlMap, offset: number, above: readonly string[]): FoundEntry | undefined {
  for (const entry of map.entries) {
    const path = [...above, entry.key];
    if (touches(entry.at, offset)) return { entry, path };
    if (touches(entry.value, offset)) return innerEntry(entry.value, offset, path) ?? { entry, path };
  }
  return undefined;
}

function innerEntry(node: YamlNode, offset: number, path: readonly string[]): FoundEntry | undefined {
  if (node.kind === "map") return entryAt(node, offset, path);
  const item = node.kind === "list" ? node.items.find((each) => touches(each, offset)) : undefined;
  return item === undefined ? undefined : innerEntry(item, offset, path);
}

function describeOperation({ checked }: FileView, node: YamlNode): string | undefined {
  if (!isText(node)) return undefined;
  const [name, operation] = node.value.split(/\.(.*)/s);
  const tool = checked?.tools.known?.find((each) => each.name === name);
  const found =
    operation === undefined && tool?.operations.length === 1
      ? tool.operations[0]
      : tool?.operations.find((each) => each.name === (operation ?? "run"));
  if (found === undefined) return undefined;
  const lines = [`with: ${describeType(found.parameters ?? {})}`, `output: ${describeType(found.output ?? {})}`];
  return `\`\`\`\n${node.value}\n${lines.join("\n")}\n\`\`\``;
}
