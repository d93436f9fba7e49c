import { AiwError, type NewEvent, type RunControl, type RunSummary, type StartRequest } from "@aiw/core";
import type { ManyRuntime } from "../run-many.js";
import { journal } from "./fake-run.js";

/** What becomes of a run of {@link createFakeRuntime}. */
export interface FakeRunPlan {
  readonly events?: readonly NewEvent[];
  readonly summary?: Partial<RunSummary>;
  /** Nothing is started. */
  readonly refuse?: AiwError;
  /** It ends only when this does. */
  readonly until?: Promise<void>;
}

/** A runtime without engine, store and processes. */
export interface FakeRuntime {
  readonly runtime: ManyRuntime;
  /** Names of the workflows in the order in which they were started. */
  readonly started: readonly string[];
  /** Most runs that were open at once. */
  most(): number;
  isClosed(): boolean;
}

/** Runs go as planned, by the name of their workflow; ids are `run_` and that name. */
export function createFakeRuntime(plans: Readonly<Record<string, FakeRunPlan>>): FakeRuntime {
  const started: string[] = [];
  const open = new Map<string, Promise<RunSummary>>();
  let [most, live, isClosed] = [0, 0, false];
  const plan = (run: string) => plans[run.replace(/^run_/, "")] ?? {};
  const summaryOf = (run: string): RunSummary => ({
    ...{ run, name: run, status: "completed", outputs: {}, steps: {}, costUsd: 0, ms: 1_000 },
    ...plan(run).summary,
  });
  const control: RunControl = {
    async start({ workflow: { name } }: StartRequest) {
      const { refuse, until } = plans[name] ?? {};
      if (refuse !== undefined) throw refuse;
      started.push(name);
      live += 1;
      most = Math.max(most, live);
      const run = `run_${name}`;
      const done = (async () => {
        await until;
        live -= 1;
        return summaryOf(run);
      })();
      open.set(run, done);
      return { run, created: true, done };
    },
    async *watch(run) {
      yield* journal(plan(run).events ?? [], run);
      await open.get(run);
    },
    async get(run) {
      return { ...summaryOf(run), status: "running" };
    },
    onProgress: () => () => undefined,
    resume: refuseCall,
    cancel: refuseCall,
    signal: refuseCall,
  };
  const close = async () => {
    isClosed = true;
  };
  return { runtime: { control, close }, started, most: () => most, isClosed: () => isClosed };
}

async function refuseCall(): Promise<never> {
  throw new AiwError("internal", "the fake runtime only starts runs");
}
