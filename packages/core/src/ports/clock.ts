/** Time. Injected, so that tests need no real waiting. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and leases. */
  monotonic(): number;
  /**
   * Calls once after `delayMs`; returns what stops it. The timer does not keep the process alive unless `hold` is true.
   */
  after(delayMs: number, call: () => void, hold?: boolean): () => void;
}

/** Identifiers and randomness. Injected, so that tests can repeat a run. */
export interface Ids {
  /** A fresh run id: `run_` and 12 lower-case letters or digits. */
  run(): string;
  /** A fresh unique id (UUID). */
  unique(): string;
  /** Uniform in [0, 1). */
  random(): number;
}

/** Where a package writes what operators may want to know. Never gets a secret. */
export interface Logger {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void;
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}
