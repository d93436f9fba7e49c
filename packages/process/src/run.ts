import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { Clock, Containment, ProcessResult, ProcessSpec } from "@aiw/core";
import { Capture } from "./capture.js";
import type { Started } from "./started.js";

/** From TERM to KILL when the spec does not say. */
const defaultGraceMs = 2_000;
const defaultMaxOutputBytes = 1 << 20;
/** Streams that are still open when the tree is gone were given to strangers; so much silence ends the wait for them. */
const drainMs = 100;
/** A process that hangs in the kernel does not hear the first KILL. */
const killAgainMs = 500;

type Ending = ProcessResult["ended"];

/** One call of `run`, from the start of its process to the end of its tree. */
export class Run {
  readonly #spec: ProcessSpec;
  readonly #clock: Clock;
  readonly #started: Started;
  readonly #startMs: number;
  readonly #timers: (() => void)[] = [];
  #ended: Ending = "exit";
  #isOver = false;
  #lastOutputMs: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(spec: ProcessSpec, started: Started, clock: Clock, startMs: number) {
    this.#spec = spec;
    this.#clock = clock;
    this.#started = started;
    this.#startMs = startMs;
    this.#lastOutputMs = clock.monotonic();
  }

  /** Waits for the end of all of it. Rejects when a listener threw; the tree is gone then, too. */
  async result(containment: Containment, signal?: AbortSignal): Promise<ProcessResult> {
    const { child, tree, stdout, stderr } = this.#started;
    const { onStdout, onStderr } = this.#spec;
    const streams = [this.#capture(stdout, onStdout), this.#capture(stderr, onStderr)] as const;
    const abort = () => this.stop("aborted");
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    this.#setTimers();
    const [code, by] = await new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
      child.once("exit", (...end) => resolve(end)),
    );
    this.#isOver = true;
    signal?.removeEventListener("abort", abort);
    for (const stop of this.#timers) stop();
    await tree.gone(by !== null);
    child.stdin?.destroy();
    const [out, errors] = [await streams[0](), await streams[1]()];
    if (this.#failure !== undefined) throw this.#failure.error;
    return {
      ...endOf(code, by, containment),
      ended: this.#ended,
      stdout: out.text,
      stderr: errors.text,
      stdoutDropped: out.dropped,
      stderrDropped: errors.dropped,
      ms: this.#clock.monotonic() - this.#startMs,
    };
  }

  /** Ends the tree: TERM, grace, KILL. The first reason stays. */
  stop(ended: Ending, graceMs: number = this.#spec.graceMs ?? defaultGraceMs): void {
    if (this.#isOver) return;
    if (this.#ended === "exit") this.#ended = ended;
    const hasHeard = graceMs > 0 && this.#started.tree.terminate();
    this.#after(hasHeard ? graceMs : 0, () => this.#kill());
  }

  #kill(): void {
    if (this.#isOver) return;
    this.#started.tree.kill();
    this.#after(killAgainMs, () => this.#kill());
  }

  #setTimers(): void {
    const { timeoutMs, idleTimeoutMs } = this.#spec;
    if (timeoutMs !== undefined) this.#after(timeoutMs, () => this.stop("timeout"));
    if (idleTimeoutMs !== undefined) this.#watchIdle(idleTimeoutMs, idleTimeoutMs);
  }

  #watchIdle(idleMs: number, nextMs: number): void {
    this.#after(nextMs, () => {
      const left = this.#lastOutputMs + idleMs - this.#clock.monotonic();
      if (left > 0) this.#watchIdle(idleMs, left);
      else this.stop("idle_timeout");
    });
  }

  #after(delayMs: number, call: () => void): void {
    this.#timers.push(this.#clock.after(delayMs, call));
  }

  /** @returns What gives the kept text once the tree is gone. */
  #capture(stream: Readable, onText: ((text: string) => void) | undefined) {
    const capture = new Capture({
      maxBytes: this.#spec.maxOutputBytes ?? defaultMaxOutputBytes,
      masker: this.#spec.masker,
      onText: onText === undefined ? undefined : (text) => this.guard(() => onText(text)),
    });
    const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
    let bytes = 0;
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      this.#lastOutputMs = this.#clock.monotonic();
      capture.push(chunk);
    });
    return async () => {
      if (!stream.closed) await drained(stream, closed, () => bytes);
      return capture.end();
    };
  }

  /** Calls a listener. One that throws ends the tree, and what it threw is the result. */
  guard(call: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      call();
    } catch (error) {
      this.#failure = { error };
      this.stop("aborted");
    }
  }
}

/** Resolves when the stream ended, or is open but silent. */
async function drained(stream: Readable, closed: Promise<void>, bytes: () => number): Promise<void> {
  await new Promise<void>((resolve) => {
    let before = bytes();
    const timer = setInterval(() => {
      // What arrived while the process was busy is read before the silence is believed.
      setImmediate(() => {
        if (bytes() === before) stream.destroy();
        before = bytes();
      });
    }, drainMs);
    void closed.then(() => {
      clearInterval(timer);
      resolve();
    });
  });
}

/** A wrapper tells of a signal as shells do: by 128 and its number. */
function endOf(code: number | null, by: NodeJS.Signals | null, containment: Containment) {
  if (by !== null || code === null) return { exitCode: null, signal: by };
  const name = containment === "group" || code <= 128 ? undefined : signalName(code - 128);
  return name === undefined ? { exitCode: code, signal: null } : { exitCode: null, signal: name };
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find((entry) => entry[1] === number)?.[0];
}
