import { AiwError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Containment, ProcessResult, ProcessSpec, Spawner } from "../ports/spawner.js";
import { createSystemClock } from "../system-clock.js";
import { FakeStream } from "./fake-stream.js";

/** What a fake program does. */
export interface FakeProcess {
  /** Parts arrive one after the other. */
  readonly stdout?: string | readonly string[] | undefined;
  readonly stderr?: string | readonly string[] | undefined;
  /** Default 0. */
  readonly exitCode?: number | undefined;
  /** Ends by this signal instead. */
  readonly signal?: string | undefined;
  /** From its last output to its end; default 0. `Infinity`: until it is stopped. */
  readonly ms?: number | undefined;
  /** On TERM: default `die`; an answer is written and its exit code given. */
  readonly onTerm?: "die" | "ignore" | { readonly stdout?: string; readonly exitCode: number } | undefined;
}

/** Decides what a program does; may throw `spawn_failed`. `call` counts from 1. */
export type FakeScript = (spec: ProcessSpec, call: number) => FakeProcess | Promise<FakeProcess>;

/** A spawner that starts nothing. */
export interface FakeSpawner extends Spawner {
  /** What was started, in order. */
  readonly specs: readonly ProcessSpec[];
  /** How many programs run now. */
  alive(): number;
}

/** Options of {@link createFakeSpawner}. */
export interface FakeSpawnerOptions {
  readonly clock?: Clock | undefined;
  /** Default `group`. */
  readonly containment?: Containment | undefined;
}

/** A spawner whose programs are written by the test. It checks environments, caps, masks and times as real ones do. */
export function createFakeSpawner(script: FakeScript, options: FakeSpawnerOptions = {}): FakeSpawner {
  const { clock = createSystemClock(), containment = "group" } = options;
  const specs: ProcessSpec[] = [];
  const running = new Set<FakeRun>();
  let isClosed = false;
  return {
    containment,
    specs,
    alive: () => running.size,
    async run(spec, signal) {
      if (isClosed) throw new AiwError("closed", "the spawner is closed");
      checkSpec(spec);
      if (signal?.aborted === true) return { ...emptyResult, ended: "aborted" };
      specs.push(spec);
      const process = await script(spec, specs.length);
      const run = new FakeRun(spec, process, clock);
      running.add(run);
      try {
        spec.onStart?.({ pid: specs.length, startedAt: `fake:${specs.length}`, containment });
        return await run.result(signal);
      } finally {
        running.delete(run);
      }
    },
    feed() {},
    async sweep(tokens) {
      const found = [...running].filter((run) => run.token !== undefined && tokens.includes(run.token));
      for (const run of found) run.kill();
      await Promise.all(found.map((run) => run.ended));
      return found.length;
    },
    async close() {
      isClosed = true;
      for (const run of running) run.kill("aborted");
    },
  };
}

const emptyResult: ProcessResult = {
  exitCode: null,
  signal: null,
  ended: "exit",
  stdout: "",
  stderr: "",
  stdoutDropped: 0,
  stderrDropped: 0,
  ms: 0,
};

class FakeRun {
  readonly token: string | undefined;
  readonly ended: Promise<void>;
  readonly #spec: ProcessSpec;
  readonly #process: FakeProcess;
  readonly #clock: Clock;
  readonly #timers: (() => void)[] = [];
  readonly #out: FakeStream;
  readonly #err: FakeStream;
  #end: (how: { exitCode: number | null; signal: string | null }) => void = () => {};
  readonly #how: Promise<{ exitCode: number | null; signal: string | null }>;
  #reason: ProcessResult["ended"] = "exit";
  #failure: { readonly error: unknown } | undefined;

  constructor(spec: ProcessSpec, process: FakeProcess, clock: Clock) {
    this.token = spec.token;
    this.#spec = spec;
    this.#process = process;
    this.#clock = clock;
    this.#out = new FakeStream(spec, spec.onStdout);
    this.#err = new FakeStream(spec, spec.onStderr);
    this.#how = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.ended = this.#how.then(() => {});
  }

  async result(signal?: AbortSignal): Promise<ProcessResult> {
    const start = this.#clock.monotonic();
    const abort = () => this.#stop("aborted");
    signal?.addEventListener("abort", abort, { once: true });
    if (this.#spec.timeoutMs !== undefined) this.#after(this.#spec.timeoutMs, () => this.#stop("timeout"));
    void this.#play();
    const how = await this.#how;
    signal?.removeEventListener("abort", abort);
    for (const stop of this.#timers) stop();
    if (this.#failure !== undefined) throw this.#failure.error;
    const [out, err] = [this.#out.end(), this.#err.end()];
    const ms = this.#clock.monotonic() - start;
    const texts = { stdout: out.text, stderr: err.text, stdoutDropped: out.dropped, stderrDropped: err.dropped };
    return { ...how, ended: this.#reason, ...texts, ms };
  }

  kill(reason: ProcessResult["ended"] = "exit"): void {
    if (this.#reason === "exit") this.#reason = reason;
    this.#end({ exitCode: null, signal: "SIGKILL" });
  }

  /** Writes what there is to write, then waits for its end. */
  async #play(): Promise<void> {
    const { stdout = [], stderr = [], exitCode = 0, signal, ms = 0 } = this.#process;
    try {
      for (const part of [stdout].flat()) await this.#write(this.#out, part);
      for (const part of [stderr].flat()) await this.#write(this.#err, part);
    } catch (error) {
      this.#failure = { error };
      this.#end({ exitCode: null, signal: "SIGTERM" });
    }
    const { idleTimeoutMs } = this.#spec;
    if (idleTimeoutMs !== undefined) this.#after(idleTimeoutMs, () => this.#stop("idle_timeout"));
    const how = signal === undefined ? { exitCode, signal: null } : { exitCode: null, signal };
    if (ms === 0) this.#end(how);
    else if (ms !== Number.POSITIVE_INFINITY) this.#after(ms, () => this.#end(how));
  }

  async #write(stream: FakeStream, part: string): Promise<void> {
    await Promise.resolve();
    stream.push(part);
  }

  #stop(reason: ProcessResult["ended"]): void {
    if (this.#reason === "exit") this.#reason = reason;
    const { onTerm = "die" } = this.#process;
    if (onTerm === "die") this.#end({ exitCode: null, signal: "SIGTERM" });
    else if (onTerm === "ignore") this.#after(this.#spec.graceMs ?? 2_000, () => this.kill());
    else {
      this.#out.push(onTerm.stdout ?? "");
      this.#end({ exitCode: onTerm.exitCode, signal: null });
    }
  }

  #after(delayMs: number, call: () => void): void {
    this.#timers.push(this.#clock.after(delayMs, call, true));
  }
}

/** The checks that need no machine. */
function checkSpec(spec: ProcessSpec): void {
  for (const [name, value] of Object.entries(spec.env ?? {})) {
    const text = typeof value === "string" ? value : value.reveal();
    const size = new TextEncoder().encode(`${name}=${text}`).length;
    if (name === "" || /[=\0]/.test(name) || text.includes("\0") || size > 131_071) {
      throw new AiwError("env_invalid", `the variable ${name} cannot hold its value`, { details: { name } });
    }
  }
  if (!spec.cwd.startsWith("/")) throw new AiwError("cwd_invalid", `${spec.cwd}: not an absolute path`);
  if (spec.args?.some((arg) => arg.includes("\0")) === true) {
    const details = { command: spec.command, reason: "arguments_invalid" };
    throw new AiwError("spawn_failed", `${spec.command}: an argument holds a NUL character`, { details });
  }
}
