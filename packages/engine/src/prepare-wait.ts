import {
  AiwError,
  type ApprovalStep,
  canonicalJson,
  type EventData,
  type Json,
  type NewEvent,
  type RunState,
  Secret,
  type StepState,
  type WaitStep,
} from "@aiw/core";
import { digest } from "./digest.js";
import { keyOf } from "./prepare-attempt.js";
import type { Prepared, Preparing } from "./preparing.js";
import { renderInput } from "./render.js";

/** Asks people: shows them the prose, and binds their answer to it. */
export function prepareApproval(state: RunState, step: ApprovalStep, { row, context, scope }: Preparing): Prepared {
  const { prompt = "" } = renderInput(context.evaluator, scope, { workflow: state.workflow, step });
  const fields = Object.fromEntries(Object.entries(step.fields).map(([name, { schema }]) => [name, schema]));
  const required = Object.entries(step.fields).flatMap(([name, spec]) => (spec.required ? [name] : []));
  const schema: Json = { type: "object", properties: fields, required, additionalProperties: false };
  const shown = canonicalJson({ run: state.run, step: row.path, epoch: state.epoch, prompt, schema });
  const asked: EventData<"step.suspended"> = {
    waits: "approval",
    schema,
    by: [...step.by],
    min: step.min,
    binds: digest(`aiw approval 1\n${shown}`),
    ...until(step.timeoutMs, context.now),
  };
  return {
    do: "start",
    events: [started(state, row, { prompt }), { type: "step.suspended", step: row.path, data: asked }],
  };
}

/** Waits for a time or a signal. */
export function prepareWait(state: RunState, step: WaitStep, { row, context, scope }: Preparing): Prepared {
  const { wait } = step;
  if ("signal" in wait) {
    const name = context.evaluator.renderText(wait.signal, scope());
    if (name instanceof Secret) throw new AiwError("expression_failed", "the name of a signal is a secret");
    const data: EventData<"step.suspended"> = {
      waits: "signal",
      name,
      ...(wait.schema === undefined ? {} : { schema: wait.schema }),
      ...until(step.timeoutMs, context.now),
    };
    return {
      do: "start",
      events: [started(state, row, { signal: name }), { type: "step.suspended", step: row.path, data }],
    };
  }
  const at =
    "for" in wait ? context.now + wait.for : timeOf(context.evaluator.evaluate(wait.until, scope()), wait.until);
  const data = { waits: "timer", until: at } as const;
  return {
    do: "start",
    events: [started(state, row, { until: at }), { type: "step.suspended", step: row.path, data }],
  };
}

function started(state: RunState, row: StepState, input: Json): NewEvent {
  const { kind } = row.step;
  if (kind !== "approval" && kind !== "wait") throw new AiwError("internal", `a ${kind} step does not wait`);
  const data = { attempt: row.attempts + 1, fence: state.fence, kind, key: keyOf(state, row), input };
  return { type: "step.started", step: row.path, data };
}

function until(timeoutMs: number | undefined, now: number): { readonly until?: number } {
  return timeoutMs === undefined ? {} : { until: now + timeoutMs };
}

function timeOf(value: unknown, source: string): number {
  const at = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  // What a Date can hold.
  if (Number.isFinite(at) && Math.abs(at) <= 8.64e15) return Math.round(at);
  throw new AiwError("expression_failed", `${source} is no time`, {
    hint: "give text in ISO 8601, 2026-01-31T09:00:00Z, or milliseconds since 1970",
  });
}
