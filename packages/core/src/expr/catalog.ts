import type { JsonSchema } from "../json.js";
import type { MacroName } from "./ast.js";

/** Kinds of values that operators and calls tell apart. */
export type Kind = "null" | "boolean" | "number" | "string" | "list" | "object";

/** What a function or method takes and gives. */
export interface Signature {
  /** Kinds of the receiver; empty for functions. */
  readonly on: readonly Kind[];
  /** Kinds of each argument; an empty list takes anything. */
  readonly params: readonly (readonly Kind[])[];
  /** How many of `params` must be there. */
  readonly required: number;
  readonly result: JsonSchema;
  /** How it is called, for help lines. */
  readonly usage: string;
}

const text: readonly Kind[] = ["string"];
const sized: readonly Kind[] = ["string", "list", "object"];
const string: JsonSchema = { type: "string" };
const boolean: JsonSchema = { type: "boolean" };
const integer: JsonSchema = { type: "integer" };

/** Functions: `json(x)`. */
export const functions: Readonly<Record<string, Signature>> = {
  json: { on: [], params: [[]], required: 1, result: string, usage: "json(value)" },
  fromJson: { on: [], params: [text], required: 1, result: {}, usage: "fromJson(text)" },
  string: { on: [], params: [["string", "number", "boolean"]], required: 1, result: string, usage: "string(value)" },
  number: { on: [], params: [["string", "number"]], required: 1, result: { type: "number" }, usage: "number(text)" },
  size: { on: [], params: [sized], required: 1, result: integer, usage: "size(value)" },
  now: { on: [], params: [], required: 0, result: integer, usage: "now()" },
  hash: { on: [], params: [[]], required: 1, result: string, usage: "hash(value)" },
  file: { on: [], params: [text], required: 1, result: string, usage: "file('path')" },
};

/** Methods: `x.trim()`. */
export const methods: Readonly<Record<string, Signature>> = {
  size: { on: sized, params: [], required: 0, result: integer, usage: "x.size()" },
  contains: { on: text, params: [text], required: 1, result: boolean, usage: "text.contains(part)" },
  startsWith: { on: text, params: [text], required: 1, result: boolean, usage: "text.startsWith(part)" },
  endsWith: { on: text, params: [text], required: 1, result: boolean, usage: "text.endsWith(part)" },
  lower: { on: text, params: [], required: 0, result: string, usage: "text.lower()" },
  upper: { on: text, params: [], required: 0, result: string, usage: "text.upper()" },
  trim: { on: text, params: [], required: 0, result: string, usage: "text.trim()" },
  split: { on: text, params: [text], required: 1, result: { type: "array", items: string }, usage: "text.split(',')" },
  join: { on: ["list"], params: [text], required: 0, result: string, usage: "list.join(', ')" },
  replace: { on: text, params: [text, text], required: 2, result: string, usage: "text.replace(old, new)" },
};

/** Macros: `list.filter(x, condition)`. */
export const macros: readonly MacroName[] = ["filter", "map", "exists", "all"];

/** Is it one of the macros? */
export function isMacro(name: string): name is MacroName {
  return macros.some((macro) => macro === name);
}

/** Names of other languages, and what to write here. */
export const otherNames: Readonly<Record<string, string>> = {
  has: "write x != null",
  int: "write number(x)",
  double: "write number(x)",
  float: "write number(x)",
  str: "write string(x)",
  len: "write size(x)",
  length: "write size()",
  toJSON: "write json(x)",
  fromJSON: "write fromJson(text)",
  matches: "there are no regular expressions; use contains, startsWith or endsWith",
  match: "there are no regular expressions; use contains, startsWith or endsWith",
  test: "there are no regular expressions; use contains, startsWith or endsWith",
  includes: "write text.contains(part), or item in list",
  indexOf: "write text.contains(part)",
  toLowerCase: "write lower()",
  toUpperCase: "write upper()",
  lowerAscii: "write lower()",
  upperAscii: "write upper()",
  some: "write list.exists(x, condition)",
  any: "write list.exists(x, condition)",
  every: "write list.all(x, condition)",
  default: "write x ?? 'default'",
  toString: "write string(x)",
  replaceAll: "write replace(old, new)",
};
