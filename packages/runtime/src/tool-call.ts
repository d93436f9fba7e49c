import { randomUUID } from "node:crypto";
import {
  AiwError,
  createEvaluator,
  createMasker,
  createSystemClock,
  isAiwError,
  isMaskable,
  type Json,
  type Masker,
  type Origin,
  type Progress,
  type RenderedValue,
  Secret,
  type Spawner,
  type Step,
  type Tool,
  type ToolInput,
  type ToolResult,
  type ValueTemplate,
  type Workflow,
} from "@aiw/core";
import { loadConfig } from "./config.js";
import { findProject } from "./home.js";
import { openSpawner } from "./inspect.js";
import { openScratch } from "./scratch.js";
import { createSecretSource } from "./secrets.js";

/** One operation to be run without a workflow around it. */
export interface ToolCall {
  readonly workflow: Workflow;
  readonly origin: Origin;
  readonly tool: Tool;
  readonly operation: string;
  /** A text that is exactly `{{ secrets.NAME }}` stands for that secret. */
  readonly input: Readonly<Record<string, Json>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secretsFile?: string | undefined;
  /** Over that of the operation. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How a call ended. */
export interface ToolCallResult {
  readonly result: ToolResult;
  readonly ms: number;
  /** Variables that could not be given, because their values need a run. */
  readonly leftOut: readonly string[];
}

/**
 * Calls one operation as a step would: through the spawner, with a private folder, with secrets masked in everything it
 * prints. The process gets the workflow's `env`, that of the first step which calls the operation, and the declared secrets
 * that have a value under their names.
 *
 * @throws AiwError `secret_missing`, `secret_unsafe`, `config_invalid`, `file_*`, `store_io`.
 */
export async function callTool(call: ToolCall): Promise<ToolCallResult> {
  const secrets = await readSecrets(call);
  const masker = createMasker(Object.values(secrets));
  const input = withSecrets(call.input, secrets);
  const { env, leftOut } = environmentOf(call, secrets);
  const config = await loadConfig(findProject(call.origin.cwd, call.env.AIW_HOME).project);
  const spawner = await openSpawner(config, call.env);
  const scratch = openScratch(call.env);
  const startedAt = performance.now();
  try {
    const result = await run(call, { spawner, masker, env, input, folder: scratch.folder });
    return { result, ms: Math.round(performance.now() - startedAt), leftOut };
  } finally {
    await spawner.close();
    scratch.close();
  }
}

type Secrets = Readonly<Record<string, Secret>>;

async function readSecrets({ workflow, env, secretsFile }: ToolCall): Promise<Secrets> {
  const source = createSecretSource({ env, file: secretsFile });
  const found: [string, Secret][] = [];
  for (const name of workflow.secrets) {
    const secret = await source(name);
    if (secret === undefined) continue;
    if (!isMaskable(secret)) {
      throw new AiwError("secret_unsafe", `the secret ${name} is too short to be masked in output`, {
        hint: "use a longer value; short ones would be cut out of ordinary text",
      });
    }
    found.push([name, secret]);
  }
  return Object.fromEntries(found);
}

function withSecrets(input: ToolCall["input"], secrets: Secrets): ToolInput {
  const entries = Object.entries(input).map(([name, value]): [string, Json | Secret] => {
    const wanted = typeof value === "string" ? /^\{\{\s*secrets\.([A-Za-z_]\w*)\s*\}\}$/.exec(value)?.[1] : undefined;
    if (wanted === undefined) return [name, value];
    const secret = Object.hasOwn(secrets, wanted) ? secrets[wanted] : undefined;
    if (secret !== undefined) return [name, secret];
    throw new AiwError("secret_missing", `the secret ${wanted} has no value`, {
      hint: `name it under \`secrets:\` of the workflow, and set the environment variable ${wanted}`,
    });
  });
  return Object.fromEntries(entries);
}

function environmentOf(call: ToolCall, secrets: Secrets) {
  const { workflow, tool, operation } = call;
  const steps = [...workflow.steps, ...(workflow.onFailure ?? []), ...(workflow.finally ?? [])];
  const caller = steps
    .flatMap((step): readonly Step[] => (step.undo === undefined ? [step] : [step, step.undo]))
    .find((step) => step.kind === "tool" && step.tool === tool.name && step.operation === operation);
  const evaluator = createEvaluator();
  const scope = { names: { inputs: defaultsOf(workflow), secrets, env: {} }, now: Date.now };
  const env = new Map<string, string | Secret>(Object.entries(secrets));
  const leftOut = new Set<string>();
  const add = (name: string, template: ValueTemplate) => {
    const text = render(() => evaluator.renderValue(template, scope));
    if (text === undefined) leftOut.add(name);
    else env.set(name, text);
  };
  for (const [name, template] of Object.entries(workflow.env)) add(name, template);
  for (const [name, template] of Object.entries(caller?.env ?? {})) add(name, template);
  return { env: Object.fromEntries(env), leftOut: [...leftOut].filter((name) => !env.has(name)) };
}

function defaultsOf(workflow: Workflow): Readonly<Record<string, Json>> {
  const entries = Object.entries(workflow.inputs).flatMap(([name, { schema }]): readonly [string, Json][] =>
    schema.default === undefined ? [] : [[name, schema.default]],
  );
  return Object.fromEntries(entries);
}

/** Undefined for what cannot be known without a run. */
function render(value: () => RenderedValue): string | Secret | undefined {
  try {
    const rendered = value();
    if (rendered === null) return undefined;
    return typeof rendered === "string" || rendered instanceof Secret ? rendered : JSON.stringify(rendered);
  } catch (error) {
    if (isAiwError(error, "expression_failed")) return undefined;
    throw error;
  }
}

interface Prepared {
  readonly spawner: Spawner;
  readonly masker: Masker;
  readonly env: Readonly<Record<string, string | Secret>>;
  readonly input: ToolInput;
  readonly folder: string;
}

async function run(call: ToolCall, { spawner, masker, env, input, folder }: Prepared): Promise<ToolResult> {
  const { tool, operation, origin, signal, onProgress } = call;
  const key = randomUUID();
  const timeoutMs = call.timeoutMs ?? tool.operations.find(({ name }) => name === operation)?.timeoutMs;
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const title = `${tool.name}.${operation}`;
  const result = await tool.call(operation, input, {
    ...{ run: "call", step: title, attempt: 1, idempotencyKey: key, token: `call_${key}` },
    ...{ cwd: origin.cwd, folder, spawner, masker, clock: createSystemClock() },
    env: { ...env, AIW_IDEMPOTENCY_KEY: key, AIW_WORKFLOW_DIR: origin.folder },
    signal: timeout === undefined ? signal : AbortSignal.any([signal, timeout]),
    progress: (progress) => onProgress?.(progress),
  });
  if (result.status !== "failed" || timeout?.aborted !== true || signal.aborted) return result;
  return {
    ...result,
    error: { code: "timeout", message: `${title} took longer than ${timeoutMs} ms`, hint: "raise `--timeout`" },
  };
}
