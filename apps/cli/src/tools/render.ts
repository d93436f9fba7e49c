import { describeType, formatDuration, isJsonObject, type JsonSchema, type ToolOperation } from "@aiw/core";
import type { ListedTool } from "@aiw/runtime";
import { describeField } from "../flows/show.js";
import { oneLine } from "../output/format.js";
import type { Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import { describeSource } from "./find.js";

/** A tool and the workflow whose steps can name it. */
export interface ShelvedTool {
  readonly listed: ListedTool;
  /** As it is typed. */
  readonly workflow: string;
  /** The script as it is shown. */
  readonly file?: string | undefined;
}

/** One row an operation; tools whose operations are not known have one row. */
export function renderTools(tools: readonly ShelvedTool[], isOne: boolean, style: Style): string {
  if (tools.length === 0)
    return "no tools here; scripts in the tools/ folder of a bundle are tools, and `tools:` declares others";
  const rows = tools.flatMap(({ listed, workflow, file }) => {
    const source = file ?? listed.source ?? "";
    const shared = [isOne ? "" : oneLine(workflow, 60), describeSource(listed), oneLine(source, 60)];
    const operations = listed.tool?.operations ?? [];
    if (operations.length === 0) return [[listed.name, listed.type, ...shared, ""]];
    return operations.map(({ name, description }) => [
      `${listed.name}.${name}`,
      listed.type,
      ...shared,
      oneLine(description ?? listed.tool?.description ?? "", 80),
    ]);
  });
  const head = ["operation", "kind", "of", "from", "source", "about"];
  const columns = head.map((_, column) => column).filter((column) => column !== 2 || !isOne);
  const table = [head, ...rows].map((row) => columns.map((column) => row[column] ?? ""));
  return formatTable(table, (cell, column, row) => {
    if (row === 0) return style.dim(cell);
    return column === 0 ? style.cyan(cell) : cell;
  });
}

/** The page of one tool, with the operations that are asked for. */
export function renderTool({ listed, file }: ShelvedTool, operations: readonly ToolOperation[], style: Style): string {
  const { name, type, tool, source } = listed;
  const about = tool?.description === undefined ? "" : `  ${oneLine(tool.description, 200)}`;
  const place = `${type}, ${describeSource(listed)}, ${oneLine(file ?? source ?? "", 200)}`;
  return [
    `${style.bold(name)}${about}\n${style.dim(place)}`,
    ...operations.map((operation) => renderOperation(name, operation, style)),
  ].join("\n\n");
}

/** A tool as an object, with the schemas of its operations. */
export function toolJson(
  { listed, workflow, file }: ShelvedTool,
  operations: readonly ToolOperation[],
): Record<string, unknown> {
  const { name, type, from, tool, source } = listed;
  return {
    ...{ name, type, workflow, from: "bundle" in from ? "bundle" : from.declared },
    ...(file === undefined ? {} : { file }),
    ...(source === undefined ? {} : { source }),
    ...(tool?.description === undefined ? {} : { description: tool.description }),
    operations: operations.map(({ name: operation, description, parameters, output, timeoutMs }) => ({
      name: operation,
      ...(description === undefined ? {} : { description }),
      parameters,
      ...(output === undefined ? {} : { output }),
      ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    })),
  };
}

function renderOperation(tool: string, operation: ToolOperation, style: Style): string {
  const { name, description, parameters, output, timeoutMs } = operation;
  const rows = parameterRows(parameters);
  const table = formatTable(
    rows.map((row) => row.map((cell) => oneLine(cell, 160))),
    (cell, column) => (column === 0 ? style.cyan(cell) : cell),
  );
  const takes =
    rows.length === 0
      ? `  ${parameters.additionalProperties === false ? "nothing" : "any arguments"}`
      : table.replace(/^/gm, "  ");
  const facts = [
    ...(output === undefined ? [] : [`gives ${describeType(output)}`]),
    ...(timeoutMs === undefined ? [] : [`at most ${formatDuration(timeoutMs)}`]),
  ];
  return [
    `${style.bold(`${tool}.${name}`)}${description === undefined ? "" : `  ${oneLine(description, 200)}`}`,
    takes,
    ...(facts.length === 0 ? [] : [`  ${style.dim(facts.join(", "))}`]),
  ].join("\n");
}

function parameterRows({ properties, required }: JsonSchema): readonly (readonly string[])[] {
  if (!isJsonObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, value]) => {
    const schema = isJsonObject(value) ? value : {};
    const about = typeof schema.description === "string" ? schema.description : "";
    return [name, describeField(schema, needed.includes(name)), about];
  });
}
