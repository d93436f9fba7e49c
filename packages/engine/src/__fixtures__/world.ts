import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Agent,
  type AgentRequest,
  type AgentResult,
  type AgentStep,
  type AttemptContext,
  type Clock,
  type Json,
  type Origin,
  type ProcessResult,
  type ProcessSpec,
  type RetryPolicy,
  type RunStore,
  type ScriptStep,
  Secret,
  type Spawner,
  type Step,
  type StoredEvent,
  type Tool,
  type ToolInput,
  type ToolResult,
  type ToolStep,
  type Workflow,
} from "@aiw/core";
import { createFakeClock, createFakeIds, createMemoryRunStore, type FakeClock } from "@aiw/core/testing";
import { afterAll } from "vitest";
import { createEngine } from "../engine.js";
import type { Engine, EngineOptions } from "../options.js";

export const folder = mkdtempSync(join(tmpdir(), "aiw-engine-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
export const origin: Origin = { folder, cwd: folder, bundle: false };

export function workflow(steps: readonly Step[], more: Partial<Workflow> = {}): Workflow {
  return { model: 1, name: "test", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps, ...more };
}

const base = { title: "", needs: [], env: {}, onError: "fail" } as const;

export function script(id: string, text: string, more: Partial<ScriptStep> = {}): ScriptStep {
  return { ...base, id, title: id, kind: "script", lang: "bash", script: text, ...more };
}

export function tool(id: string, operation: string, more: Partial<ToolStep> = {}): ToolStep {
  return { ...base, id, title: id, kind: "tool", tool: "test", operation, ...more };
}

export function agent(id: string, prompt: string, more: Partial<AgentStep> = {}): AgentStep {
  return { ...base, id, title: id, kind: "agent", prompt: [prompt], ...more };
}

export type ScriptBehaviour = (
  text: string,
  spec: ProcessSpec,
  signal: AbortSignal | undefined,
) => Promise<Partial<ProcessResult>> | Partial<ProcessResult>;

/** A spawner whose programs are functions of the script's text. */
export function fakeSpawner(behaviour: ScriptBehaviour): Spawner & { readonly swept: string[]; readonly specs: ProcessSpec[] } {
  const swept: string[] = [];
  const specs: ProcessSpec[] = [];
  return {
    containment: "group",
    swept,
    specs,
    async run(spec, signal) {
      specs.push(spec);
      const text = await readFile(spec.args?.at(-1) ?? "", "utf8").catch(() => "");
      const result = await behaviour(text, spec, signal);
      const stdout = spec.masker?.mask(result.stdout ?? "") ?? result.stdout ?? "";
      const aborted = signal?.aborted === true;
      return {
        exitCode: aborted ? null : 0,
        signal: aborted ? "SIGTERM" : null,
        ended: aborted ? "aborted" : "exit",
        stderr: "",
        stdoutDropped: 0,
        stderrDropped: 0,
        ms: 1,
        ...result,
        stdout,
      };
    },
    async sweep(tokens) {
      swept.push(...tokens);
      return 0;
    },
    async close() {},
  };
}

/** Never ends by itself. */
export function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    else signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}

export type Operation = (input: ToolInput, context: AttemptContext) => Promise<Json | ToolResult> | Json | ToolResult;

export function fakeTool(operations: Readonly<Record<string, Operation>>, inProcess = true): Tool {
  return {
    name: "test",
    inProcess,
    operations: Object.keys(operations).map((name) => ({ name, parameters: { type: "object" } })),
    async call(operation, input, context) {
      const result = await operations[operation]?.(input, context);
      if (isToolResult(result)) return result;
      const output = result ?? null;
      return { status: "completed", output, text: JSON.stringify(output) };
    },
  };
}

function isToolResult(value: unknown): value is ToolResult {
  return typeof value === "object" && value !== null && "status" in value && ("output" in value || "error" in value);
}

export interface FakeAgent extends Agent {
  readonly requests: AgentRequest[];
}

export function fakeAgent(
  id: string,
  turn: (request: AgentRequest, context: AttemptContext, count: number) => Promise<AgentResult> | AgentResult,
  more: Partial<Agent["capabilities"]> & { readonly healthy?: boolean } = {},
): FakeAgent {
  const { healthy = true, ...capabilities } = more;
  const requests: AgentRequest[] = [];
  return {
    id,
    requests,
    capabilities: {
      structured: "instruction",
      resume: true,
      usage: "full",
      cost: true,
      edits: true,
      auto: true,
      ...capabilities,
    },
    async health() {
      if (healthy) return { ok: true };
      return { ok: false, error: { code: "agent_not_installed", message: `${id} is not installed` } };
    },
    check: () => [],
    async run(request, context) {
      requests.push(request);
      return turn(request, context, requests.length);
    },
  };
}

/** n extra attempts, one second apart unless the step says more. */
export const plainRetry: RetryPolicy = {
  delay: ({ spec, failures }) => (spec === undefined || failures > spec.attempts ? null : spec.delayMs),
};

export interface WorldOptions {
  readonly store?: RunStore;
  readonly clock?: Clock;
  readonly scripts?: ScriptBehaviour;
  readonly operations?: Readonly<Record<string, Operation>>;
  readonly agents?: readonly Agent[];
  readonly secrets?: Readonly<Record<string, string>>;
  readonly engine?: Partial<EngineOptions>;
  readonly worker?: Partial<EngineOptions["worker"]>;
  readonly seed?: number;
}

export interface World {
  readonly engine: Engine;
  readonly store: RunStore;
  readonly spawner: ReturnType<typeof fakeSpawner>;
  readonly clock: Clock;
  events(run: string): Promise<readonly StoredEvent[]>;
}

let workers = 0;

export function createWorld(options: WorldOptions = {}): World {
  const clock = options.clock ?? createFakeClock();
  const store = options.store ?? createMemoryRunStore({ clock });
  const spawner = fakeSpawner(options.scripts ?? (() => ({})));
  const test = fakeTool(options.operations ?? {});
  const agents = options.agents ?? [];
  workers += 1;
  const engine = createEngine({
    store,
    spawner,
    clock,
    ids: createFakeIds(options.seed ?? workers),
    retry: plainRetry,
    agents: async (id) => agents.find((known) => known.id === id),
    autoAgents: agents.map((known) => known.id),
    tools: async (name) => (name === "test" ? test : undefined),
    secrets: async (name) => {
      const value = options.secrets?.[name];
      return value === undefined ? undefined : new Secret(name, value);
    },
    tempFolder: join(folder, "attempts"),
    worker: {
      id: `worker-${workers}`,
      owner: { host: "here", boot: "b", pid: workers, startedAt: "0" },
      ...options.worker,
    },
    ...options.engine,
  });
  return { engine, store, spawner, clock, events: (run) => eventsOf(store, run) };
}

export async function eventsOf(store: RunStore, run: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let after = 0; ; ) {
    const page = await store.read({ run, afterSeq: after });
    events.push(...page.events);
    if (!page.more) return events;
    after = events.at(-1)?.seq ?? 0;
  }
}

export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Moves the clock on until the promise settles. */
export async function within<T>(clock: FakeClock, promise: Promise<T>, options: { stepMs?: number; steps?: number; hasFiles?: boolean } = {}): Promise<T> {
  const { stepMs = 250, steps = 400, hasFiles = true } = options;
  let isSettled = false;
  const note = () => {
    isSettled = true;
  };
  promise.then(note, note);
  for (let step = 0; step < steps; step += 1) {
    await turns();
    // File operations of scripts take real time.
    if (!isSettled && hasFiles) await new Promise((resolve) => setTimeout(resolve, 1));
    if (isSettled) return promise;
    clock.advance(stepMs);
  }
  throw new Error("did not settle");
}
