import type { ErrorInfo } from "../errors.js";
import type { NewEvent, StoredEvent } from "../events/event.js";
import type { Json } from "../json.js";

/** Status of a run in views. `queued`: created, no driver yet. */
export type RunStatus = "queued" | "running" | "suspended" | "completed" | "failed" | "cancelled";

/** Status of a step in views. */
export type StepStatus = "pending" | "running" | "suspended" | "completed" | "failed" | "skipped";

/**
 * Journal, inbox and leases of runs. Only the driver, the worker that claimed a run, appends to it; everybody else
 * posts. Every implementation passes `describeRunStore` of `@aiw/core/testing`.
 */
export interface RunStore {
  /**
   * One transaction for all items; answer i is for item i. A refused item wrote nothing and failed no neighbour.
   * Repeating an item whose `id` was committed as the run's last append answers `ok` again and writes nothing.
   *
   * @throws AiwError `store_*`, `disk_full`: the whole batch was rolled back.
   */
  append(items: readonly Append[]): Promise<readonly Appended[]>;
  /** From whoever does not drive the run. Idempotent by (run, id). Never touches the run's row. */
  post(messages: readonly NewMessage[]): Promise<readonly Posted[]>;
  /** One heartbeat of a worker: prove life, claim runs, deliver unread messages of held runs. */
  poll(beat: Beat): Promise<Polled>;
  /** Of one run from a sequence number, or of all runs in commit order from a cursor. At most `limit` (1,000) events. */
  read(from: ReadFrom, limit?: number): Promise<EventPage>;
  /** Rows of the views, newest run first. */
  list(query: RunQuery): Promise<RunPage>;
  /** Calls when something may have been posted or appended by another process or store handle. A hint only. Returns what stops it. */
  onWake?(listener: () => void): () => void;
  /**
   * Enters the run into the concurrency group `key`, or finds it there. The run that entered first and has not ended
   * holds it; the end of a run takes it out in the same transaction. Idempotent. Returns who comes before, oldest first;
   * empty: the run holds the group.
   */
  lock?(key: string, run: string): Promise<readonly string[]>;
}

/** What one run's driver writes at once. */
export interface Append {
  readonly run: string;
  /** Unique id of this append, kept in the run's row. */
  readonly id: string;
  /** Sequence number of the run's last event as the writer knows it; 0 with `create`. */
  readonly expect: number;
  /** Fencing token of the writer's claim; ignored with `create`. */
  readonly fence: number;
  readonly events: readonly NewEvent[];
  /** Time of the events, ms since the epoch. */
  readonly at: number;
  /** The run does not exist yet. */
  readonly create?: CreateRun;
  /** Positions of inbox messages that these events answer. */
  readonly consume?: readonly number[];
  /** Runs created in the same transaction, queued. One that exists already is left as it is. */
  readonly spawn?: readonly SpawnRun[];
  /** Posted in the same transaction, as by {@link RunStore.post}; unknown and ended runs are passed over. */
  readonly post?: readonly NewMessage[];
  /**
   * Gives the claim back after these events; what follows is `fenced`. `dueAt`: when any worker should claim it again.
   * Events that end the run give it back by themselves and answer its unread messages, except a `resume` and an `undo`.
   */
  readonly release?: { readonly dueAt?: number | undefined };
}

/** First row of a run. */
export interface CreateRun {
  /** Hash of workflow and inputs. */
  readonly request: string;
  readonly name: string;
  /** Version of the journal's format; a worker claims only formats it knows. */
  readonly format: number;
  /** Claim it at once for this worker, with fence 1; else it is queued. */
  readonly worker?: string | undefined;
}

/** A sub-workflow's run. */
export interface SpawnRun extends Omit<CreateRun, "worker"> {
  readonly run: string;
  /** Its first event. */
  readonly created: Extract<NewEvent, { type: "run.created" }>;
}

/** Answer to one {@link Append}. */
export type Appended =
  | { readonly ok: true; readonly seq: number }
  /** `fenced`: claimed by another; `conflict`: `expect` is not the last number; `exists`: the same request is there already. */
  | { readonly ok: false; readonly why: "fenced" | "conflict" | "exists" | "different_request" };

/** Something for the driver of a run. */
export interface NewMessage {
  readonly run: string;
  /** Unique within the run. */
  readonly id: string;
  readonly type: "cancel" | "resume" | "answer" | "signal" | "child" | "undo";
  readonly data: Json;
  readonly at: number;
}

/** A delivered message. */
export interface Message extends NewMessage {
  /** Position in the inbox; given back in {@link Append.consume}. */
  readonly pos: number;
}

/** Answer to one posted message. `ended`: the run has ended and the message was not kept (a `resume` and an `undo` always are). */
export type Posted = "posted" | "duplicate" | "unknown_run" | "ended";

/** Where a worker runs; lets a store on the same host see at once that it is dead. */
export interface WorkerOwner {
  readonly host: string;
  /** Identifies the boot of the host and the pid namespace; pids of others mean nothing. */
  readonly boot: string;
  readonly pid: number;
  /** Start time of the process as the system tells it, so that a reused pid is not taken for it. */
  readonly startedAt: string;
}

/** A worker's heartbeat. */
export interface Beat {
  readonly worker: string;
  readonly owner: WorkerOwner;
  readonly now: number;
  /** Lease in ms: a beat unchanged for so long, by the observer's own monotonic clock, means the worker is dead. */
  readonly ttlMs: number;
  /** Extra ms that a claim from a silent (not provably dead) worker waits, so that its processes are gone. */
  readonly graceMs: number;
  /**
   * Runs that the worker drives now. A run that it holds and has not named for `ttlMs` was dropped: it is released, due at
   * once. Before that the worker itself can claim it again, by name.
   */
  readonly held: readonly string[];
  /** What it would take on. */
  readonly claim?: {
    readonly max: number;
    readonly formats: readonly number[];
    /** Only these runs; absent: any that is queued, due, woken by a message, or orphaned. */
    readonly runs?: readonly string[] | undefined;
  };
  /** The worker leaves: its row goes, and what it held is released, due at once. */
  readonly leave?: boolean;
}

/** What a heartbeat gave. */
export interface Polled {
  /** Runs of `held` that another worker has claimed since. */
  readonly lost: readonly string[];
  readonly claimed: readonly Claim[];
  /** Unread messages of held and just claimed runs, oldest first. */
  readonly messages: readonly Message[];
}

/** A run that the worker drives from now on. */
export interface Claim {
  readonly run: string;
  readonly fence: number;
  readonly seq: number;
  readonly cause: "start" | "due" | "inbox" | "takeover";
  /** The worker that was lost, on a takeover. */
  readonly from?: { readonly worker: string; readonly owner?: WorkerOwner | undefined } | undefined;
}

/** Where to read from. */
export type ReadFrom = { readonly run: string; readonly afterSeq: number } | { readonly afterPos: number };

/** Events in order. */
export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** For `afterPos` of the next page; 0 when nothing was read. */
  readonly cursor: number;
  readonly more: boolean;
}

/** Filter of {@link RunStore.list}. */
export interface RunQuery {
  readonly runs?: readonly string[] | undefined;
  readonly status?: readonly RunStatus[] | undefined;
  readonly name?: string | undefined;
  /** At most 1,000; default 50. */
  readonly limit?: number | undefined;
  /** Only sub-workflows of this run; `null`: only runs that are no sub-workflow; absent: all. */
  readonly parent?: string | null | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** Also the steps of these runs. */
  readonly steps?: boolean | undefined;
}

/** A row of the view of runs. */
export interface RunRow {
  readonly run: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly seq: number;
  readonly fence: number;
  readonly request: string;
  /** The run that it is a sub-workflow of. */
  readonly parent?: string | undefined;
  /** Who holds the claim. */
  readonly worker?: string | undefined;
  /**
   * Does that worker seem alive? False once it left, its process is known to be dead, or its last beat is over a minute
   * old by the wall clock. For people to look at: who may take the run over is decided by `poll` alone. Absent without a
   * worker, and where nothing is known of it.
   */
  readonly driven?: boolean | undefined;
  readonly dueAt?: number | undefined;
  readonly error?: ErrorInfo | undefined;
  readonly costUsd: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt?: number | undefined;
}

/** A row of the view of steps: one per step that ended, is suspended or has a failed attempt. */
export interface StepRow {
  readonly run: string;
  readonly step: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly agent?: string | undefined;
  readonly error?: ErrorInfo | undefined;
  readonly costUsd?: number | undefined;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
}

/** A page of runs. */
export interface RunPage {
  readonly runs: readonly RunRow[];
  readonly steps?: readonly StepRow[] | undefined;
  readonly next?: string | undefined;
}
