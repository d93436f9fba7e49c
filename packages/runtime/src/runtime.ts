import { join } from "node:path";
import { createSystemClock, type Logger, type RunControl, type Subscriber } from "@aiw/core";
import type { EngineOptions } from "@aiw/engine";
import { requireAgent } from "./agents.js";
import { approvalRule, asUser } from "./approvals.js";
import { makeHome } from "./home.js";
import { databaseName, openProject, openStore, type Project, type ProjectOptions } from "./project.js";
import { createSecretSource } from "./secrets.js";
import { createToolSource } from "./tools.js";

/** How a runtime is composed. */
export interface RuntimeOptions extends ProjectOptions {
  /** `NAME=value` lines or JSON; wins over the environment. */
  readonly secretsFile?: string | undefined;
  readonly subscribers?: readonly Subscriber[] | undefined;
  readonly logger?: Logger | undefined;
  /** `own` (default): drives only what it was asked to; `any`: takes whatever waits in the store. */
  readonly claim?: "own" | "any" | undefined;
  /** Name that the user is logged in with: who asks for the runs that are started, and the owner of approvals. */
  readonly by?: string | undefined;
  /** For workflows with code steps: finds their functions. */
  readonly code?: EngineOptions["code"];
  /** A run in which nothing happens for longer, in ms, is left until its time comes; default 30,000. */
  readonly suspendAfterMs?: number | undefined;
  /** Tell as a warning why a step's result was taken from the cache or was not. */
  readonly explainCache?: boolean | undefined;
}

/** A project with an engine: the one place where all packages meet. */
export interface Runtime extends Project {
  readonly control: RunControl;
}

/**
 * Opens a project with its store and an engine that drives runs in this process.
 *
 * @throws AiwError `config_invalid`, `store_*`, `disk_full`, `file_*` of the secrets file.
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const project = await openProject(options);
  const secrets = createSecretSource({ env: options.env, file: options.secretsFile });
  makeHome(project.home);
  const clock = options.clock ?? createSystemClock();
  const [opened, engineModule, processModule, reliability, scratchModule] = await Promise.all([
    openStore(join(project.home, databaseName), project.config, { clock }),
    import("@aiw/engine"),
    import("@aiw/process"),
    import("@aiw/reliability"),
    import("./scratch.js"),
  ]);
  const leaseMs = (project.config.lease ?? 15) * 1_000;
  const scratch = await openedOrClosed(opened, () => scratchModule.openScratch(options.env));
  const spawner = processModule.createSpawner({
    baseEnv: options.env,
    containment: project.config.containment ?? "auto",
    leaseMs,
    tempFolder: scratch.folder,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  const engine = engineModule.createEngine({
    store: opened.store,
    spawner,
    agents: (id) => requireAgent(project.agents, id),
    autoAgents: project.agents.auto,
    tools: createToolSource(),
    secrets,
    retry: reliability.createRetryPolicy(),
    artifacts: reliability.createFileArtifactStore({ folder: join(project.home, "artifacts"), clock }),
    cache: reliability.createFileStepCache({ folder: join(project.home, "cache"), clock }),
    explainCache: options.explainCache,
    suspendAfterMs: options.suspendAfterMs,
    code: options.code,
    authorizer: approvalRule(project.config.approvals, options.by),
    clock,
    ids: engineModule.createSystemIds(),
    subscribers: options.subscribers ?? [],
    worker: { owner: processModule.readProcessIdentity(), claim: options.claim ?? "own", ...leaseTimes(leaseMs) },
    limits: { ...project.config.limits },
    tempFolder: scratch.folder,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await engine.close();
    await spawner.close();
    scratch.close();
    await opened.close();
    await project.close();
  };
  return {
    ...project,
    control: asUser(engine, options.by),
    store: async () => opened.store,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** A heartbeat comes several times within a lease; a silent worker gets a third of it more to be gone. */
function leaseTimes(leaseMs: number): { ttlMs: number; graceMs: number; pollMs: number } {
  return { ttlMs: leaseMs, graceMs: Math.round(leaseMs / 3), pollMs: Math.min(1_000, Math.round(leaseMs / 4)) };
}

/** Leaves no open store behind when what comes after it fails. */
async function openedOrClosed<T>(store: { close(): Promise<void> }, open: () => T): Promise<T> {
  try {
    return open();
  } catch (error) {
    await store.close();
    throw error;
  }
}
