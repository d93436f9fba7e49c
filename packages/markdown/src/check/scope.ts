import { type InputSpec, type JsonSchema, secretType, type TriggerSpec } from "@aiw/core";
import type { BodyDraft } from "../settings/step-draft.js";

/**
 * The types of everything an expression can read; the twin of `runScope`, `attemptScope` and `stepView` in core, which
 * give the values.
 *
 * | name | type |
 * |---|---|
 * | `inputs.<name>` | its declared type; null too when optional without default |
 * | `secrets.<name>` | secret |
 * | `env.<NAME>` | text; the variables of the front matter |
 * | `run.id`, `run.trigger`, `run.started_at` | text (time: ISO 8601) |
 * | `run.attempt` | integer, 1 for the first |
 * | `run.status` | `running`, `completed`, `failed`, `cancelled`; in `On failure` and `Finally` how the run is about to end |
 * | `steps.<id>.text` | text; null for sub-workflows and waits; null too when the step may be skipped (`if`) or may have failed (`on-error: continue`) |
 * | `steps.<id>.output` | type of `output:`, of the tool's operation, the sub-workflow's outputs, the answer or the signal; null too as above; without any it may not be read |
 * | `steps.<id>.items` | of a `foreach`, whose `text` and `output` are null: `[{ index, value, text, output, status, error, agent, usage, cost_usd, duration_ms }]` |
 * | `steps.<id>.status` | `completed`, `failed`, `skipped`; where it may not have run yet also `pending`, `running`, `suspended` |
 * | `steps.<id>.error` | `{ code, message }` or null |
 * | `steps.<id>.agent` | text or null |
 * | `steps.<id>.usage` | map of five token counts, or null |
 * | `steps.<id>.cost_usd`, `.duration_ms` | number or null |
 * | `steps.<id>.files` | list of text: the artifacts that were kept |
 * | `steps.<id>.workspace` | text or null |
 * | the variable of a `foreach` | an element of its list; a map of the axes of a matrix |
 * | `error` | `{ step, code, message, undone }`: in `On failure`; or null in `Finally` and in an Undo |
 * | `event` | of triggers: `{ body, headers, query, path }` of a webhook, `{ path }` of a watch, `{ body }` of a queue |
 *
 * `fail-if` and `until` also read this attempt: `output` (its type), `text`, `status` (`completed`, `failed`), `exit_code`
 * (integer; null where no program ran), `stderr` (text; null as well).
 */
export interface ScopeFacts {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly secrets: readonly string[];
  /** Names of the front matter's variables; those made from secrets are secrets. */
  readonly env: Readonly<Record<string, { readonly isSecret: boolean }>>;
}

/** Plain types. */
export const text: JsonSchema = { type: "string" };
export const integer: JsonSchema = { type: "integer" };
export const texts: JsonSchema = { type: "array", items: text };

/** Types that do not depend on who reads them. */
export function rootTypes(facts: ScopeFacts): Readonly<Record<"inputs" | "env" | "secrets", JsonSchema>> {
  const inputs = Object.entries(facts.inputs).map(([name, { schema, required }]) => {
    const hasValue = required || Object.hasOwn(schema, "default");
    return [name, hasValue ? schema : orNull(schema)] as const;
  });
  const env = Object.entries(facts.env).map(([name, { isSecret }]) => [name, isSecret ? secretType : text] as const);
  return {
    inputs: closed(Object.fromEntries(inputs)),
    env: closed(Object.fromEntries(env)),
    secrets: closed(Object.fromEntries(facts.secrets.map((name) => [name, secretType]))),
  };
}

/** `run`, while it is under way or about to end. */
export function runType(isEnding: boolean): JsonSchema {
  const ends = ["completed", "failed", "cancelled"];
  const status = { enum: isEnding ? ends : ["running", ...ends] };
  return closed({ id: text, attempt: integer, trigger: text, started_at: text, status });
}

/** `error`: why the run failed. */
export const errorType = closed({ step: orNull(text), code: text, message: text, undone: texts });

/** `event` of a trigger. */
export function eventType(type: TriggerSpec["type"]): JsonSchema {
  const open = { type: "object", additionalProperties: text };
  if (type === "webhook") return closed({ body: {}, headers: open, query: open, path: text });
  if (type === "watch") return closed({ path: text });
  return closed(type === "queue" ? { body: {} } : {});
}

/** Names of this attempt, for `fail-if` and `until`. */
export function attemptTypes({ kind, output }: BodyDraft): Readonly<Record<string, JsonSchema>> {
  const isProgram = kind === "script" || kind === "tool";
  return {
    output: output ?? { type: "null" },
    text: textType(kind),
    status: { enum: ["completed", "failed"] },
    exit_code: isProgram ? integer : orNull(integer),
    stderr: isProgram ? text : orNull(text),
  };
}

/** `.text` of a step that completed. */
export function textType(kind: BodyDraft["kind"]): JsonSchema {
  if (kind === "use" || kind === "wait") return { type: "null" };
  return kind === "approval" ? orNull(text) : text;
}

/** A map with exactly these fields. */
export function closed(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** The type, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: "null" }] };
}
