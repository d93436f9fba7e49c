import type { EventData, NewEvent, StoredEvent, Workflow } from "@aiw/core";

/** The journal of a run: events numbered from 1, a second apart. */
export function journal(events: readonly NewEvent[], run = "run_test"): readonly StoredEvent[] {
  return events.map((event, index) => ({
    ...event,
    v: 1,
    run,
    seq: index + 1,
    at: Date.UTC(2026, 0, 2) + index * 1_000,
  }));
}

/** The first event of a run. */
export function created(workflow: Workflow, over: Partial<EventData<"run.created">> = {}): NewEvent {
  const origin = { folder: "/flows", cwd: "/flows", bundle: false, file: "/flows/test.md" };
  return { type: "run.created", data: { workflow, hash: "hash", inputs: {}, origin, trigger: "manual", ...over } };
}

/** Start of an attempt. */
export function started(step: string, over: Partial<EventData<"step.started">> = {}): NewEvent {
  return { type: "step.started", step, data: { attempt: 1, fence: 1, kind: "script", key: "key", input: {}, ...over } };
}

/** End of a step that went well. */
export function completed(step: string, over: Partial<EventData<"step.completed">> = {}): NewEvent {
  return { type: "step.completed", step, data: { attempt: 1, output: null, text: "done", ms: 1_000, ...over } };
}
