import type { EventData, Json, StoredEvent } from "@aiw/core";

/** Something that the workflow does not decide: the journal tells when it was. */
export type Happening =
  /** First thing of a driver. */
  | { readonly type: "claimed" }
  /** An attempt of a tool ended. */
  | { readonly type: "ended"; readonly path: string; readonly isOk: boolean; readonly code: string; readonly isDecided: boolean }
  /** The run of a sub-workflow ended. */
  | { readonly type: "child"; readonly path: string }
  | { readonly type: "answer"; readonly path: string; readonly isApproved: boolean }
  | { readonly type: "signal"; readonly id: string; readonly name: string; readonly data: Json }
  /** `isForced`: said so; undefined: it depends. */
  | { readonly type: "cancel"; readonly undo: boolean; readonly drain: boolean; readonly isForced: boolean | undefined }
  | { readonly type: "reopened"; readonly isUndo: boolean }
  /** The time of a wait was over. */
  | { readonly type: "time"; readonly path: string }
  /** A waiting step was given a signal. */
  | { readonly type: "took"; readonly path: string; readonly id: string }
  /** Something began that had to wait for its time: a retry, a round. */
  | { readonly type: "begun"; readonly path: string };

/** An attempt that was started, but not those that only make up for an interrupted one. */
export interface Start {
  readonly path: string;
  readonly value: Json;
}

/** What one append said. */
export interface Tick {
  readonly seq: number;
  readonly happenings: readonly Happening[];
  readonly starts: readonly Start[];
  readonly isEnd: boolean;
}

/** Happenings that come out of a decision: what was decided before them is carried out first. */
export function isDecided(happening: Happening): boolean {
  const { type } = happening;
  return type === "time" || type === "took" || type === "begun" || (type === "ended" && happening.isDecided);
}

/** Takes a journal apart. `bounds`: the last event of each append. */
export function readTrace(events: readonly StoredEvent[], bounds: readonly number[]): readonly Tick[] {
  const reader = new Reader();
  const ticks: Tick[] = [];
  let from = 0;
  for (const end of bounds) {
    const part = events.slice(from, end);
    from = end;
    if (part.length > 0) ticks.push(reader.tick(part));
  }
  return ticks;
}

type StepEvent = Extract<StoredEvent, { step: string }>;

class Reader {
  /** Kind by the path of what started. */
  readonly #kinds = new Map<string, string>();
  readonly #interrupted = new Set<string>();
  readonly #overItems = new Set<string>();
  /** Rejected since they were asked. */
  readonly #rejected = new Set<string>();
  readonly #taken = new Set<string>();

  tick(events: readonly StoredEvent[]): Tick {
    const happenings: Happening[] = [];
    const starts: Start[] = [];
    for (const event of events) {
      happenings.push(...("step" in event ? this.#step(event) : this.#run(event)));
      starts.push(...this.#start(event));
    }
    const isEnd = events.some(({ type }) => type === "run.completed" || type === "run.failed" || type === "run.cancelled");
    return { seq: events[0]?.seq ?? 0, happenings, starts, isEnd };
  }

  #start(event: StoredEvent): Start[] {
    if (event.type === "step.attempt_failed") {
      if (event.data.interrupted === true && event.data.next.do !== "stop") this.#interrupted.add(event.step);
      return [];
    }
    if (event.type !== "step.started" || this.#interrupted.delete(event.step)) return [];
    return [{ path: event.step, value: valueOf(event.data.input) }];
  }

  #run(event: Exclude<StoredEvent, StepEvent>): Happening[] {
    switch (event.type) {
      case "run.claimed":
        return [{ type: "claimed" }];
      case "run.cancel_requested":
        return [{ type: "cancel", ...cancelOf(event.data) }];
      case "run.reopened":
        return [{ type: "reopened", isUndo: event.data.mode === "undo" }];
      case "signal.received":
        return this.#received(event.data);
      default:
        return [];
    }
  }

  #received({ accepted, kind, id, name, data }: EventData<"signal.received">): Happening[] {
    if (!accepted) return [];
    if (kind === "signal") return [{ type: "signal", id, name, data }];
    const isApproved = typeof data === "object" && data !== null && "approved" in data && data.approved === true;
    if (!isApproved) this.#rejected.add(name);
    return [{ type: "answer", path: name, isApproved }];
  }

  #step(event: StepEvent): Happening[] {
    const { step: path } = event;
    switch (event.type) {
      case "step.started":
        this.#kinds.set(path, event.data.kind);
        this.#rejected.delete(path);
        return [{ type: "begun", path }];
      case "step.expanded":
        this.#overItems.add(path);
        return [{ type: "begun", path }];
      case "step.skipped":
        return event.data.cause === "if" ? [{ type: "begun", path }] : [];
      case "step.resumed":
        if (event.data.cause !== "signal") return [];
        this.#taken.add(path);
        return [{ type: "took", path, id: String(event.data.answer) }];
      case "step.completed":
        return this.#completed(path, event.data);
      case "step.attempt_failed":
        return this.#attemptFailed(path, event.data);
      case "step.failed":
        return this.#failed(path, event.data.error.code);
      case "step.compensated":
        return [this.#ended(path, { isOk: true, code: "" })];
      case "step.compensation_failed":
        return this.#kinds.get(path) === "use" ? [{ type: "child", path }] : this.#failed(path, event.data.error.code);
      default:
        return [];
    }
  }

  #completed(path: string, { output }: EventData<"step.completed">): Happening[] {
    if (this.#overItems.delete(path)) return [];
    const kind = this.#kinds.get(path);
    if (kind === "wait") return this.#taken.delete(path) ? [] : [{ type: "time", path }];
    if (kind !== "approval") return [this.#ended(path, { isOk: true, code: "" })];
    const isAnswered = this.#rejected.has(path) || JSON.stringify(output).includes('"approved":true');
    return isAnswered ? [] : [{ type: "time", path }];
  }

  #attemptFailed(path: string, { error, interrupted, next }: EventData<"step.attempt_failed">): Happening[] {
    if (interrupted === true && next.do !== "stop") return [];
    if (this.#kinds.get(path) === "wait") return [{ type: "time", path }];
    return [this.#ended(path, { isOk: false, code: error.code })];
  }

  #failed(path: string, code: string): Happening[] {
    // Stopped after an interruption, before it began anew.
    if (this.#interrupted.delete(path)) return [this.#ended(path, { isOk: false, code }, true)];
    return code === "expired" && this.#kinds.get(path) === "approval" ? [{ type: "time", path }] : [];
  }

  #ended(path: string, how: { readonly isOk: boolean; readonly code: string }, isDecided = false): Happening {
    return this.#kinds.get(path) === "use" ? { type: "child", path } : { type: "ended", path, ...how, isDecided };
  }
}

function cancelOf({ undo = false, drain = false, force }: EventData<"run.cancel_requested">) {
  return { undo, drain, isForced: force };
}

/** The number that a step was given. */
function valueOf(input: Json): Json {
  if (typeof input !== "object" || input === null || !("with" in input)) return null;
  const { with: given } = input;
  if (typeof given !== "object" || given === null || Array.isArray(given)) return null;
  return ("value" in given ? given.value : "n" in given ? given.n : null) ?? null;
}
