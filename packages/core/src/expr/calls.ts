import { canonicalJson, type Json } from "../json.js";
import { Secret } from "../secret.js";
import type { CallNode, MethodNode, Span } from "./ast.js";
import { functions, type Kind, methods, type Signature } from "./catalog.js";
import { maxValueDepth, measure } from "./measure.js";
import { failAt, type Meter } from "./meter.js";
import { failSecret } from "./operators.js";
import { occurrences, pieces } from "./search.js";
import { sha256Hex } from "./sha256.js";
import type { ExprValue, Scope } from "./types.js";
import { isList, isRecord, kindInWords, kindOf } from "./value.js";

/** What calls need besides their arguments. */
export interface CallContext {
  readonly meter: Meter;
  readonly scope: Scope;
}

/** Applies a method to its receiver. */
export function callMethod(
  node: MethodNode,
  object: ExprValue,
  args: readonly ExprValue[],
  context: CallContext,
): Json {
  const { meter } = context;
  const signature = methods[node.name];
  if (signature !== undefined) checkKinds(node, signature, object, args);
  const [first = null, second = null] = args;
  if (node.name === "size") return sizeOf(node, object, meter);
  if (node.name === "join" && isList(object)) return join(node, object, first, meter);
  if (typeof object !== "string") return failAt(node.nameSpan, `there is no method '${node.name}'`);
  meter.text(node, object.length);
  if (typeof first === "string" && typeof second === "string") return replace(node, { object, first, second }, meter);
  if (typeof first === "string") return textTest(node, object, first, meter);
  if (node.name === "lower") return object.toLowerCase();
  return node.name === "upper" ? object.toUpperCase() : object.trim();
}

/** Applies a function. */
export function callFunction(node: CallNode, args: readonly ExprValue[], context: CallContext): Json {
  const { meter, scope } = context;
  const signature = functions[node.name];
  if (signature !== undefined) checkKinds(node, signature, null, args);
  const [value = null] = args;
  if (node.name === "now") {
    if (scope.now === undefined) failAt(node, "now() is not available here");
    return scope.now();
  }
  if (value instanceof Secret) return failSecret(node, value);
  switch (node.name) {
    case "size":
      return sizeOf(node, value, meter);
    case "string":
      return String(value);
    case "number":
      return toNumber(node, value);
    case "json":
      meter.text(node, measure(value, node));
      return JSON.stringify(value);
    case "fromJson":
      return fromJson(node, value, meter);
    case "hash":
      meter.text(node, measure(value, node));
      return sha256Hex(typeof value === "string" ? value : canonicalJson(value));
    default:
      return readFile(node, value, context);
  }
}

function checkKinds(
  node: MethodNode | CallNode,
  signature: Signature,
  object: ExprValue,
  args: readonly ExprValue[],
): void {
  if (signature.on.length > 0) checkKind(node.nameSpan, `'${node.name}'`, object, signature.on);
  for (const [index, kinds] of signature.params.entries()) {
    const arg = args[index];
    const span = node.args[index];
    if (arg === undefined || span === undefined || kinds.length === 0) continue;
    checkKind(span, `the argument of '${node.name}'`, arg, kinds);
  }
}

function checkKind(span: Span, what: string, value: ExprValue, allowed: readonly Kind[]): void {
  if (value instanceof Secret) failSecret(span, value);
  const kind = kindOf(value);
  if (allowed.some((candidate) => candidate === kind)) return;
  const wanted = allowed.map((candidate) => kindInWords(candidate)).join(" or ");
  const hint = kind === "null" ? "give null a value first: x ?? ''" : undefined;
  failAt(
    span,
    what.startsWith("'")
      ? `${what} works on ${wanted}, not on ${kindInWords(kind)}`
      : `${what} is ${wanted}, not ${kindInWords(kind)}`,
    hint,
  );
}

function sizeOf(span: Span, value: ExprValue, meter: Meter): number {
  if (isList(value)) return value.length;
  if (typeof value !== "string") return isRecord(value) ? Object.keys(value).length : 0;
  meter.text(span, value.length);
  let count = 0;
  // Characters as CEL counts them: code points, not UTF-16 units.
  for (const _ of value) count += 1;
  return count;
}

function textTest(node: MethodNode, text: string, part: string, meter: Meter): Json {
  meter.text(node, part.length);
  switch (node.name) {
    case "startsWith":
      return text.startsWith(part);
    case "endsWith":
      return text.endsWith(part);
    case "contains":
      return part === "" || occurrences(text, part, 1).length > 0;
    default: {
      const items = part === "" ? [...text] : pieces(text, part, occurrences(text, part));
      meter.items(node, items.length);
      return items;
    }
  }
}

function replace(
  node: MethodNode,
  { object, first, second }: { readonly object: string; readonly first: string; readonly second: string },
  meter: Meter,
): string {
  if (first === "") failAt(node, "the text to replace is empty");
  meter.text(node, first.length);
  const offsets = occurrences(object, first);
  meter.items(node, offsets.length);
  meter.text(node, object.length + offsets.length * second.length);
  return pieces(object, first, offsets).join(second);
}

function join(node: MethodNode, list: readonly Json[], separator: ExprValue, meter: Meter): string {
  const between = typeof separator === "string" ? separator : "";
  meter.items(node, list.length);
  const texts = list.map((item) => {
    if (typeof item === "string") return item;
    return failAt(
      node.nameSpan,
      `'join' takes a list of strings, not ${kindInWords(kindOf(item))}`,
      "write list.map(x, string(x)).join(', ')",
    );
  });
  meter.text(
    node,
    texts.reduce((sum, text) => sum + text.length + between.length, 0),
  );
  return texts.join(between);
}

function toNumber(span: Span, value: Json): number {
  if (typeof value === "number") return value;
  const text = typeof value === "string" ? value.slice(0, 400).trim() : "";
  const number = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return number;
  return failAt(
    span,
    `the text is not a number: ${JSON.stringify(text.slice(0, 40))}`,
    "numbers are written like 12, -0.5 or 1e3",
  );
}

function fromJson(span: Span, value: Json, meter: Meter): Json {
  const text = typeof value === "string" ? value : "";
  meter.text(span, text.length);
  if (nesting(text) > maxValueDepth) failAt(span, `the JSON text is nested deeper than ${maxValueDepth} levels`);
  try {
    const parsed: Json = JSON.parse(text);
    return parsed;
  } catch {
    return failAt(span, "the text is not JSON", "print one JSON value and nothing else");
  }
}

/** An upper bound of the nesting of a JSON text. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) isString = !isString;
    else if (isString && code === 92) at += 1;
    else if (!isString && (code === 91 || code === 123)) deepest = Math.max(deepest, ++depth);
    else if (!isString && (code === 93 || code === 125)) depth -= 1;
  }
  return deepest;
}

function readFile(node: CallNode, path: Json, { scope, meter }: CallContext): Json {
  if (scope.file === undefined || typeof path !== "string") return failAt(node, "file() is not available here");
  const text = scope.file(path);
  meter.text(node, text.length);
  return text;
}
