import { AiwError } from "../errors.js";
import type { TriggerSpec } from "../model/settings.js";
import type { ValueTemplate } from "../model/template.js";
import { type ToolDeclaration, type Workflow, workflowModelVersion } from "../model/workflow.js";
import { given } from "./given.js";
import { inputSpecs } from "./input-spec.js";
import { checkName } from "./names.js";
import { parseSettings } from "./parse.js";
import { type AnyScope, resolve, scopeOf } from "./scope.js";
import { envTemplates } from "./step-model.js";
import { expressionSource, proseTemplate, textTemplate, valueTemplate } from "./values.js";
import { type TriggerSetting, type WorkflowSettings, workflowSchema } from "./workflow-schema.js";

/** What of a workflow its options say. */
export type WorkflowHead = Omit<Workflow, "steps" | "onFailure" | "finally" | "outputs" | "uses">;

/** The workflow without its steps and outputs. */
export function workflowHead(name: string, options: unknown): WorkflowHead {
  const settings = parseSettings(workflowSchema(), options, `workflow '${name}'`);
  for (const secret of settings.secrets) checkName(secret, "a secret");
  const scope = scopeOf("item");
  const { version, description, effort, permissions, budget, cache, onQuota, workspace, sandbox } = settings;
  return {
    model: workflowModelVersion,
    name,
    inputs: inputSpecs(settings.inputs, "input"),
    secrets: [...new Set(settings.secrets)],
    env: envTemplates(resolve(settings.env ?? {}, scope, "env"), "the workflow"),
    tools: toolsOf(settings, scope),
    ...settings.agent,
    ...given({ version, description: description?.trim() || undefined, effort, permissions, budget, cache, onQuota }),
    ...given({ workspace, sandbox, defaultModel: settings.model, timeoutMs: settings.timeout }),
    ...given({
      on: settings.on?.map((trigger) => triggerOf(trigger, scope)),
      concurrency: concurrencyOf(settings, scope),
      instructions: instructionsOf(settings, scope),
    }),
  };
}

function instructionsOf({ instructions }: WorkflowSettings, scope: AnyScope) {
  if (instructions === undefined) return undefined;
  const parts = proseTemplate(resolve(instructions, scope, "instructions"), "instructions");
  return parts.length === 0 ? undefined : parts;
}

function concurrencyOf({ concurrency }: WorkflowSettings, scope: AnyScope) {
  if (concurrency === undefined) return undefined;
  const { key, busy } = concurrency;
  return { key: textTemplate(resolve(key, scope, "concurrency: key"), "concurrency: key"), busy };
}

function triggerOf(trigger: TriggerSetting, scope: AnyScope): TriggerSpec {
  if (trigger === "manual") return { type: "manual" };
  if ("schedule" in trigger) {
    const { cron, timezone, overlap, missed, inputs } = trigger.schedule;
    return { type: "schedule", cron, overlap, missed, inputs: inputsOf(inputs, scope), ...given({ timezone }) };
  }
  if ("watch" in trigger) {
    const { paths, ignore, events, debounce, inputs } = trigger.watch;
    return { type: "watch", paths, ignore, events, debounceMs: debounce, inputs: inputsOf(inputs, scope) };
  }
  if ("queue" in trigger)
    return { type: "queue", name: trigger.queue.name, inputs: inputsOf(trigger.queue.inputs, scope) };
  const { path, provider, secret, inputs, if: condition } = trigger.webhook;
  const test =
    condition === undefined ? undefined : expressionSource(resolve(condition, scope, "webhook: if"), "webhook: if");
  return { type: "webhook", path, provider, inputs: inputsOf(inputs, scope), ...given({ secret, if: test }) };
}

function inputsOf(inputs: unknown, scope: AnyScope): Readonly<Record<string, ValueTemplate>> {
  const template = valueTemplate(resolve(inputs ?? {}, scope, "inputs of a trigger"), "inputs of a trigger");
  if (template.t === "map") return template.entries;
  const { value } = template.t === "literal" ? template : { value: null };
  if (typeof value !== "object" || value === null) {
    throw new AiwError("workflow_invalid", "the inputs of a trigger are a map");
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, { t: "literal", value: item }]));
}

function toolsOf({ tools }: WorkflowSettings, scope: AnyScope): Readonly<Record<string, ToolDeclaration>> {
  const entries = Object.entries(tools).map(([name, tool]): readonly [string, ToolDeclaration] => {
    const of = `tool '${name}'`;
    if (typeof tool === "string") return [name, { kind: "scripts", folder: tool }];
    if ("openapi" in tool) {
      const auth = tool.auth === undefined ? undefined : valueTemplate(resolve(tool.auth, scope, of), of);
      return [name, { kind: "openapi", document: tool.openapi, ...given({ auth }) }];
    }
    const server = "url" in tool.mcp ? { url: tool.mcp.url } : { command: tool.mcp.command };
    return [name, { kind: "mcp", server, env: envTemplates(resolve(tool.mcp.env ?? {}, scope, of), of) }];
  });
  return Object.fromEntries(entries);
}
