import { type JsonSchema, suggest } from "@aiw/core";
import type { YamlNode } from "../yaml/nodes.js";
import { type Place, readText, readTexts } from "./values.js";

/** What the checker may know of a tool before the run. */
export interface KnownTool {
  readonly name: string;
  readonly operations: readonly KnownOperation[];
}

/** One operation; schemas are JSON Schemas. */
export interface KnownOperation {
  readonly name: string;
  readonly parameters?: JsonSchema | undefined;
  readonly output?: JsonSchema | undefined;
}

/** The tools that the steps of a file may name. */
export interface ToolTable {
  /** Absent: which there are is not known. */
  readonly known: readonly KnownTool[] | undefined;
  /** Declared tools whose operations only their server knows. */
  readonly remote: ReadonlySet<string>;
}

/** What `tool:` names. */
export interface ToolTarget {
  readonly tool: string;
  readonly operation: string;
  /** Of a known operation. */
  readonly parameters?: JsonSchema | undefined;
  /** Type of its result; `{}` when not declared. */
  readonly output: JsonSchema;
}

/** `tool: github.create_review`, or `tool: lint` for a tool with one operation. */
export function readToolCall(
  node: YamlNode,
  place: Place,
  { known: tools, remote }: ToolTable,
): ToolTarget | undefined {
  const text = readText(node, place);
  if (text === undefined) return undefined;
  const match = /^([\p{L}\p{N}_-]+)(?:\.([\p{L}\p{N}_.-]+))?$/u.exec(text.value);
  const name = match?.[1];
  if (name === undefined) {
    place.report.add("E112", text, `'${text.value}' is no tool`, "write tool: name.operation");
    return undefined;
  }
  const asked = match?.[2];
  if (remote.has(name) && asked === undefined) {
    place.report.add("E302", text, `'${name}' has several operations`, `write tool: ${name}.operation`);
    return undefined;
  }
  if (tools === undefined || remote.has(name)) return { tool: name, operation: asked ?? "run", output: {} };
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) {
    const names = [...tools.map((each) => each.name), ...remote];
    place.report.add("E301", text, `there is no tool '${name}'`, suggest(name, names) ?? "declare it under tools:");
    return undefined;
  }
  const [first, second] = tool.operations;
  const names = tool.operations.map((operation) => operation.name);
  const found =
    asked === undefined && second === undefined
      ? first
      : tool.operations.find((each) => each.name === (asked ?? "run"));
  if (found === undefined) {
    const message = asked === undefined ? `'${name}' has several operations` : `'${name}' has no operation '${asked}'`;
    place.report.add("E302", text, message, suggest(asked ?? "", names) ?? `write tool: ${name}.${names[0] ?? "run"}`);
    return undefined;
  }
  return { tool: name, operation: found.name, parameters: found.parameters, output: found.output ?? {} };
}

/** The allow-list of tools that an agent gets. */
export function readToolNames(
  node: YamlNode,
  place: Place,
  { known, remote }: ToolTable,
): readonly string[] | undefined {
  const list = readTexts(node, place);
  return list?.map((item) => {
    const name = item.value.split(".")[0] ?? item.value;
    const names = known === undefined ? undefined : [...known.map((tool) => tool.name), ...remote];
    if (names !== undefined && !names.includes(name)) {
      place.report.add("E301", item, `there is no tool '${name}'`, suggest(name, names) ?? "declare it under tools:");
    }
    return item.value;
  });
}
