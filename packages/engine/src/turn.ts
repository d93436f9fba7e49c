import { type ConcurrencySpec, type NewMessage, toErrorInfo } from "@aiw/core";
import type { EngineOptions } from "./options.js";
import type { Tick } from "./tick.js";

const lookEveryMs = 1_000;
/** Runs that the store tells about at once. */
const pageSize = 1_000;

/** What a turn needs of the engine. */
type TurnOptions = Pick<EngineOptions, "store" | "clock" | "logger" | "worker">;

/**
 * Whose turn it is in the concurrency group of a run. A run in none has always its turn; so has one that only undoes,
 * because it may have to while another holds the group. A run and its sub-workflows never wait for each other.
 */
export class Turn {
  readonly #options: TurnOptions;
  readonly #run: string;
  readonly #drive: ((run: string) => void) | undefined;
  /** By run: what it is a sub-workflow of. */
  readonly #parents = new Map<string, string | undefined>();
  /** Runs that come before; undefined while nobody knows. */
  #before: readonly string[] | undefined;
  #isAsked = false;
  #isTold = false;
  /** What was said about it. */
  #busy: ConcurrencySpec["busy"] | undefined;
  #stopTimer: (() => void) | undefined;
  #isStopped = false;

  /** @param drive - Lets this engine drive another run of the group to its end, if nobody else does. */
  constructor(options: TurnOptions, run: string, drive?: (run: string) => void) {
    this.#options = options;
    this.#run = run;
    this.#drive = drive;
  }

  /** Enters the group, at the first call, and looks again and again until the run has its turn. The store has to know the run. */
  ask(key: string | undefined, onAnswer: () => void): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    if (key === undefined || this.#options.store.lock === undefined) {
      this.#before = [];
      return;
    }
    void this.#look(key, onAnswer);
  }

  /** May the run do its steps? One that stops needs no turn. */
  isOurs({ state, at }: Tick): boolean {
    const isOutOfTime = state.deadline !== undefined && at >= state.deadline;
    const isLeaving = state.cancel !== undefined || state.end !== undefined || state.undoBy !== undefined;
    return this.#before?.length === 0 || isLeaving || isOutOfTime;
  }

  /** Says once what the run waits for, and does what `busy` says about that. */
  tell(tick: Tick): void {
    const { state } = tick;
    const before = this.#before ?? [];
    const [first] = before;
    if (first === undefined || this.#isTold || state.end !== undefined || state.undoBy !== undefined) return;
    this.#isTold = true;
    const busy = state.workflow.concurrency?.busy ?? "queue";
    this.#busy = busy;
    const group = `concurrency group ${state.lock ?? ""}`;
    if (busy === "skip") {
      const reason = `run ${first} of the ${group} is under way`;
      tick.emit({ type: "run.cancel_requested", data: { by: "concurrency", reason } });
      return;
    }
    tick.emit({
      type: "run.warned",
      data: {
        code: "concurrency_busy",
        message: `waits for run ${first} of the ${group}; \`aiw runs show ${first}\` tells where that stands`,
      },
    });
    if (busy !== "cancel") return;
    const reason = `run ${this.#run} of the ${group} takes its place`;
    tick.post.push(
      ...before.map((run): NewMessage => {
        const data = { by: "concurrency", reason };
        return { run, id: `concurrency:${this.#run}:${state.epoch}`, type: "cancel", data, at: tick.at };
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
    const { store, clock, logger } = this.#options;
    try {
      const entered = (await store.lock?.(key, this.#run)) ?? [];
      this.#before = entered.length === 0 ? [] : await this.#withoutFamily(entered);
    } catch (error) {
      logger?.warn("a concurrency group could not be read", { code: toErrorInfo(error).code });
    }
    if (this.#isStopped) return;
    onAnswer();
    if (this.#before?.length === 0) return;
    this.#driveOthers();
    this.#stopTimer = clock.after(lookEveryMs, () => void this.#look(key, onAnswer));
  }

  /** Who was told to stop may wait for a person; who goes first may be one more than an engine takes on by itself. */
  #driveOthers(): void {
    const before = this.#before ?? [];
    const isAny = this.#options.worker.claim === "any";
    const others = this.#busy === "cancel" ? before : isAny && this.#busy === "queue" ? before.slice(0, 1) : [];
    for (const run of others) this.#drive?.(run);
  }

  /**
   * Sub-workflows have the place of what they belong to: a run waits neither for its family line, nor for those that
   * wait for it. Those beside it in its family go in order.
   */
  async #withoutFamily(entered: readonly string[]): Promise<readonly string[]> {
    await this.#learnParents([this.#run, ...entered]);
    const places = new Map([...entered, this.#run].map((run, place) => [run, place]));
    const own = this.#lineOf(this.#run).filter((run) => places.has(run));
    return entered.filter((run) => {
      const line = this.#lineOf(run).filter((each) => places.has(each));
      const fork = line.findIndex((each, at) => each !== own[at]);
      const mine = own[fork];
      // One of the two belongs to the other.
      if (fork < 0 || mine === undefined) return false;
      return (places.get(line[fork] ?? run) ?? 0) < (places.get(mine) ?? 0);
    });
  }

  /** The run, and before it what it belongs to. */
  #lineOf(run: string): readonly string[] {
    const line = [run];
    for (let parent = this.#parents.get(run); parent !== undefined && !line.includes(parent); ) {
      line.unshift(parent);
      parent = this.#parents.get(parent);
    }
    return line;
  }

  async #learnParents(runs: readonly string[]): Promise<void> {
    for (let open = runs.filter((run) => !this.#parents.has(run)); open.length > 0; ) {
      const parents: string[] = [];
      for (let at = 0; at < open.length; at += pageSize) {
        const asked = open.slice(at, at + pageSize);
        const page = await this.#options.store.list({ runs: asked, limit: pageSize });
        // Of one that is gone nothing can be learned.
        for (const run of asked) this.#parents.set(run, undefined);
        for (const { run, parent } of page.runs) {
          this.#parents.set(run, parent);
          if (parent !== undefined) parents.push(parent);
        }
      }
      open = parents.filter((run) => !this.#parents.has(run));
    }
  }
}
