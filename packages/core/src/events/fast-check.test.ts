import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { compileFastCheck } from "./fast-check.js";
import { newEventSchema } from "./schema.js";

const fits = compileFastCheck(newEventSchema());
const error = { code: "exit", message: "it failed", hint: "look", retryable: true, details: { exitCode: 1 } };
const usage = { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 };

const samples: readonly z.infer<ReturnType<typeof newEventSchema>>[] = [
  {
    type: "run.created",
    data: {
      workflow: { model: 1, name: "w", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps: [] },
      hash: "h",
      inputs: { a: [1, null] },
      origin: { folder: "/", cwd: "/", bundle: false },
      trigger: "manual",
      deadline: 5,
    },
  },
  { type: "run.claimed", data: { worker: "w", fence: 1, cause: "takeover", interrupted: ["a"] } },
  { type: "run.reopened", data: { by: "me", reset: ["a", "b"], epoch: 1 } },
  { type: "run.failed", data: { reason: "step", error, step: "a", ms: 1.5 } },
  { type: "run.completed", data: { outputs: { x: { y: 1 } }, ms: 0 } },
  {
    type: "step.started",
    step: "a",
    data: { attempt: 1, fence: 1, kind: "tool", key: "k", input: {}, passedOver: [{ agent: "x", reason: "y" }] },
  },
  {
    type: "step.checkpointed",
    step: "a",
    data: { attempt: 2, session: "s", process: { pid: 7, containment: "group" } },
  },
  { type: "step.completed", step: "a", data: { attempt: 1, output: null, text: null, ms: 3, exitCode: 0, usage } },
  { type: "step.attempt_failed", step: "a", data: { attempt: 1, error, next: { do: "retry", at: 5 } } },
  {
    type: "step.attempt_failed",
    step: "a",
    data: { attempt: 1, error, text: null, next: { do: "failover", agent: "b", at: 1 } },
  },
  { type: "step.skipped", step: "a", data: { cause: "if" } },
  { type: "step.resumed", step: "a", data: { cause: "answer", answer: "retry" } },
];

/** Values that are wrong in most places. */
const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  "x",
  0,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  true,
  [],
  [undefined],
  {},
  { do: "retry" },
  { do: "retry", at: 1, agent: "x" },
  { do: 1 },
  "retry",
  1n,
  Symbol("s"),
  new Date(0),
  new Map(),
  () => 1,
  { [Symbol("s")]: 1 },
  { a: undefined },
  Object.create({ inherited: 1 }),
  { ...error, more: 1 },
  [""],
  ["a", 1],
);

/** Every place of a value: its path from the root. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

/** A copy with one place replaced, removed, or with a field more. */
function mutate(value: unknown, path: readonly string[], change: Change): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (change.how !== "add" || typeof value !== "object" || value === null) return change.value;
    return Array.isArray(value) ? [...value, change.value] : { ...value, [change.key]: change.value };
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? mutate(item, rest, change) : item));
  const entries = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
    if (name !== key) return [[name, item]];
    return change.how === "remove" && rest.length === 0 ? [] : [[name, mutate(item, rest, change)]];
  });
  return Object.fromEntries(entries);
}

interface Change {
  readonly how: "replace" | "remove" | "add";
  readonly key: string;
  readonly value: unknown;
}

describe("the fast check of events", () => {
  it.each(samples.map((sample) => [sample.type, sample] as const))("accepts %s without asking zod", (_, sample) => {
    expect(newEventSchema().safeParse(sample).success).toBe(true);
    expect(fits(sample)).toBe(true);
  });

  it("accepts nothing that zod refuses", () => {
    const change = fc.record({
      how: fc.constantFrom("replace" as const, "remove" as const, "add" as const),
      key: fc.constantFrom("type", "step", "data", "more", "attempt", "__proto__", "ms", "error", "next", "session"),
      value: odd,
    });
    const broken = fc
      .constantFrom(...samples)
      .chain((sample) =>
        fc.tuple(
          fc.constant(sample),
          fc.array(fc.tuple(fc.constantFrom(...pathsOf(sample)), change), { maxLength: 3 }),
        ),
      );
    let refused = 0;
    fc.assert(
      fc.property(broken, ([sample, changes]) => {
        const value = changes.reduce<unknown>((before, [path, one]) => mutate(before, path, one), sample);
        const isValid = newEventSchema().safeParse(value).success;
        if (!isValid) refused += 1;
        if (!isValid && fits(value)) throw new Error("the fast check accepted what zod refuses");
      }),
      { numRuns: 5_000 },
    );
    expect(refused).toBeGreaterThan(1_000);
  });

  it("asks zod about schemas that it does not know", () => {
    const check = compileFastCheck(z.strictObject({ at: z.iso.datetime(), name: z.string().regex(/^a/).optional() }));
    expect(check({ at: "2026-01-01T00:00:00Z" })).toBe(true);
    expect(check({ at: "yesterday" })).toBe(false);
    expect(check({ at: "2026-01-01T00:00:00Z", name: "b" })).toBe(false);
  });
});
