import { type ErrorInfo, type EventData, type Progress, parseStepPath, type StoredEvent, type Usage } from "@aiw/core";
import { waitWord } from "../runs/describe-event.js";
import { formatMs, formatTokens, formatUsd } from "./format.js";

/** A step as the views show it. */
export interface BoardStep {
  readonly id: string;
  readonly title: string;
  readonly line?: number | undefined;
  status: "pending" | "running" | "suspended" | "completed" | "failed" | "skipped";
  startedAt: number;
  ms: number;
  attempts: number;
  /** Agent and model, for agent steps. */
  agent?: string | undefined;
  usage?: Usage | undefined;
  costUsd: number;
  error?: ErrorInfo | undefined;
  /** Why it was skipped, or what it waits for. */
  note?: string | undefined;
  /** It goes over items, which run for it. */
  isExpanded?: boolean | undefined;
  /** What its attempt did last. */
  action?: string | undefined;
}

/** What is known of a run from its events so far. Views read it; they keep no state of their own. */
export interface StepBoard {
  readonly steps: ReadonlyMap<string, BoardStep>;
  readonly name: string;
  readonly file: string | undefined;
  readonly startedAt: number;
  /** Takes an event in and returns the step that it concerns. */
  apply(event: StoredEvent): BoardStep | undefined;
  progress(step: string, progress: Progress): void;
  totals(): { readonly done: number; readonly all: number; readonly costUsd: number };
}

/** An empty board. */
export function createStepBoard(): StepBoard {
  const steps = new Map<string, BoardStep>();
  /** Steps of On failure and Finally: they count once they have begun. */
  const late = new Map<string, BoardStep>();
  /** An item, a round or an Undo of a step. */
  const partOf = (path: string): BoardStep => {
    const id = parseStepPath(path)?.id ?? path;
    const whole = steps.get(id) ?? late.get(id);
    const title =
      whole === undefined ? path : `${path.endsWith("!undo") ? "Undo " : ""}${whole.title}${partName(path)}`;
    return emptyStep(path, title, whole?.line);
  };
  const run = { name: "", file: undefined as string | undefined, startedAt: 0 };
  return {
    steps,
    get name() {
      return run.name;
    },
    get file() {
      return run.file;
    },
    get startedAt() {
      return run.startedAt;
    },
    apply(event) {
      if (event.type === "run.created") {
        const { workflow, origin } = event.data;
        Object.assign(run, { name: workflow.name, file: origin.file, startedAt: event.at });
        for (const step of workflow.steps) steps.set(step.id, emptyStep(step.id, step.title, step.at?.line));
        for (const step of [...(workflow.onFailure ?? []), ...(workflow.finally ?? [])]) {
          late.set(step.id, emptyStep(step.id, step.title, step.at?.line));
        }
        return undefined;
      }
      if (event.type === "run.claimed") for (const step of steps.values()) interrupt(step);
      if (event.type === "run.reopened") for (const id of event.data.reset) reset(steps.get(id));
      if (!("step" in event)) return undefined;
      const step = steps.get(event.step) ?? late.get(event.step) ?? partOf(event.step);
      steps.set(event.step, step);
      applyStep(step, event);
      return step;
    },
    progress(id, progress) {
      const step = steps.get(id);
      if (step) step.action = describe(progress) ?? step.action;
    },
    totals() {
      const all = wholeSteps(steps);
      const done = all.filter(({ status }) => ["completed", "failed", "skipped"].includes(status)).length;
      return { done, all: all.length, costUsd: [...steps.values()].reduce((sum, step) => sum + step.costUsd, 0) };
    },
  };
}

/** Duration, tokens, cost and retries of a finished step, as far as there is something to say. */
export function stepFacts(step: BoardStep): string {
  const retries = step.attempts > 1 ? `${step.attempts} attempts` : "";
  return [step.agent ?? "", formatMs(step.ms), formatTokens(step.usage), formatUsd(step.costUsd), retries]
    .filter((part) => part !== "")
    .join("  ");
}

/** `2 of 5 steps are done`, at the point where a run is gone on with. */
export function howFar(board: StepBoard): string {
  const all = wholeSteps(board.steps);
  const done = all.filter(({ status }) => status === "completed").length;
  const rest = done === all.length ? "" : ", going on";
  return `${done} of ${all.length} ${all.length === 1 ? "step is" : "steps are"} done${rest}`;
}

/** Steps without their items, rounds and undo. */
function wholeSteps(steps: StepBoard["steps"]): readonly BoardStep[] {
  return [...steps.values()].filter(({ id }) => (parseStepPath(id)?.id ?? id) === id);
}

function partName(path: string): string {
  const { item, round = 1 } = parseStepPath(path) ?? {};
  const which = item === undefined ? "" : ` ${item + 1}`;
  return `${which}${round > 1 ? `, round ${round}` : ""}`;
}

function emptyStep(id: string, title: string, line: number | undefined): BoardStep {
  return { id, title, line, status: "pending", startedAt: 0, ms: 0, attempts: 0, costUsd: 0 };
}

/** Attempts never outlive the claim that they were made under; those of the last one are made again. */
function interrupt(step: BoardStep): void {
  if (step.status !== "running" || step.isExpanded === true) return;
  Object.assign(step, { status: "pending", startedAt: 0, action: undefined });
}

function reset(step: BoardStep | undefined): void {
  if (step)
    Object.assign(step, {
      status: "pending",
      startedAt: 0,
      attempts: 0,
      error: undefined,
      note: undefined,
      action: undefined,
    });
}

function applyStep(step: BoardStep, event: Extract<StoredEvent, { step: string }>): void {
  switch (event.type) {
    case "step.started": {
      const { attempt, agent, model } = event.data;
      const named = agent && model ? `${agent}/${model}` : agent;
      step.startedAt = step.startedAt || event.at;
      Object.assign(step, {
        status: "running",
        attempts: attempt,
        agent: named ?? step.agent,
        action: undefined,
        note: undefined,
      });
      return;
    }
    case "step.expanded":
      step.startedAt = step.startedAt || event.at;
      Object.assign(step, {
        status: "running",
        isExpanded: true,
        note: `${event.data.count} ${event.data.count === 1 ? "item" : "items"}`,
      });
      return;
    case "step.completed":
      step.costUsd += event.data.costUsd ?? 0;
      Object.assign(step, {
        status: "completed",
        ms: step.startedAt ? event.at - step.startedAt : event.data.ms,
        usage: event.data.usage ?? step.usage,
        note: roundNote(event.data),
      });
      return;
    case "step.compensated":
      step.costUsd += event.data.costUsd ?? 0;
      Object.assign(step, { status: "completed", ms: event.data.ms });
      return;
    case "step.compensation_failed":
      Object.assign(step, { status: "failed", error: event.data.error, note: "it could not be undone" });
      return;
    case "step.attempt_failed":
      step.costUsd += event.data.costUsd ?? 0;
      Object.assign(step, {
        error: event.data.error,
        ms: step.startedAt ? event.at - step.startedAt : 0,
        note: describeNext(event.data.next, event.at),
      });
      return;
    case "step.failed":
      Object.assign(step, {
        status: "failed",
        error: event.data.error,
        ms: step.startedAt ? event.at - step.startedAt : 0,
      });
      step.note = event.data.continue ? "the run goes on" : undefined;
      return;
    case "step.skipped":
      Object.assign(step, { status: "skipped", note: skipNotes[event.data.cause] });
      return;
    case "step.suspended":
      Object.assign(step, { status: "suspended", note: `waits for ${waitWord(event.data)}` });
      return;
    case "step.resumed":
      Object.assign(step, { status: "running", note: undefined });
      return;
    case "step.checkpointed":
    case "step.failed_over":
      return;
  }
}

function roundNote({ cached, again, exhausted }: EventData<"step.completed">): string | undefined {
  if (again !== undefined) return `round ${again.round} follows`;
  if (exhausted === true) return "no round is left";
  return cached === undefined ? undefined : "from the cache";
}

const skipNotes = {
  if: "its condition is false",
  upstream: "a step before it did not succeed",
  cancelled: "the run was cancelled",
  failed: "the run failed",
} as const;

type AttemptFailed = Extract<StoredEvent, { type: "step.attempt_failed" }>;

function describeNext(next: AttemptFailed["data"]["next"], at: number): string | undefined {
  switch (next.do) {
    case "retry":
      return `retries in ${formatMs(Math.max(0, next.at - at))}`;
    case "failover":
      return `goes on with ${next.agent}`;
    case "ask":
      return "was interrupted and waits for a decision";
    case "stop":
      return undefined;
  }
}

function describe(progress: Progress): string | undefined {
  switch (progress.type) {
    case "tool":
      return progress.detail ? `${progress.name} ${progress.detail}` : progress.name;
    case "output":
    case "text":
      return progress.text.trim().split("\n").at(-1) || undefined;
    case "thinking":
      return "thinking";
    case "retry":
    case "warning":
      return progress.message;
    case "session":
    case "alive":
      return undefined;
  }
}
