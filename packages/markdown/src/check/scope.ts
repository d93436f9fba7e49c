import { type InputSpec, type JsonSchema, type Narrowing, secretType } from "@aiw/core";
import type { StepDraft } from "../settings/step-draft.js";

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
 * | `run.status` | `running`, `completed`, `failed`, `cancelled` |
 * | `steps.<id>.text` | text; null too when the step may be skipped (`if`) or may have failed (`on-error: continue`) |
 * | `steps.<id>.output` | type of `output:`, else of the tool's operation; null too as above; without either it may not be read |
 * | `steps.<id>.status` | `completed`, `failed`, `skipped` |
 * | `steps.<id>.error` | `{ code, message }` or null |
 * | `steps.<id>.agent` | text or null |
 * | `steps.<id>.usage` | map of five token counts, or null |
 * | `steps.<id>.cost_usd`, `.duration_ms` | number or null |
 *
 * `fail-if` also reads this attempt: `output` (its type), `text`, `status` (`completed`, `failed`), `exit_code` (integer; null
 * for agents), `stderr` (text; null for agents).
 */
export interface ScopeFacts {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly secrets: readonly string[];
  /** Names of the front matter's variables; those made from secrets are secrets. */
  readonly env: Readonly<Record<string, { readonly isSecret: boolean }>>;
  readonly steps: readonly StepDraft[];
}

const text: JsonSchema = { type: "string" };
const number: JsonSchema = { type: "number" };
const integer: JsonSchema = { type: "integer" };
const usage = closed({
  input_tokens: integer,
  cache_read_tokens: integer,
  cache_write_tokens: integer,
  output_tokens: integer,
  reasoning_tokens: integer,
});
const failure = closed({ code: text, message: text });

/** Root names of the file, whoever may read them. */
export function rootTypes(facts: ScopeFacts): Readonly<Record<string, JsonSchema>> {
  const inputs = Object.entries(facts.inputs).map(([name, { schema, required }]) => {
    const hasValue = required || Object.hasOwn(schema, "default");
    return [name, hasValue ? schema : orNull(schema)] as const;
  });
  const env = Object.entries(facts.env).map(([name, { isSecret }]) => [name, isSecret ? secretType : text] as const);
  const steps = facts.steps.filter(({ id }) => id !== "").map((step) => [step.id, stepType(step)] as const);
  return {
    inputs: closed(Object.fromEntries(inputs)),
    env: closed(Object.fromEntries(env)),
    secrets: closed(Object.fromEntries(facts.secrets.map((name) => [name, secretType]))),
    run: closed({
      id: text,
      attempt: integer,
      trigger: text,
      started_at: text,
      status: { enum: ["running", "completed", "failed", "cancelled"] },
    }),
    steps: closed(Object.fromEntries(steps)),
  };
}

/** Names of this attempt, for `fail-if`. */
export function attemptTypes(step: StepDraft): Readonly<Record<string, JsonSchema>> {
  const isAgent = step.kind === "agent" || step.kind === "use";
  return {
    output: step.output ?? { type: "null" },
    text,
    status: { enum: ["completed", "failed"] },
    exit_code: isAgent ? orNull(integer) : integer,
    stderr: isAgent ? orNull(text) : text,
  };
}

/** What is not null where `steps.<id>.status` is known. */
export function narrowingOf(id: string): readonly Narrowing[] {
  const path = ["steps", id, "status"];
  return [
    {
      path,
      value: "completed",
      nonNull: [
        ["steps", id, "text"],
        ["steps", id, "output"],
      ],
    },
    { path, value: "failed", nonNull: [["steps", id, "error"]] },
  ];
}

/** May the step have no result when a later step reads it? */
export function isUncertain(step: StepDraft): boolean {
  return step.condition !== undefined || step.continues;
}

function stepType(step: StepDraft): JsonSchema {
  const maybe = (schema: JsonSchema) => (isUncertain(step) ? orNull(schema) : schema);
  return closed({
    text: maybe(text),
    output: step.output === undefined ? { type: "null" } : maybe(step.output),
    status: { enum: ["completed", "failed", "skipped"] },
    error: orNull(failure),
    agent: orNull(text),
    usage: orNull(usage),
    cost_usd: orNull(number),
    duration_ms: orNull(number),
  });
}

function closed(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

function orNull(schema: JsonSchema): JsonSchema {
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: "null" }] };
}
