import type { EventData, Json, StoredEvent } from "@aiw/core";
import { formatDate, formatMs, formatTokens, formatUsd } from "../output/format.js";

/** An event in a few words, without its step and time. May hold text from outside: strip it before printing. */
export function describeEvent(event: StoredEvent): string {
  switch (event.type) {
    case "run.created":
      return `created  ${event.data.workflow.name}, ${countSteps(event.data.workflow.steps.length)}, by ${event.data.trigger}`;
    case "run.claimed":
      return `claimed  ${event.data.cause}, worker ${event.data.worker.slice(0, 8)}${list(", interrupted", event.data.interrupted)}`;
    case "run.cancel_requested":
      return `cancel requested  by ${event.data.by}${because(event.data.reason)}${event.data.undo === true ? ", with undo" : ""}`;
    case "run.reopened":
      return `reopened  by ${event.data.by}${event.data.mode === "undo" ? " to undo its steps" : ""}${list(", again", event.data.reset)}`;
    case "run.halted":
      return `stops  ${event.data.reason}: ${event.data.error.message}`;
    case "signal.received":
      return describeSignal(event.data);
    case "run.warned":
      return `warning  ${event.data.code}: ${event.data.message}`;
    case "run.completed":
      return `completed  ${formatMs(event.data.ms)}`;
    case "run.failed":
      return `failed  ${event.data.reason}, ${formatMs(event.data.ms)}: ${event.data.error.code}: ${event.data.error.message}`;
    case "run.cancelled":
      return `cancelled  by ${event.data.by}${because(event.data.reason)}`;
    default:
      return describeStepEvent(event);
  }
}

function describeSignal({ kind, name, by, data, accepted, reason }: EventData<"signal.received">): string {
  const verb = kind === "signal" ? `signal ${name}` : `answer to ${name}`;
  const approved = data !== null && typeof data === "object" && "approved" in data ? data.approved : undefined;
  const word = kind === "signal" ? "" : approved === true ? ": approved" : ": rejected";
  return `${verb}  by ${by}${word}${accepted ? "" : `, refused${because(reason)}`}`;
}

function describeStepEvent(event: Extract<StoredEvent, { step: string }>): string {
  switch (event.type) {
    case "step.started": {
      const { attempt, agent, model, passedOver } = event.data;
      const passed = list(
        ", passed over",
        passedOver?.map((each) => `${each.agent} (${each.reason})`),
      );
      if (event.data.child !== undefined) return `started  run ${event.data.child}`;
      return `started  attempt ${attempt}${agent === undefined ? "" : ` with ${agent}${model === undefined ? "" : `/${model}`}`}${passed}`;
    }
    case "step.checkpointed":
      return `checkpoint${event.data.session === undefined ? "" : `  session ${event.data.session}`}${event.data.process === undefined ? "" : `  process ${event.data.process.pid}`}`;
    case "step.expanded":
      return `goes over ${event.data.count} ${event.data.count === 1 ? "item" : "items"}`;
    case "step.completed": {
      const { ms, usage, costUsd, cached, again, exhausted } = event.data;
      const from = cached === undefined ? "" : `from the cache of ${formatDate(cached.at)}`;
      const next = again === undefined ? "" : `round ${again.round} follows`;
      const last = exhausted === true ? "no round is left" : "";
      return facts("ok", [formatMs(ms), formatTokens(usage), formatUsd(costUsd), from, next, last]);
    }
    case "step.attempt_failed": {
      const { attempt, error, next } = event.data;
      return `attempt ${attempt} failed  ${error.code}: ${error.message}; ${describeNext(next, event.at)}`;
    }
    case "step.failed_over":
      return `failed over  from ${event.data.from} to ${event.data.to}: ${event.data.reason}`;
    case "step.failed":
      return `failed  ${event.data.error.code}: ${event.data.error.message}${event.data.continue === true ? "; the run goes on" : ""}`;
    case "step.skipped":
      return `skipped  ${event.data.cause}`;
    case "step.compensated":
      return `undone  ${formatMs(event.data.ms)}`;
    case "step.compensation_failed":
      return `could not be undone  ${event.data.error.code}: ${event.data.error.message}`;
    case "step.suspended":
      return `waits  for ${waitWord(event.data)}${event.data.until === undefined ? "" : ` until ${new Date(event.data.until).toISOString()}`}`;
    case "step.resumed":
      return `goes on  ${event.data.cause}${event.data.answer === undefined ? "" : `, answer ${JSON.stringify(event.data.answer)}`}`;
  }
}

/** What the step of an event printed or gave, for `-v`. */
export function outputOf(event: StoredEvent): readonly string[] {
  if (event.type !== "step.completed" && event.type !== "step.attempt_failed") return [];
  const { text, stderr } = event.data;
  const output: Json = event.type === "step.completed" ? event.data.output : null;
  const shown = text ?? (output === null || output === undefined ? "" : JSON.stringify(output, null, 2));
  return [shown, stderr ?? ""].filter((part) => part.trim() !== "");
}

function describeNext(next: Extract<StoredEvent, { type: "step.attempt_failed" }>["data"]["next"], at: number): string {
  switch (next.do) {
    case "retry":
      return `next attempt in ${formatMs(Math.max(0, next.at - at))}`;
    case "failover":
      return `goes on with ${next.agent}`;
    case "ask":
      return "waits for a decision";
    case "stop":
      return "gives up";
  }
}

/** What a step waits for, in words. */
export function waitWord({ waits, name, by, min = 1 }: EventData<"step.suspended">): string {
  switch (waits) {
    case "approval": {
      if (name === "interrupted") return "a decision about its interruption";
      const who = by === undefined || by.length === 0 ? "" : ` by ${by.join(" or ")}`;
      return `approval${who}${min > 1 ? ` (${min} people)` : ""}`;
    }
    case "signal":
      return `the signal ${name ?? ""}`;
    case "timer":
      return "its time";
    case "children":
      return "its sub-workflow";
    case "retry":
      return "its next attempt";
  }
}

function facts(word: string, parts: readonly string[]): string {
  return [word, ...parts.filter((part) => part !== "")].join("  ");
}

function countSteps(count: number): string {
  return `${count} ${count === 1 ? "step" : "steps"}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}

function list(word: string, items: readonly string[] | undefined): string {
  return items === undefined || items.length === 0 ? "" : `${word} ${items.join(", ")}`;
}
