import type { AiwError } from "@aiw/core";
import { asAiwError } from "./errors.js";
import type { EngineOptions } from "./options.js";

/** Until a run that could not be driven is tried again, by whoever comes first. */
const retryLaterMs = 5_000;

/** A run whose claim is of no use. */
export interface UselessClaim {
  readonly run: string;
  readonly fence: number;
  /** Number of its last event. */
  readonly seq: number;
}

/**
 * Gives runs back that this engine holds and cannot drive: their worker lives, so nobody else could ever claim them.
 * What the store does not take is tried again with the next heartbeat.
 */
export class GiveBack {
  readonly #options: Pick<EngineOptions, "store" | "clock" | "logger">;
  readonly #open = new Map<string, UselessClaim>();

  constructor(options: Pick<EngineOptions, "store" | "clock" | "logger">) {
    this.#options = options;
  }

  async add(claim: UselessClaim, why: AiwError): Promise<void> {
    const { code, message } = why;
    this.#options.logger?.warn("a run could not be driven and is tried again later", { run: claim.run, code, message });
    this.#open.set(claim.run, claim);
    await this.flush();
  }

  /** Never rejects. */
  async flush(): Promise<void> {
    for (const claim of this.#open.values()) await this.#give(claim);
  }

  async #give(claim: UselessClaim): Promise<void> {
    const { run, fence, seq } = claim;
    const { store, clock, logger } = this.#options;
    const at = clock.now();
    const release = { dueAt: at + retryLaterMs };
    try {
      await store.append([{ run, id: `give-back:${run}:${fence}`, expect: seq, fence, events: [], at, release }]);
      // A refusal means that somebody else has it.
      if (this.#open.get(run) === claim) this.#open.delete(run);
    } catch (error) {
      logger?.warn("a run could not be given back", { run, code: asAiwError(error).code });
    }
  }
}
