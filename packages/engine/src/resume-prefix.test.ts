import {
  AiwError,
  attemptToken,
  type RunStore,
  type Step,
  type StoredEvent,
  toErrorInfo,
  type Workflow,
} from "@aiw/core";
import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createWorld, eventsOf, type Operation, origin, tool, within, workflow } from "./__fixtures__/world.js";

/** A step of a random graph; what it does depends on nothing but its attempt. */
interface Plan {
  readonly does: "ok" | "fail" | "flaky";
  readonly needs: readonly number[];
  readonly continues: boolean;
  readonly condition: "none" | "false" | "true" | "needs";
  readonly delayMs: number;
}

const plans = fc
  .array(
    fc.record({
      does: fc.oneof(
        { weight: 5, arbitrary: fc.constant("ok" as const) },
        fc.constant("fail" as const),
        fc.constant("flaky" as const),
      ),
      needs: fc.array(fc.nat(20), { maxLength: 3 }),
      continues: fc.boolean(),
      condition: fc.oneof(
        { weight: 4, arbitrary: fc.constant("none" as const) },
        fc.constantFrom("false" as const, "true" as const, "needs" as const),
      ),
      delayMs: fc.constantFrom(0, 500, 45_000),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((list): readonly Plan[] =>
    list.map((plan, index) => ({
      ...plan,
      needs: index === 0 ? [] : [...new Set(plan.needs.map((need) => need % index))],
    })),
  );

function toWorkflow(list: readonly Plan[]): Workflow {
  const steps = list.map((plan, index): Step => {
    const needs = plan.needs.map((need) => `s${need}`);
    const [first] = needs;
    const conditions = {
      none: undefined,
      false: "1 > 2",
      true: "1 < 2",
      needs: first === undefined ? undefined : `steps.${first}.status == 'completed'`,
    };
    const condition = conditions[plan.condition];
    return tool(`s${index}`, plan.does, {
      needs,
      onError: plan.continues ? "continue" : "fail",
      ...(condition === undefined ? {} : { if: condition }),
      ...(plan.does === "ok"
        ? {}
        : { retry: { attempts: 1, backoff: "constant", delayMs: plan.delayMs, maxDelayMs: plan.delayMs } }),
    });
  });
  const outputs = Object.fromEntries(list.map((_, index) => [`o${index}`, `steps.s${index}.output`]));
  return workflow(steps, { outputs });
}

function operations(calls: string[]): Readonly<Record<string, Operation>> {
  const failed = () => ({ status: "failed" as const, error: toErrorInfo(new AiwError("tool_failed", "no")) });
  const note = (operation: Operation): Operation => {
    return (input, context) => {
      calls.push(context.step);
      return operation(input, context);
    };
  };
  return {
    ok: note((_, { step }) => `result of ${step}`),
    fail: note(failed),
    flaky: note((_, { attempt, step }) => (attempt === 1 ? failed() : `result of ${step}`)),
  };
}

/** A store that holds the first events of a run whose worker has died. */
async function seed(events: readonly StoredEvent[], clock: ReturnType<typeof createFakeClock>): Promise<RunStore> {
  const store = createMemoryRunStore({ clock });
  const [first] = events;
  if (first?.type !== "run.created") throw new Error("no journal");
  const { hash, workflow: flow } = first.data;
  const owner = { host: "here", boot: "b", pid: 0, startedAt: "0" };
  const beat = { worker: "dead", owner, now: clock.now(), ttlMs: 1, graceMs: 1, held: [] };
  let seq = 0;
  let fence = 1;
  for (const { v: _v, run, seq: _seq, at, ...event } of events) {
    const create = seq === 0 ? { create: { request: hash, name: flow.name, format: 1, worker: "dead" } } : {};
    if (event.type === "run.claimed" && event.data.fence > fence) {
      const id = `release-${seq}`;
      await store.append([{ run, id, expect: seq, fence, events: [], at, release: { dueAt: 0 } }]);
      await store.poll({ ...beat, claim: { max: 1, formats: [1] } });
      fence = event.data.fence;
    }
    const [answer] = await store.append([
      { run, id: `seed-${seq}`, expect: seq, fence, events: [event], at, ...create },
    ]);
    expect(answer?.ok).toBe(true);
    seq += 1;
  }
  await store.poll({ ...beat, leave: true });
  return store;
}

/** Seven steps may wait 45 s each, one after the other. */
const patient = { hasFiles: false, steps: 2_000 };

it("resumes from every prefix of a journal with the same outcome and never repeats a completed step", async () => {
  let prefixes = 0;
  const isFull = process.env.AIW_TEST_FULL === "1";
  await fc.assert(
    fc.asyncProperty(plans, async (list) => {
      const clock = createFakeClock();
      const first = createWorld({ clock, operations: operations([]) });
      const started = await first.engine.start({ workflow: toWorkflow(list), origin, run: "r" });
      const expected = await within(clock, started.done, patient);
      await first.engine.close();
      const events = (await first.events("r")).slice(0, -1);
      for (let length = 1; length <= events.length; length += 1) {
        prefixes += 1;
        await resumeFrom(events.slice(0, length), expected);
      }
    }),
    { numRuns: isFull ? 400 : 40 },
  );
  expect(prefixes).toBeGreaterThan(isFull ? 3_000 : 200);
});

async function resumeFrom(
  prefix: readonly StoredEvent[],
  expected: { status: string; outputs: unknown; steps: unknown },
) {
  const clock = createFakeClock(prefix.at(-1)?.at);
  const store = await seed(prefix, clock);
  const calls: string[] = [];
  const { engine, spawner } = createWorld({ clock, store, operations: operations(calls) });
  const handle = await within(clock, engine.resume("r"), patient);
  const summary = await within(clock, handle.done, patient);
  expect(summary.status).toBe(expected.status);
  expect(summary.outputs).toEqual(expected.outputs);
  if (expected.status === "completed") expect(summary.steps).toEqual(expected.steps);
  const completed = prefix.filter((event) => event.type === "step.completed").map((event) => event.step);
  expect(calls.filter((step) => completed.includes(step))).toEqual([]);
  expect([...spawner.swept].sort()).toEqual(runningAt(prefix).sort());
  await checkJournal(store);
  await engine.close();
}

/** Tokens of the attempts that were alive at the end of a journal. */
function runningAt(events: readonly StoredEvent[]): string[] {
  const running = new Map<string, string>();
  for (const event of events) {
    if (event.type === "step.started") {
      const { attempt, fence } = event.data;
      running.set(event.step, attemptToken({ run: event.run, step: event.step, attempt, fence }));
    } else if (event.type === "step.completed" || event.type === "step.attempt_failed") running.delete(event.step);
  }
  return [...running.values()];
}

/** Numbers without gaps, keys stable for each step and unique over steps, attempts counted up, one end. */
async function checkJournal(store: RunStore) {
  const events = await eventsOf(store, "r");
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  const keys = new Map<string, string>();
  const attempts = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "step.started") continue;
    expect(keys.get(event.step) ?? event.data.key).toBe(event.data.key);
    keys.set(event.step, event.data.key);
    expect(event.data.attempt).toBe((attempts.get(event.step) ?? 0) + 1);
    attempts.set(event.step, event.data.attempt);
  }
  expect(new Set(keys.values()).size).toBe(keys.size);
  const ends = events.filter((event) => ["run.completed", "run.failed", "run.cancelled"].includes(event.type));
  expect(ends).toHaveLength(1);
  const done = events.filter((event) => event.type === "step.completed").map((event) => event.step);
  expect(new Set(done).size).toBe(done.length);
}
