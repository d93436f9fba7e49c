import type { Json, JsonObject, ToolDeclaration, Workflow } from "@aiw/core";
import { given } from "../settings/key-reader.js";
import { printExpression, printText, printValue } from "./holes.js";
import { duration, printAgent, printBudget, printCache, printEnv, printTriggers } from "./settings.js";
import { printFields } from "./types.js";

/** What of a workflow may stand in its settings or elsewhere. */
export interface FileNames {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** Settings of the file, in the order of the reference; what is as without them is left out. */
export function fileSettings(workflow: Workflow, { name, description }: FileNames): JsonObject {
  const { version, on, inputs, outputs, agent, routing, defaultModel, effort, tools, secrets, permissions } = workflow;
  const { budget, concurrency, cache, timeoutMs, env, onQuota, workspace, sandbox } = workflow;
  return given({
    aiw: 1,
    name,
    version,
    description,
    on: on === undefined ? undefined : printTriggers(on),
    inputs: filled(printFields(inputs, "input")),
    outputs: filled(mapOf(outputs, (source, name) => printExpression(source, `output '${name}'`))),
    agent: printAgent(agent, routing),
    model: defaultModel,
    effort,
    tools: filled(mapOf(tools, printTool)),
    secrets: secrets.length === 0 ? undefined : secrets,
    permissions: permissions === undefined ? undefined : { ...permissions },
    budget: budget === undefined ? undefined : printBudget(budget),
    concurrency:
      concurrency === undefined
        ? undefined
        : {
            key: printText(concurrency.key, "the key of concurrency"),
            ...(concurrency.busy === "queue" ? {} : { busy: concurrency.busy }),
          },
    cache: cache === undefined ? undefined : printCache(cache),
    timeout: timeoutMs === undefined ? undefined : duration(timeoutMs),
    env: printEnv(env, "the file"),
    "on-quota": onQuota,
    workspace: typeof workspace === "object" ? workspace.step : workspace,
    sandbox,
  });
}

function printTool(tool: ToolDeclaration, name: string): Json {
  const of = `tool '${name}'`;
  switch (tool.kind) {
    case "scripts":
      return tool.folder;
    case "mcp":
      return { mcp: { ...tool.server, ...given({ env: printEnv(tool.env, of) }) } };
    case "openapi":
      return { openapi: tool.document, ...(tool.auth === undefined ? {} : { auth: printValue(tool.auth, of) }) };
  }
}

function mapOf<T>(record: Readonly<Record<string, T>>, print: (value: T, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, print(value, name)]));
}

function filled(map: JsonObject): JsonObject | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}
