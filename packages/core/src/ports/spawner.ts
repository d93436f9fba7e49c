import type { Secret } from "../secret.js";

/** How firmly a process tree is held. `bubblewrap` and `namespace` end with their driver even after `kill -9`. */
export type Containment = "bubblewrap" | "namespace" | "group";

/**
 * The only way to start a program. No shell, an own process group, an environment made of an allow-list, capped and
 * masked output. Every implementation passes `describeSpawner` of `@aiw/core/testing`.
 */
export interface Spawner {
  readonly containment: Containment;
  /**
   * Runs a program to its end. Resolves when the whole tree is gone, also after abort and time-out (TERM, grace, KILL).
   *
   * @throws AiwError `spawn_failed` (not found, not executable: `details.reason`), `env_invalid`, `cwd_invalid`.
   */
  run(spec: ProcessSpec, signal?: AbortSignal): Promise<ProcessResult>;
  /** Renews the lease of everything alive: unfed for its time to live, a tree is killed by its keeper. */
  feed?(): void;
  /** Kills what is left of the attempts with these tokens (`AIW_ATTEMPT`), whoever started it on this host. Returns how many processes. */
  sweep(tokens: readonly string[]): Promise<number>;
  /** Kills all that is alive; safe to call twice. */
  close(): Promise<void>;
}

/** A program and what it gets. */
export interface ProcessSpec {
  /** Program name (searched in PATH) or path. */
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** Absolute. */
  readonly cwd: string;
  /** Added to the allow-listed base environment (PATH, HOME, LANG, TMPDIR, …). Text under 128 KiB, no NUL. */
  readonly env?: Readonly<Record<string, string | Secret>> | undefined;
  /** Start from nothing instead of the allow-listed base. */
  readonly bareEnv?: boolean | undefined;
  /** Absent: no input. */
  readonly stdin?: string | Uint8Array | undefined;
  /** Token of the attempt, put into `AIW_ATTEMPT`: what a sweep looks for. */
  readonly token?: string | undefined;
  readonly timeoutMs?: number | undefined;
  /** Longest silence on both streams. */
  readonly idleTimeoutMs?: number | undefined;
  /** From TERM to KILL; default 2,000 ms. */
  readonly graceMs?: number | undefined;
  /** Kept of each stream, from its start; the rest is read, counted and dropped. Default 1 MiB. */
  readonly maxOutputBytes?: number | undefined;
  /** Masked text as it arrives. */
  readonly onStdout?: ((text: string) => void) | undefined;
  readonly onStderr?: ((text: string) => void) | undefined;
  /** Once, when the process exists. */
  readonly onStart?: ((process: StartedProcess) => void) | undefined;
  /** Applied to both streams, across chunk borders, before anybody sees them. */
  readonly masker?: Masker | undefined;
}

/** Identity of a process that was started. */
export interface StartedProcess {
  readonly pid: number;
  /** As the system tells it; with the pid it names one process only. */
  readonly startedAt?: string | undefined;
  readonly containment: Containment;
}

/** How a program ended. */
export interface ProcessResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly ended: "exit" | "timeout" | "idle_timeout" | "aborted";
  /** UTF-8, masked, at most `maxOutputBytes`, with a visible mark at its end when cut. */
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that did not fit. */
  readonly stdoutDropped: number;
  readonly stderrDropped: number;
  readonly ms: number;
}

/** Replaces secrets, in any of their encodings, by `[redacted]`. */
export interface Masker {
  /** Of a whole text. */
  mask(text: string): string;
  /** Of a stream: holds back what could be the start of a secret until it is decided. */
  stream(): MaskStream;
}

/** One stream being masked. */
export interface MaskStream {
  push(chunk: string): string;
  /** What was held back. */
  end(): string;
}
