import { type Clock, type Logger, type NewMessage, type RunStore, toErrorInfo } from "@aiw/core";
import type { Tick } from "./tick.js";

const lookEveryMs = 1_000;

/** Whose turn it is in the concurrency group of a run. A run in none has always its turn. */
export class Turn {
  readonly #store: RunStore;
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #run: string;
  /** Runs that come before; undefined while nobody knows. */
  #before: readonly string[] | undefined;
  #isAsked = false;
  #isTold = false;
  #stopTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(
    options: { readonly store: RunStore; readonly clock: Clock; readonly logger?: Logger | undefined },
    run: string,
  ) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#run = run;
  }

  /** Enters the group, at the first call, and looks again and again until the run has its turn. The store has to know the run. */
  ask(key: string | undefined, onAnswer: () => void): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    if (key === undefined || this.#store.lock === undefined) {
      this.#before = [];
      return;
    }
    void this.#look(key, onAnswer);
  }

  /** May the run do its steps? One that stops needs no turn. */
  isOurs({ state, at }: Tick): boolean {
    const isOutOfTime = state.deadline !== undefined && at >= state.deadline;
    return this.#before?.length === 0 || state.cancel !== undefined || state.end !== undefined || isOutOfTime;
  }

  /** Says once what the run waits for, and does what `busy` says about that. */
  tell(tick: Tick): void {
    const { state } = tick;
    const before = this.#before ?? [];
    const [first] = before;
    if (first === undefined || this.#isTold || state.end !== undefined) return;
    this.#isTold = true;
    const busy = state.workflow.concurrency?.busy ?? "queue";
    const group = `concurrency group ${state.lock ?? ""}`;
    if (busy === "skip") {
      const reason = `run ${first} of the ${group} is under way`;
      tick.emit({ type: "run.cancel_requested", data: { by: "concurrency", reason } });
      return;
    }
    tick.emit({
      type: "run.warned",
      data: { code: "concurrency_busy", message: `waits for run ${first} of the ${group}` },
    });
    if (busy !== "cancel") return;
    const reason = `run ${this.#run} of the ${group} takes its place`;
    tick.post.push(
      ...before.map((run): NewMessage => {
        const data = { by: "concurrency", reason };
        return { run, id: `concurrency:${this.#run}`, type: "cancel", data, at: tick.at };
      }),
    );
  }

  /** When to look again though nothing happened, for a run whose turn it is not. */
  lookAgainAt({ state }: Tick): number | undefined {
    return state.deadline;
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTimer?.();
  }

  async #look(key: string, onAnswer: () => void): Promise<void> {
    try {
      this.#before = await this.#store.lock?.(key, this.#run);
    } catch (error) {
      this.#logger?.warn("a concurrency group could not be read", { code: toErrorInfo(error).code });
    }
    if (this.#isStopped) return;
    onAnswer();
    if (this.#before?.length === 0) return;
    this.#stopTimer = this.#clock.after(lookEveryMs, () => void this.#look(key, onAnswer));
  }
}
