import { randomUUID } from "node:crypto";
import {
  AiwError,
  type Clock,
  type Containment,
  createSystemClock,
  type Logger,
  type ProcessResult,
  type ProcessSpec,
  type Spawner,
} from "@aiw/core";
import { chooseLauncher, type Launcher } from "./containment.js";
import { allowedEnvironment, programEnvironment } from "./environment.js";
import { readBootId, readStartedAt } from "./identity.js";
import { createKeeper, type Keeper } from "./keeper.js";
import { createPipes, type Pipes } from "./pipes.js";
import { checkCwd, resolveProgram } from "./program.js";
import { Run } from "./run.js";
import { startProcess } from "./started.js";
import { sweepAttempts } from "./sweep.js";

/** How to make a spawner. */
export interface SpawnerOptions {
  /** Default `auto`: the firmest that works. Another one is tried at the first use and refused when it does not work. */
  readonly containment?: "auto" | Containment | undefined;
  /** The caller's environment. Programs get an allow-listed part of it only. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Names of more variables that programs get: proxies, certificates, agent sockets. */
  readonly extraEnv?: readonly string[] | undefined;
  /** Unfed for so long, everything alive is killed from outside. Absent: only when this process is gone. */
  readonly leaseMs?: number | undefined;
  /** A folder of the caller's, removed from outside when this process is killed while a program runs. */
  readonly tempFolder?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * A spawner of real programs. Nothing happens before its first use; then one trial run finds the containment, and a
 * keeper process starts just before the first program.
 */
export function createSpawner(options: SpawnerOptions): Spawner {
  return new ProcessSpawner(options);
}

class ProcessSpawner implements Spawner {
  readonly #options: SpawnerOptions;
  readonly #clock: Clock;
  readonly #base: Readonly<Record<string, string>>;
  readonly #alive = new Set<Run>();
  readonly #ending = new Set<Promise<unknown>>();
  #launcher: Launcher | undefined;
  #keeper: Keeper | undefined;
  #pipes: Pipes | undefined;
  #bootId: string | undefined;
  #isClosed = false;

  constructor(options: SpawnerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? createSystemClock();
    this.#base = allowedEnvironment(options.baseEnv, options.extraEnv);
  }

  get containment(): Containment {
    return this.#useLauncher().containment;
  }

  async run(spec: ProcessSpec, signal?: AbortSignal): Promise<ProcessResult> {
    if (this.#isClosed) throw new AiwError("closed", "the spawner is closed", { hint: "make a new one" });
    const ending = this.#run(spec, signal);
    this.#ending.add(ending);
    try {
      return await ending;
    } finally {
      this.#ending.delete(ending);
    }
  }

  feed(): void {
    this.#keeper?.feed();
  }

  sweep(tokens: readonly string[]): Promise<number> {
    return sweepAttempts(tokens);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const run of this.#alive) run.stop("aborted", 0);
    await Promise.allSettled(this.#ending);
    await this.#keeper?.close();
    this.#pipes?.close();
  }

  async #run(spec: ProcessSpec, signal?: AbortSignal): Promise<ProcessResult> {
    const startMs = this.#clock.monotonic();
    const mark = randomUUID();
    checkCwd(spec.cwd);
    const environment = programEnvironment(spec, this.#base, mark);
    const file = resolveProgram(spec, environment.PATH);
    if (signal?.aborted === true) return neverStarted;
    const { containment, wrap } = this.#useLauncher();
    const keeper = this.#useKeeper();
    keeper.add(mark);
    const pipes = this.#pipes;
    try {
      const launch = wrap(file, spec.args ?? []);
      const nowMs = () => this.#clock.monotonic();
      const started = await startProcess(spec, { launch, containment, environment, mark, nowMs, pipes });
      return await this.#follow(new Run(spec, started, this.#clock, startMs), spec, started.pid, signal);
    } finally {
      keeper.remove(mark);
    }
  }

  async #follow(run: Run, spec: ProcessSpec, pid: number, signal?: AbortSignal): Promise<ProcessResult> {
    const { containment } = this.#useLauncher();
    this.#alive.add(run);
    try {
      const result = run.result(containment, signal);
      if (this.#isClosed) run.stop("aborted", 0);
      this.#bootId ??= readBootId();
      const startedAt = readStartedAt(pid, this.#bootId);
      run.guard(() => spec.onStart?.({ pid, startedAt, containment }));
      return await result;
    } finally {
      this.#alive.delete(run);
    }
  }

  #useLauncher(): Launcher {
    const { containment = "auto", logger } = this.#options;
    this.#launcher ??= chooseLauncher(containment, this.#base.PATH, logger);
    return this.#launcher;
  }

  #useKeeper(): Keeper {
    if (this.#keeper === undefined) {
      const { leaseMs = 0, tempFolder, logger } = this.#options;
      this.#pipes = createPipes(["/dev/shm", this.#base.TMPDIR ?? "/tmp"], this.#base.PATH);
      const folders = [tempFolder, this.#pipes?.folder].filter((folder) => folder !== undefined);
      this.#keeper = createKeeper({ leaseMs, folders, logger });
    }
    return this.#keeper;
  }
}

const neverStarted: ProcessResult = {
  exitCode: null,
  signal: null,
  ended: "aborted",
  stdout: "",
  stderr: "",
  stdoutDropped: 0,
  stderrDropped: 0,
  ms: 0,
};
