import { nearest } from "../expr/nearest.js";
import type { Json, JsonSchema } from "../json.js";
import { type Compilation, refuse, type TypeOf, type TypePath, typeNames } from "./notation.js";

/** Reads a type that is one word or line: `string`, `low | high`, `[string]`, `integer = 5`. */
export function compileText(text: string, path: TypePath, to: Compilation): TypeOf {
  const cut = text.indexOf("=");
  const notation = (cut === -1 ? text : text.slice(0, cut)).trim();
  const before = to.problems.length;
  const type = compileBare(notation, path, to);
  // Whether a default fits a type that is none cannot be said.
  if (cut === -1 || to.problems.length > before) return type;
  const written = text.slice(cut + 1).trim();
  if (type.schema.type === "array") {
    return refuse(to, path, "a list takes no '= default'", `write { $type: [...], $default: [] }`);
  }
  if (written === "") return refuse(to, path, "the default is missing", "an empty text is written ''");
  return withDefault(type.schema, readDefault(type.schema, written), { path, to, written });
}

function compileBare(notation: string, path: TypePath, to: Compilation): TypeOf {
  if (notation.startsWith("[") && notation.endsWith("]")) {
    const { schema } = compileBare(notation.slice(1, -1).trim(), path, to);
    return { schema: { type: "array", items: schema } };
  }
  if (notation.includes("|")) return compileEnumeration(notation, path, to);
  if (notation === "any") return { schema: {} };
  if (typeNames.includes(notation)) return { schema: { type: notation } };
  if (notation === "") return refuse(to, path, "the type is missing", `write one of ${typeNames.join(", ")}`);
  if (notation.endsWith("?")) {
    return refuse(to, path, `'${notation}' is not a type`, "optional is on the key: name?: string");
  }
  const near = nearest(notation, typeNames) ?? aliases[notation];
  const help =
    near === undefined
      ? `write one of ${typeNames.join(", ")}, or an enumeration: low | high`
      : `did you mean '${near}'?`;
  return refuse(to, path, `there is no type '${notation}'`, help);
}

const aliases: Readonly<Record<string, string>> = {
  int: "integer",
  float: "number",
  double: "number",
  text: "string",
  str: "string",
  bool: "boolean",
  object: "any",
  map: "any",
  json: "any",
};

function compileEnumeration(notation: string, path: TypePath, to: Compilation): TypeOf {
  const words = notation.split("|").map((word) => word.trim());
  const type = words.find((word) => typeNames.includes(word));
  if (type !== undefined) {
    const help = "write any, or a JSON Schema: { $schema: { anyOf: [...] } }";
    return refuse(to, path, `'${type}' is a type; an enumeration lists values`, help);
  }
  if (words.includes(""))
    return refuse(to, path, "a value of the enumeration is missing", "write it as low | medium | high");
  if (new Set(words).size < words.length) return refuse(to, path, "a value of the enumeration stands there twice");
  if (words.every((word) => numberForm.test(word))) return { schema: { enum: words.map(Number) } };
  return { schema: { type: "string", enum: words.map(unquote) } };
}

const numberForm = /^-?\d+(?:\.\d+)?$/;

function unquote(word: string): string {
  const isQuoted = word.length > 1 && (word[0] === "'" || word[0] === '"') && word.endsWith(word[0]);
  return isQuoted ? word.slice(1, -1) : word;
}

function readDefault(schema: JsonSchema, written: string): Json {
  if (schema.type === "string") return unquote(written);
  if (schema.type === "boolean") return written === "true" ? true : written === "false" ? false : written;
  if (numberForm.test(written)) return Number(written);
  if (schema.type !== undefined || schema.enum !== undefined) return written;
  if (written === "null") return null;
  return written === "true" ? true : written === "false" ? false : unquote(written);
}

/** The schema with its default, which must fit. */
function withDefault(
  schema: JsonSchema,
  value: Json,
  { path, to, written }: { readonly path: TypePath; readonly to: Compilation; readonly written: string },
): TypeOf {
  if (fits(schema, value)) return { schema: { ...schema, default: value }, default: value };
  const wanted = Array.isArray(schema.enum) ? schema.enum.join(" | ") : String(schema.type);
  return refuse(to, path, `the default ${written} is not ${wanted}`);
}

function fits(schema: JsonSchema, value: Json): boolean {
  if (Array.isArray(schema.enum)) return schema.enum.includes(value);
  if (schema.type === undefined) return true;
  return schema.type === "integer" ? Number.isSafeInteger(value) : typeof value === schema.type;
}
