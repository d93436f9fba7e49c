import { compileFields, compileType, type InputSpec, isJsonObject, type JsonSchema } from "@aiw/core";
import type { Report } from "../problems/report.js";
import { explainName, isIdentifier } from "../structure/ids.js";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";
import { hasBad, nodeAt, toJson } from "../yaml/to-json.js";

/** Reads types at the places of a file. */
export interface TypeReader {
  readonly report: Report;
  /** Text of a file beside the workflow; absent: `$schema: ./file` cannot be read and is `any`. */
  readonly readFile: ((relative: string) => string | undefined) | undefined;
}

type Path = readonly (string | number)[];

interface Compiled {
  readonly problems: readonly { readonly path: Path; readonly message: string; readonly help?: string | undefined }[];
  readonly files: readonly { readonly path: Path; readonly file: string }[];
}

/** The type at an entry; nothing when it has a problem. */
export function readTypeOf(entry: YamlEntry, reader: TypeReader): JsonSchema | undefined {
  if (hasBad(entry.value)) return undefined;
  const compiled = compileType(toJson(entry.value), schemaOptions(entry.value, reader));
  const isFine = reportTypes(entry.value, compiled, reader);
  return isFine ? compiled.schema : {};
}

/**
 * `inputs:`, and the fields of an approval.
 *
 * @param of - What they are called: `an input`.
 */
export function readInputs(map: YamlMap, reader: TypeReader, of = "an input"): Readonly<Record<string, InputSpec>> {
  const inputs = new Map<string, InputSpec>();
  for (const entry of map.entries) {
    const name = entry.key.endsWith("?") ? entry.key.slice(0, -1) : entry.key;
    if (hasBad(entry.value)) {
      // It was meant to be there: that its uses find nothing would be an echo.
      if (isIdentifier(name)) inputs.set(name, { schema: {}, required: true });
    } else if (!isIdentifier(name)) {
      const { message, help } = explainName(name, of);
      reader.report.add("E115", entry.at, message, help);
    } else if (inputs.has(name)) reader.report.add("E103", entry.at, `'${name}' stands here twice`, "keep one of them");
    else {
      // One at a time, so that a mistake in one hides none in another.
      const node: YamlMap = { ...map, entries: [entry] };
      const compiled = compileFields(toJson(node), schemaOptions(node, reader));
      reportTypes(node, compiled, reader);
      const field = compiled.fields[name];
      if (field !== undefined) inputs.set(name, { schema: field.schema, required: field.required });
    }
  }
  return Object.fromEntries(inputs);
}

function schemaOptions(node: YamlNode, { report, readFile }: TypeReader) {
  const readSchema = (file: string): JsonSchema | undefined => {
    const range = rangeOfText(node, file) ?? node;
    const text = readFile?.(file);
    if (readFile === undefined) return {};
    if (text === undefined) {
      report.add("E121", range, `the schema '${file}' cannot be read`, "the path starts at the workflow's folder");
      return {};
    }
    const schema = parseJson(text);
    if (isJsonObject(schema)) return schema;
    report.add("E121", range, `'${file}' holds no JSON Schema`, "it must be one JSON object");
    return {};
  };
  return { readSchema };
}

function reportTypes(node: YamlNode, { problems, files }: Compiled, { report }: TypeReader): boolean {
  for (const { path, message, help } of problems) {
    report.add("E120", nodeAt(node, path), message, help ?? "give a default of that type, or leave it out");
  }
  for (const { path, file } of files) report.add("E121", nodeAt(node, path), `the schema '${file}' cannot be read`);
  return problems.length === 0;
}

function rangeOfText(node: YamlNode, text: string): YamlNode | undefined {
  if (node.kind === "scalar") return node.text === text ? node : undefined;
  const inner = node.kind === "map" ? node.entries.map(({ value }) => value) : node.kind === "list" ? node.items : [];
  for (const each of inner) {
    const found = rangeOfText(each, text);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
