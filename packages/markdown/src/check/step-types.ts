import type { JsonSchema, Narrowing } from "@aiw/core";
import type { StepDraft } from "../settings/step-draft.js";
import { closed, integer, orNull, text, texts, textType } from "./scope.js";

/** What is known of a step where it is read. */
export interface Knowledge {
  /** It may not have run at all. */
  readonly isOpen: boolean;
  /** It completed, and this item of it is read: in its Undo. */
  readonly isOwn: boolean;
}

const number: JsonSchema = { type: "number" };
const usage = closed({
  input_tokens: integer,
  cache_read_tokens: integer,
  cache_write_tokens: integer,
  output_tokens: integer,
  reasoning_tokens: integer,
});
const common = {
  error: orNull(closed({ code: text, message: text })),
  agent: orNull(text),
  usage: orNull(usage),
  cost_usd: orNull(number),
  duration_ms: orNull(number),
};
const none: JsonSchema = { type: "null" };
const done = ["completed", "failed", "skipped"];
const open = [...done, "pending", "running", "suspended"];

/**
 * Type of `steps.<id>`.
 *
 * @param value - Type of the loop variable of a `foreach`.
 */
export function stepType(step: StepDraft, value: JsonSchema, { isOpen, isOwn }: Knowledge): JsonSchema {
  const isLoop = step.foreach !== undefined && !isOwn;
  const maybe = (schema: JsonSchema) => (isOpen || (!isOwn && mayBeMissing(step)) ? orNull(schema) : schema);
  const items = { type: "array", items: itemType(step, value, isOpen) };
  return closed({
    text: isLoop ? none : maybe(textType(step.kind)),
    output: isLoop ? none : maybe(step.output ?? none),
    status: { enum: isOpen ? open : done },
    ...common,
    files: texts,
    workspace: orNull(text),
    items: isLoop ? (isOpen || step.condition !== undefined ? orNull(items) : items) : none,
  });
}

/** What is not null where `steps.<id>.status` is known. */
export function narrowingOf({ id, kind, foreach }: StepDraft): readonly Narrowing[] {
  const path = ["steps", id, "status"];
  const results = foreach !== undefined ? ["items"] : kind === "approval" ? ["output"] : ["text", "output"];
  return [
    { path, value: "completed", nonNull: results.map((name) => ["steps", id, name]) },
    { path, value: "failed", nonNull: [["steps", id, "error"]] },
  ];
}

function itemType(step: StepDraft, value: JsonSchema, isOpen: boolean): JsonSchema {
  const maybe = (schema: JsonSchema) => (isOpen || mayFail(step) ? orNull(schema) : schema);
  return closed({
    index: integer,
    value,
    text: maybe(textType(step.kind)),
    output: maybe(step.output ?? none),
    status: { enum: isOpen ? open : done },
    ...common,
  });
}

/** May the step have no result when a step that waits for it reads it? */
function mayBeMissing(step: StepDraft): boolean {
  return step.condition !== undefined || mayFail(step);
}

/** A rejected approval is an answer too. */
function mayFail({ continues, kind }: StepDraft): boolean {
  return continues && kind !== "approval";
}
