import { AiwError } from "../errors.js";
import type { EventData, StoredEvent } from "../events/event.js";
import { isJsonObject } from "../json.js";
import type { MutableState } from "./new-state.js";
import { repeatExhausted } from "./run-errors.js";
import type { StepWait, Undoable } from "./state.js";
import type { StepRow } from "./step-row.js";
import type { StepTable } from "./step-table.js";
import { hasUndo } from "./undo.js";
import { stepView } from "./view.js";

/** An event of one step. */
export type StepEvent = Extract<StoredEvent, { step: string }>;
type StepEventOf<T extends StepEvent["type"]> = Extract<StepEvent, { type: T }>;

interface OfChild {
  readonly childSeq?: number | undefined;
  readonly costUsd?: number | undefined;
}

/** The part of the fold that events of steps change. */
export class StepFold {
  /** The last thing that happened is that a driver left an attempt. */
  isInterrupted = false;
  readonly #state: MutableState;
  readonly #table: StepTable;

  constructor(state: MutableState, table: StepTable) {
    this.#state = state;
    this.#table = table;
  }

  apply(event: StepEvent): void {
    const row = this.#table.at(event.step, this.#state.undoable);
    if (row === undefined) throw new AiwError("store_corrupt", `run ${event.run} has no step ${event.step}`);
    this.isInterrupted = false;
    switch (event.type) {
      case "step.expanded":
        row.startedAt ??= event.at;
        row.openedAt ??= event.at;
        this.#table.expand(row, event.data.items);
        return;
      case "step.started":
        this.#started(row, event);
        return;
      case "step.checkpointed":
        if (row.phase.is === "running" && event.data.session !== undefined) {
          row.phase = { ...row.phase, session: event.data.session };
        }
        return;
      case "step.completed":
        this.#completed(row, event);
        return;
      case "step.attempt_failed":
        this.#attemptFailed(row, event);
        return;
      case "step.failed_over":
        return;
      case "step.failed":
        this.#failed(row, event);
        return;
      case "step.skipped":
        this.#table.move(row, { is: "skipped", cause: event.data.cause }, {});
        if (event.data.cause !== "if") this.#state.isHalted = true;
        return;
      case "step.suspended":
        this.#suspended(row, event);
        return;
      case "step.resumed":
        this.#resumed(row, event);
        return;
      case "step.compensated":
        this.#spend(row, event.data.usage, event.data.costUsd);
        this.#childEnded(row, event.data);
        this.#table.move(row, { is: "completed" }, {});
        this.#undid(event.data.undoes, {});
        return;
      case "step.compensation_failed": {
        const { error, undoes } = event.data;
        this.#childEnded(row, event.data);
        this.#table.move(row, { is: "failed", error, continues: true }, { error });
        this.#undid(undoes, { error });
        return;
      }
      default:
        throw newer(event);
    }
  }

  /** An accepted answer to an approval. */
  answer({ name, by, data }: EventData<"signal.received">): void {
    const row = this.#table.at(name, []);
    const given = isJsonObject(data) ? data : {};
    if (row?.phase.is !== "waiting" || row.phase.for !== "approval") return;
    const { comment, fields } = given;
    const answer = {
      by,
      approved: given.approved === true,
      comment: typeof comment === "string" ? comment : null,
      fields: isJsonObject(fields) ? fields : {},
    };
    row.phase = { ...row.phase, answers: [...row.phase.answers, answer] };
  }

  #started(row: StepRow, { at, data }: StepEventOf<"step.started">): void {
    const { attempt, fence, agent, model, input, kind, child, timeoutMs } = data;
    const session = row.phase.is === "waiting" && "session" in row.phase ? row.phase.session : undefined;
    row.attempts = attempt;
    row.startedAt ??= at;
    row.openedAt ??= at;
    row.input ??= input;
    row.agent = agent;
    row.model = model;
    if (kind !== "use") {
      this.#table.move(row, { is: "running", attempt, fence, startedAt: at, session });
      return;
    }
    row.child = child;
    const until = timeoutMs === undefined ? {} : { at: at + timeoutMs };
    this.#table.move(row, { is: "waiting", for: "child", attempt, ...until, suspended: false });
  }

  #completed(row: StepRow, { step, at, data }: StepEventOf<"step.completed">): void {
    const { output, text, agent, usage, costUsd, session, artifacts, cached, again, exhausted } = data;
    const table = this.#table;
    const durationMs = row.openedAt === undefined ? undefined : at - row.openedAt;
    this.#spend(row, usage, costUsd);
    this.#childEnded(row, data);
    row.agent = agent ?? row.agent;
    row.model = data.model ?? row.model;
    row.session = session ?? row.session;
    this.#state.takeovers = 0;
    const items = row.items === undefined ? undefined : table.itemsOf(row);
    const files = artifacts?.map(({ path }) => path);
    const used = { agent: row.agent, usage: row.usage, costUsd: row.costUsd };
    const result = { output, text, ...used, durationMs, files, items };
    if (exhausted === true) {
      const error = repeatExhausted(row);
      table.move(row, { is: "waiting", for: "stop", error, suspended: false });
    }
    if (again === undefined && exhausted === undefined) table.move(row, { is: "completed" }, result);
    else table.show(row, stepView("completed", result));
    const mayUndo = row.section === "steps" && items === undefined && cached === undefined;
    if (mayUndo && hasUndo(row.step, this.#state.workflow)) {
      this.#mayUndo({ path: step, step: row.step, view: row.view, item: row.item });
    }
    if (again !== undefined) table.nextRound(row, again);
  }

  /** Made again after its Undo had failed, a step is undone once, as it is now. */
  #mayUndo(entry: Undoable): void {
    const state = this.#state;
    if (state.epoch > 0) state.undoable = state.undoable.filter(({ path }) => path !== entry.path);
    state.undoable.push(entry);
  }

  #attemptFailed(row: StepRow, { data }: StepEventOf<"step.attempt_failed">): void {
    const { error, interrupted = false, next, usage, costUsd, session, text } = data;
    this.#spend(row, usage, costUsd);
    this.#childEnded(row, data);
    if (interrupted) {
      this.isInterrupted = true;
      row.openedAt = undefined;
    } else {
      row.failures += 1;
      this.#state.takeovers = 0;
    }
    if (next.do === "failover") {
      row.failures = 0;
      row.agent = next.agent;
      // The conversation of the last round was the other agent's.
      row.session = undefined;
      row.model = next.model;
    }
    const kept = interrupted ? session : undefined;
    const view = { text, agent: row.agent };
    const waiting = { is: "waiting", error, session: kept, suspended: false } as const;
    if (next.do === "ask") this.#table.move(row, { ...waiting, for: "answer" }, view);
    else if (next.do === "stop") this.#table.move(row, { ...waiting, for: "stop" }, view);
    else this.#table.move(row, { ...waiting, for: "retry", at: next.at }, view);
  }

  #failed(row: StepRow, { step, at, data }: StepEventOf<"step.failed">): void {
    const { error, continue: continues = false } = data;
    const durationMs = row.openedAt === undefined ? undefined : at - row.openedAt;
    const { text } = row.view;
    const used = { agent: row.agent, usage: row.usage, costUsd: row.costUsd };
    const items = row.items === undefined ? undefined : this.#table.itemsOf(row);
    const shown = { text: typeof text === "string" ? text : null, error, ...used, durationMs, items };
    this.#table.move(row, { is: "failed", error, continues }, shown);
    if (continues || row.item !== undefined) return;
    const { cancel, halted } = this.#state;
    if (row.section !== "steps") this.#state.lateFailure ??= { step, error };
    // What a stop ended is no reason of its own.
    else if (cancel === undefined && halted === undefined) this.#state.failure ??= { step, error };
  }

  #suspended(row: StepRow, { data }: StepEventOf<"step.suspended">): void {
    const { phase } = row;
    if (phase.is === "waiting" && phase.for === "child" && data.name === "timeout") {
      const { attempt, suspended } = phase;
      this.#table.move(row, { is: "waiting", for: "child", attempt, suspended, isLate: true });
    } else if (phase.is === "waiting") this.#table.move(row, { ...phase, suspended: true });
    else if (phase.is === "running") {
      const waiting = outsideWait(data);
      if (waiting !== undefined) this.#table.move(row, { is: "waiting", suspended: true, ...waiting });
    }
  }

  #resumed(row: StepRow, { at, data }: StepEventOf<"step.resumed">): void {
    const { phase } = row;
    if (phase.is !== "waiting") return;
    if (data.cause === "signal") {
      this.#state.signals = this.#state.signals.filter(({ id }) => id !== data.answer);
      return;
    }
    const resumed = { suspended: false } as const;
    if (phase.for === "answer" || phase.for === "stop" || phase.for === "retry") {
      if (data.answer === "fail") this.#table.move(row, { ...phase, for: "stop", ...resumed });
      else this.#table.move(row, { ...phase, for: "retry", at: phase.at ?? at, ...resumed });
    } else this.#table.move(row, { ...phase, ...resumed });
  }

  #childEnded({ child }: StepRow, { childSeq: seq, costUsd = 0 }: OfChild): void {
    if (child === undefined || seq === undefined) return;
    const before = this.#state.childEnds.get(child)?.costUsd ?? 0;
    this.#state.childEnds.set(child, { seq, costUsd: before + costUsd });
  }

  #undid(path: string, undo: { readonly error?: EventData<"step.compensation_failed">["error"] }): void {
    this.#state.undos.set(path, undo);
  }

  #spend(row: StepRow, usage: Parameters<StepTable["spend"]>[1], costUsd?: number): void {
    this.#table.spend(row, usage, costUsd);
    this.#state.costUsd += costUsd ?? 0;
  }
}

/** What a step that just started waits for from outside. */
function outsideWait(asked: EventData<"step.suspended">): StepWait | undefined {
  const at = asked.until === undefined ? {} : { at: asked.until };
  if (asked.waits === "approval") return { for: "approval", asked, answers: [], ...at };
  if (asked.waits === "signal") return { for: "signal", asked, ...at };
  return asked.waits === "timer" && asked.until !== undefined ? { for: "timer", at: asked.until } : undefined;
}

/** The journal holds something that this version does not know. */
export function newer(event: { readonly run: string; readonly type: string }): AiwError {
  return new AiwError("store_newer", `run ${event.run} holds ${event.type} of a newer version`, {
    hint: "update AIW to the version that wrote it",
  });
}
