import { describeType, type Json, type JsonSchema, type Workflow } from "@aiw/core";
import { createFlow } from "../graph/flow.js";
import { flowJson } from "../graph/json.js";
import { renderText } from "../graph/text.js";
import { oneLine, stripControl } from "../output/format.js";
import type { Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import {
  allSteps,
  describeConcurrency,
  describeLimits,
  describePermissions,
  describeTriggers,
  namedAgents,
  namedOperations,
} from "./describe.js";

/** The page of one workflow: what it is for, what it takes and gives, what it does, and what it needs. */
export function renderWorkflow(workflow: Workflow, file: string, style: Style): string {
  const { name, version, description } = workflow;
  const head = `${style.bold(oneLine(name, 200))}${version === undefined ? "" : `  ${style.dim(oneLine(version, 40))}`}  ${style.dim(oneLine(file, 300))}`;
  const parts = [
    description === undefined ? head : `${head}\n${stripControl(description).trim()}`,
    titledTable("Inputs", inputRows(workflow), style),
    titledTable("Outputs", outputRows(workflow), style),
    renderText({ ...createFlow(workflow, 0), name: "Steps" }, style),
    titledTable("Needs", needRows(workflow), style),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The same as an object. */
export function workflowJson(workflow: Workflow, file: string): Record<string, unknown> {
  const { name, version, description, inputs, outputs, secrets, permissions, timeoutMs, budget, on = [] } = workflow;
  const { name: _name, ...sections } = flowJson(createFlow(workflow, 0));
  return {
    ...{ name, file },
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    inputs: Object.entries(inputs).map(([input, { schema, required }]) => ({ name: input, required, schema })),
    ...{ outputs, ...sections },
    ...{ agents: namedAgents(workflow), tools: workflow.tools, operations: namedOperations(workflow) },
    ...{ triggers: on, secrets },
    ...(permissions === undefined ? {} : { permissions }),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    ...(budget === undefined ? {} : { budget }),
    uses: Object.keys(workflow.uses ?? {}),
  };
}

/** `string = main`, `[string], optional`. */
export function describeField(schema: JsonSchema, required: boolean): string {
  const standard = schema.default;
  const value = standard === undefined ? "" : ` = ${textOf(standard)}`;
  return `${describeType(schema)}${value}${required || standard !== undefined ? "" : ", optional"}`;
}

/** A table under its title; nothing without rows. */
export function titledTable(title: string, rows: readonly (readonly string[])[], style: Style): string {
  if (rows.length === 0) return "";
  const table = formatTable(
    rows.map((row) => row.map((cell) => oneLine(cell, 600))),
    (cell, column) => (column === 0 ? style.cyan(cell) : cell),
  );
  return `${style.bold(title)}\n${table.replace(/^/gm, "  ")}`;
}

function inputRows({ inputs }: Workflow): readonly (readonly string[])[] {
  return Object.entries(inputs).map(([name, { schema, required }]) => {
    const about = typeof schema.description === "string" ? schema.description : "";
    return [name, describeField(schema, required), about];
  });
}

function outputRows({ outputs }: Workflow): readonly (readonly string[])[] {
  return Object.entries(outputs);
}

/** What a workflow needs besides its inputs, and how it is started. */
export function needRows(workflow: Workflow): readonly (readonly string[])[] {
  const declared = Object.entries(workflow.tools).map(([name, { kind }]) => `${name} (${kind})`);
  const own = allSteps(workflow).flatMap((step): readonly (readonly string[])[] => {
    const words = step.kind === "agent" ? describePermissions(step.permissions) : undefined;
    return words === undefined ? [] : [[`permissions of ${step.id}`, words]];
  });
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ["agents", namedAgents(workflow)],
    ["tools", declared],
    ["operations", namedOperations(workflow)],
    ["sub-workflows", Object.keys(workflow.uses ?? {})],
    ["secrets", workflow.secrets],
    ["triggers", describeTriggers(workflow)],
    ["limits", describeLimits(workflow)],
    ["concurrency", workflow.concurrency === undefined ? [] : [describeConcurrency(workflow.concurrency)]],
    ["permissions", [describePermissions(workflow.permissions)].filter((words) => words !== undefined)],
  ];
  const rows = lists.flatMap(([title, items]) => (items.length === 0 ? [] : [[title, items.join(", ")]]));
  return [...rows, ...own];
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
