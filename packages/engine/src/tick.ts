import {
  type Append,
  type Clock,
  eventVersion,
  type Json,
  type Masker,
  maskJson,
  type NewEvent,
  type NewMessage,
  newEventSchema,
  RunFold,
  type RunState,
  type SpawnRun,
  type StepGraph,
  type StoredEvent,
} from "@aiw/core";
import type { AttemptPlan } from "./plan.js";

/** What a tick builds on. */
export interface TickParts {
  /** The run so far; undefined before `run.created`. */
  readonly fold: RunFold | undefined;
  readonly masker: Masker | undefined;
  /** Of a run that is created now, where it is known already. */
  readonly graph?: StepGraph | undefined;
}

/** What one run writes in one go: collects events, masks them and folds them as if they were stored already. */
export class Tick {
  /** Time of its events. */
  readonly at: number;
  /** The same moment, by the monotonic clock. */
  readonly since: number;
  readonly events: NewEvent[] = [];
  readonly stored: StoredEvent[] = [];
  readonly starts: AttemptPlan[] = [];
  readonly consume: number[] = [];
  /** Created in the same transaction. */
  readonly spawn: SpawnRun[] = [];
  /** Posted in the same transaction. */
  readonly post: NewMessage[] = [];
  release: Append["release"];
  readonly #run: string;
  /** Undefined when there are no secrets: masking walks every value. */
  readonly #masker: Masker | undefined;
  readonly #graph: StepGraph | undefined;
  #fold: RunFold | undefined;

  constructor(run: string, clock: Pick<Clock, "now" | "monotonic">, { fold, masker, graph }: TickParts) {
    this.#run = run;
    this.at = clock.now();
    this.since = clock.monotonic();
    this.#fold = fold;
    this.#masker = masker;
    this.#graph = graph;
  }

  /** The run after the events so far. Only after `run.created`. */
  get state(): RunState {
    return this.fold.state;
  }

  get fold(): RunFold {
    if (this.#fold === undefined) throw new Error(`run ${this.#run} was not created yet`);
    return this.#fold;
  }

  emit(event: NewEvent): void {
    const masked = this.#masker === undefined ? event : maskEvent(this.#masker, event);
    const seq = (this.#fold?.state.seq ?? 0) + 1;
    const stored: StoredEvent = { v: eventVersion, run: this.#run, seq, at: this.at, ...masked };
    if (this.#fold === undefined) this.#fold = new RunFold(stored, this.#graph);
    else this.#fold.apply(stored);
    this.events.push(masked);
    this.stored.push(stored);
  }

  /** Creates a run in the same transaction. Its inputs hold no secret of this one. */
  create(spawn: SpawnRun): void {
    const { created } = spawn;
    const masked = this.#masker === undefined ? created : maskEvent(this.#masker, created);
    if (masked.type === "run.created") this.spawn.push({ ...spawn, created: masked });
  }

  /** Is this run created or told something with it? */
  hasTold(run: string): boolean {
    return this.spawn.some((each) => each.run === run) || this.post.some((each) => each.run === run);
  }

  get isEmpty(): boolean {
    const isSilent = this.events.length === 0 && this.consume.length === 0 && this.post.length === 0;
    return isSilent && this.release === undefined;
  }
}

/** Masks what an event says, not its type and step: those are names that other events refer to. */
function maskEvent(masker: Masker, event: NewEvent): NewEvent {
  const data: Json = JSON.parse(JSON.stringify(event.data));
  return newEventSchema().parse({ ...event, data: maskJson(masker, data) });
}
