import {
  describeType,
  expressionFunctions,
  expressionMacros,
  expressionMethods,
  isSecretType,
  type JsonSchema,
  kindsOf,
  type Signature,
} from "@aiw/core";
import type { ExpressionPlace } from "../check/expressions.js";
import { takesSecrets } from "../check/use-problems.js";
import { given } from "../settings/key-reader.js";
import type { Completion, CompletionKind } from "./analysis.js";
import { functionDocs, methodDocs, nameDocs, stepFieldDocs } from "./expression-docs.js";
import { chainStart, type ExpressionToken, tokensOf } from "./tokens.js";
import { fieldsOf, typeOf, valuesOfType, withLocals } from "./types.js";
import type { FileView } from "./view.js";

/** What may be written, before it is known what it replaces. */
export type Candidate = Omit<Completion, "range" | "text"> & { readonly text?: string };

/** What is offered inside an expression, and how much before the cursor it replaces. */
export interface Offer {
  readonly candidates: readonly Candidate[];
  readonly replaced: number;
}

/** An expression up to the cursor, and where it stands. */
export interface TypedExpression {
  readonly before: string;
  readonly place: ExpressionPlace;
}

/** What may follow: names, fields, functions, methods, or the values that something is compared with. */
export function completeExpression(view: FileView, { before, place }: TypedExpression): Offer {
  const tokens = tokensOf(before);
  const last = tokens.at(-1);
  const isOpenString = last?.kind === "string" && !isClosed(last.text);
  const isWord = last?.kind === "name" && last.end === before.length;
  const done = isWord || isOpenString ? tokens.slice(0, -1) : tokens;
  const replaced = isWord || isOpenString ? before.length - (last?.start ?? 0) : 0;
  const inner = withLocals(view, { source: before, tokens, offset: before.length }, place);
  const typed: Typed = { view, before, tokens: done, place: inner };
  const mark = done.at(-1);
  const compared = comparedValues(typed);
  if (isOpenString) return { candidates: compared, replaced };
  if (mark?.text === ".") return { candidates: members(typed), replaced };
  // A value stands there already: an operator has to come first.
  if (mark !== undefined && (mark.kind !== "mark" || mark.text === ")" || mark.text === "]")) {
    return { candidates: [], replaced: 0 };
  }
  return { candidates: [...compared, ...names(typed), ...functions()], replaced };
}

interface Typed {
  readonly view: FileView;
  readonly before: string;
  /** Without the word that is being typed. */
  readonly tokens: readonly ExpressionToken[];
  readonly place: ExpressionPlace;
}

function isClosed(text: string): boolean {
  return text.length > 1 && text.at(-1) === text[0];
}

/** `steps.x.status == ` is followed by one of the values that its type lists. */
function comparedValues({ view, before, tokens, place }: Typed): readonly Candidate[] {
  const operator = tokens.at(-1);
  if (operator?.text !== "==" && operator?.text !== "!=") return [];
  const start = tokens[chainStart(tokens, tokens.length - 2)];
  const type = start === undefined ? undefined : typeOf(view, before.slice(start.start, operator.start), place);
  return valuesOfType(type ?? {}).map((value) => ({ label: `'${value.replaceAll("'", "\\'")}'`, kind: "word" }));
}

function names({ view, place }: Typed): readonly Candidate[] {
  const found = Object.entries(view.checked?.checker.namesAt(place) ?? {});
  return found.flatMap(([name, type]) => {
    if (name === "secrets" && !takesSecrets(place.place, place.reader)) return [];
    if (isEmpty(name, type, view)) return [];
    const about = nameDocs[name];
    const detail = name === "steps" || name === "sections" ? undefined : describeType(type);
    return [{ label: name, kind: "name", ...given({ about, detail }) } as const];
  });
}

/** Names that nothing can be read of. */
function isEmpty(name: string, type: JsonSchema, { outline }: FileView): boolean {
  if (name === "sections") return outline.sections.length === 0;
  return (name === "inputs" || name === "secrets" || name === "env") && fieldsOf(type).length === 0;
}

function functions(): readonly Candidate[] {
  return Object.entries(expressionFunctions).map(([name, { usage }]) => ({
    label: name,
    kind: "function",
    detail: usage,
    ...given({ about: functionDocs[name] }),
  }));
}

function members(typed: Typed): readonly Candidate[] {
  const { view, before, tokens, place } = typed;
  const dot = tokens.at(-1);
  const first = tokens[chainStart(tokens, tokens.length - 2)];
  if (first === undefined || dot === undefined) return [];
  const source = before.slice(first.start, dot.start).trim();
  const path = source.split(".").map((part) => part.trim());
  if (source === "steps") return stepNames(typed);
  if (source === "sections") return sectionNames(view);
  if (source === "secrets" && !takesSecrets(place.place, place.reader)) return [];
  const type = typeOf(view, source, place);
  if (type === undefined) return [];
  const [root, id] = path;
  const allowed = root === "steps" && path.length === 2 ? view.checked?.checker.readable(place, id) : undefined;
  const kind: CompletionKind = source === "secrets" ? "secret" : "field";
  const fields = fieldsOf(type)
    .filter(({ name }) => allowed === undefined || allowed.includes(name))
    .map((field): Candidate => {
      const about = allowed === undefined ? textOf(field.type.description) : stepFieldDocs[field.name];
      return { label: field.name, kind, detail: describeType(field.type), ...given({ about }) };
    });
  const isTable = allowed !== undefined || source === "inputs" || source === "secrets" || source === "env";
  return isTable ? fields : [...fields, ...methods(type)];
}

function stepNames({ view, place }: Typed): readonly Candidate[] {
  const { checker, drafts = [] } = view.checked ?? {};
  return (checker?.readable(place) ?? []).map((id) => {
    const kind = drafts.find((draft) => draft.id === id)?.kind;
    return { label: id, kind: "step", ...given({ detail: kind === undefined ? undefined : `${kind} step` }) };
  });
}

function sectionNames({ outline }: FileView): readonly Candidate[] {
  return outline.sections
    .filter(({ key }) => key !== "")
    .map(({ key, heading }) => ({ label: key, kind: "field", detail: heading.title }));
}

function methods(type: JsonSchema): readonly Candidate[] {
  // A secret may only be passed on whole.
  if (isSecretType(type)) return [];
  const kinds = kindsOf(type);
  const fits = (on: Signature["on"]) => kinds === undefined || on.some((kind) => kinds.has(kind));
  const own = Object.entries(expressionMethods).filter(([, { on }]) => fits(on));
  const all = [
    ...own.map(([name, { usage }]) => ({ name, detail: usage })),
    ...(fits(["list"]) ? expressionMacros.map((name) => ({ name, detail: `list.${name}(x, …)` })) : []),
  ];
  return all.map(({ name, detail }) => ({
    label: name,
    kind: "method",
    detail,
    ...given({ about: methodDocs[name] }),
  }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
