import type { AttemptContext, Json, JsonObject, RunHandle, RunSummary, Signal, StoredEvent, Workflow } from "@aiw/core";
import { createFakeClock, createMemoryRunStore, type FakeClock, type MemoryRunStore } from "@aiw/core/testing";
import type { Engine, EngineOptions } from "../options.js";
import { createWorld, eventsOf, type Operation, origin, turns, type WorldOptions, within } from "./world.js";

/** How a {@link Scene} differs from the usual one. */
export interface SceneOptions extends Pick<WorldOptions, "operations" | "agents" | "engine" | "worker" | "scripts"> {
  readonly inputs?: JsonObject;
  /** Who asks for the run. */
  readonly by?: string;
  /** Name calls by their run too: `operation run path`. */
  readonly tellRuns?: boolean;
  /** Between two looks at the clock; default 250 ms. */
  readonly stepMs?: number;
}

type Answer = Extract<Signal, { type: "approval" }>;

/** One workflow on one store, run `r`, driven by one engine after the other. */
export interface Scene {
  readonly clock: FakeClock;
  readonly store: MemoryRunStore;
  /** Calls of the tool in order: `operation path`; of later attempts `operation path 2`. */
  readonly calls: string[];
  readonly engine: Engine;
  /** Starts the run and waits until it ends or waits for people. */
  run(inputs?: JsonObject): Promise<RunSummary>;
  /** Starts the run. */
  start(inputs?: JsonObject): Promise<RunHandle>;
  /** Goes on with the run and waits until it ends or waits for people. */
  resume(options?: Parameters<Engine["resume"]>[1], run?: string): Promise<RunSummary>;
  /** Moves the clock on until the promise settles. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Moves the clock on for so long. */
  pass(ms: number): Promise<void>;
  answer(step: string, by: string, more?: Partial<Answer> & { readonly run?: string }): Promise<void>;
  send(name: string, data?: Json, run?: string): Promise<void>;
  /** Lets a call of the operation `hold` end. */
  release(path: string, result?: Json): void;
  /** The engine's process dies: nothing more of it reaches the store. Another takes its place. */
  crash(): Promise<void>;
  /** Another engine takes the place of the present one, which lives on. */
  another(more?: Partial<EngineOptions["worker"]>): Engine;
  events(run?: string): Promise<readonly StoredEvent[]>;
  /** Paths of the steps' events of a type, in order. */
  paths(type: StoredEvent["type"], run?: string): Promise<readonly string[]>;
  /** The run of the sub-workflow that the step of the run started. */
  childOf(step: string, run?: string): Promise<string>;
  close(): Promise<void>;
}

let owners = 10_000;

export function createScene(flow: Workflow, options: SceneOptions = {}): Scene {
  const clock = createFakeClock();
  const dead = new Set<number>();
  const root = createMemoryRunStore({ clock, isDead: ({ pid }) => dead.has(pid) });
  const calls: string[] = [];
  const held = new Map<string, (result: Json) => void>();
  const nameOf = ({ run, step }: AttemptContext) => (options.tellRuns === true ? `${run} ${step}` : step);
  const operations = sceneOperations({ calls, held, nameOf }, options.operations ?? {});
  const engines: { readonly engine: Engine; readonly store: MemoryRunStore; readonly pid: number }[] = [];
  const open = (more: Partial<EngineOptions["worker"]> = {}) => {
    owners += 1;
    const store = root.handle();
    const owner = { host: "here", boot: "b", pid: owners, startedAt: "0" };
    const worker = { owner, ...options.worker, ...more };
    const { engine } = createWorld({ ...options, clock, store, operations, worker });
    engines.push({ engine, store, pid: owners });
    return engine;
  };
  open();
  const engine = () => engines.at(-1)?.engine ?? open();
  const patience = { stepMs: options.stepMs ?? 250, steps: 4_000, hasFiles: options.scripts !== undefined };
  const settle = <T>(promise: Promise<T>) => within(clock, promise, patience);
  const start = (inputs: JsonObject = options.inputs ?? {}) => {
    const by = options.by === undefined ? {} : { by: options.by };
    return settle(engine().start({ workflow: flow, origin, inputs, run: "r", ...by }));
  };
  return {
    clock,
    store: root,
    calls,
    get engine() {
      return engine();
    },
    start,
    run: async (inputs) => settle((await start(inputs)).done),
    resume: async (how = {}, run = "r") => settle((await settle(engine().resume(run, how))).done),
    settle,
    async pass(ms) {
      for (const end = clock.now() + ms; clock.now() < end; ) {
        await turns();
        clock.advance(Math.min(patience.stepMs, end - clock.now()));
      }
      await turns(10);
    },
    async answer(step, by, { run = "r", ...more } = {}) {
      await settle(engine().signal(run, { type: "approval", step, by, approved: true, ...more }));
    },
    async send(name, data, run = "r") {
      await settle(engine().signal(run, { type: "signal", name, by: "me", ...(data === undefined ? {} : { data }) }));
    },
    release(path, result = null) {
      const end = held.get(path);
      if (end === undefined) throw new Error(`${path} does not hold`);
      held.delete(path);
      end(result);
    },
    async crash() {
      const last = engines.at(-1);
      if (last !== undefined) {
        dead.add(last.pid);
        await last.store.close();
        await settle(last.engine.close().catch(() => undefined));
      }
      open();
    },
    another: open,
    events: (run = "r") => eventsOf(root, run),
    async paths(type, run = "r") {
      const events = await eventsOf(root, run);
      return events.flatMap((event) => (event.type === type && "step" in event ? [event.step] : []));
    },
    async childOf(step, run = "r") {
      for (const event of await eventsOf(root, run)) {
        if (event.type === "step.started" && event.step === step && event.data.child !== undefined) return event.data.child;
      }
      throw new Error(`${step} started no run`);
    },
    async close() {
      for (const each of engines) await settle(each.engine.close().catch(() => undefined));
    },
  };
}

interface Sensing {
  readonly calls: string[];
  readonly held: Map<string, (result: Json) => void>;
  readonly nameOf: (context: AttemptContext) => string;
}

function sceneOperations(
  { calls, held, nameOf }: Sensing,
  own: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> {
  const failed = (message: string) => ({ status: "failed" as const, error: { code: "tool_failed", message } });
  const all: Readonly<Record<string, Operation>> = {
    ok: (_, { step }) => `result of ${step}`,
    fail: (_, { step }) => failed(`${step} failed`),
    flaky: (_, { step, attempt }) => (attempt === 1 ? failed(`${step} failed once`) : `result of ${step}`),
    /** What it is given. */
    echo: ({ value = null }) => JSON.parse(JSON.stringify(value)),
    /** Ends when the test lets it, or when it is told to stop. */
    hold: (_, context) =>
      new Promise((resolve) => {
        const { step, signal } = context;
        held.set(nameOf(context), resolve);
        const onAbort = () => {
          held.delete(nameOf(context));
          resolve(failed(`${step} was stopped`));
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener("abort", onAbort, { once: true });
      }),
    ...own,
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, operation]): [string, Operation] => [
      name,
      (input, context) => {
        calls.push(`${name} ${nameOf(context)}${context.attempt === 1 ? "" : ` ${context.attempt}`}`);
        return operation(input, context);
      },
    ]),
  );
}

/** The run of a scene from its start to its end, or until it waits for people. */
export async function play(flow: Workflow, options: SceneOptions = {}) {
  const scene = createScene(flow, options);
  const summary = await scene.run();
  const events = await scene.events();
  await scene.close();
  return { summary, events, calls: scene.calls };
}
