import fc from "fast-check";
import type { Does, FlowPlan, RetryPlan, StepPlan } from "./plan.js";

/** A step as it comes out of the dice, before references are made to fit. */
interface RawStep {
  readonly kind: "tool" | "approval" | "signal" | "timer" | "use";
  readonly needs: readonly number[];
  readonly condition: number;
  readonly items: StepPlan["items"] | undefined;
  readonly times: number;
  readonly at: number;
  readonly retry: RetryPlan | undefined;
  readonly continues: boolean;
  readonly repeat: { readonly enough: number; readonly max: number; readonly everyMs: number } | undefined;
  readonly back: number;
  readonly undo: StepPlan["undo"] | undefined;
  readonly min: number;
  readonly waitMs: number;
  readonly expires: boolean;
  readonly child: RawFlow | undefined;
}

interface RawFlow {
  readonly steps: readonly RawStep[];
  readonly onFailure: readonly RawStep[];
  readonly finally: readonly RawStep[];
}

/** Random workflows, with sub-workflows at most so deep. */
export function plans(depth = 2): fc.Arbitrary<FlowPlan> {
  return flows(depth).map((raw) => toFlow(raw, "main"));
}

function flows(depth: number): fc.Arbitrary<RawFlow> {
  const steps = (most: number) => fc.array(rawSteps(depth), { maxLength: most });
  return fc.record({
    steps: fc.array(rawSteps(depth), { minLength: 1, maxLength: depth === 2 ? 6 : 3 }),
    onFailure: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, steps(2)),
    finally: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, steps(2)),
  });
}

/** Undefined three times out of four; the first is what it shrinks to. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

function rawSteps(depth: number): fc.Arbitrary<RawStep> {
  const retry = fc.record({ attempts: fc.integer({ min: 1, max: 2 }), delayMs: fc.constantFrom(0, 700, 3_700) });
  return fc.record({
    kind: fc.oneof(
      { weight: 6, arbitrary: fc.constant("tool" as const) },
      { weight: 2, arbitrary: fc.constantFrom("approval" as const, "signal" as const) },
      { weight: 1, arbitrary: fc.constant("timer" as const) },
      { weight: depth > 0 ? 3 : 0, arbitrary: fc.constant("use" as const) },
    ),
    needs: fc.array(fc.nat(8), { maxLength: 2 }),
    condition: fc.nat(9),
    items: seldom(
      fc.record(
        {
          over: fc.constantFrom("list" as const, "expression" as const, "matrix" as const),
          count: fc.integer({ min: 0, max: 3 }),
          most: fc.integer({ min: 1, max: 2 }),
        },
        { requiredKeys: ["over", "count"] },
      ),
    ),
    times: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) }),
    at: fc.nat(3),
    retry: seldom(retry),
    continues: fc.boolean(),
    repeat: seldom(
      fc.record({
        enough: fc.integer({ min: 1, max: 3 }),
        max: fc.integer({ min: 1, max: 3 }),
        everyMs: fc.constantFrom(0, 900),
      }),
    ),
    back: fc.nat(5),
    undo: seldom(fc.record({ times: fc.nat(2), retry }, { requiredKeys: ["times"] })),
    min: fc.integer({ min: 1, max: 2 }),
    waitMs: fc.integer({ min: 1, max: 5_000 }),
    expires: fc.integer({ min: 0, max: 3 }).map((number) => number === 3),
    child: depth > 0 ? flows(depth - 1) : fc.constant(undefined),
  });
}

function toFlow({ steps, onFailure, finally: last }: RawFlow, name: string): FlowPlan {
  const main = withLoops(steps, name);
  return {
    name,
    steps: main,
    onFailure: onFailure.map((raw, index) => toStep(raw, { id: `f${index}`, name, earlier: [], isLate: true })),
    finally: last.map((raw, index) => {
      const kind = raw.kind === "approval" ? "tool" : raw.kind;
      return toStep({ ...raw, kind }, { id: `z${index}`, name, earlier: [], isLate: true });
    }),
  };
}

interface Place {
  readonly id: string;
  /** Of the flow. */
  readonly name: string;
  readonly earlier: readonly string[];
  readonly isLate: boolean;
}

/** The loops first: no two have a step in common, the last of each is a tool and waits for all of the others. */
function withLoops(raw: readonly RawStep[], name: string): readonly StepPlan[] {
  const begins = new Map<number, number>();
  const members = new Set<number>();
  for (const [end, { repeat, back }] of raw.entries()) {
    const begin = end - back;
    if (repeat === undefined || back === 0 || begin < 0) continue;
    const loop = Array.from({ length: back + 1 }, (_, index) => begin + index);
    if (loop.some((index) => members.has(index))) continue;
    begins.set(end, begin);
    for (const index of loop) members.add(index);
  }
  return raw.map((step, index) => {
    const id = `s${index}`;
    const earlier = raw.slice(0, index).map((_, before) => `s${before}`);
    const begin = begins.get(index);
    if (begin === undefined) {
      const made = toStep(step, { id, name, earlier, isLate: false });
      const { repeat: _, ...plain } = made;
      return members.has(index) ? plain : made;
    }
    const { items: _, ...made } = toStep({ ...step, kind: "tool" }, { id, name, earlier, isLate: false });
    const needs = [...new Set([...made.needs, ...earlier.slice(begin)])];
    return { ...made, needs, ...(step.repeat === undefined ? {} : { repeat: { ...step.repeat, from: `s${begin}` } }) };
  });
}

function toStep(raw: RawStep, { id, name, earlier, isLate }: Place): StepPlan {
  const { items, times, at, continues, undo } = raw;
  const needs = [...new Set(raw.needs.flatMap((need) => earlier[need % Math.max(1, earlier.length)] ?? []))];
  const [first] = needs;
  const on = raw.condition === 1 && first !== undefined ? { completed: first } : undefined;
  const condition = raw.condition === 0 ? ("never" as const) : on;
  const does = doesOf(raw, `${name}.${id}`, items !== undefined);
  const hasTrouble = times > 0 && does.kind === "tool";
  const mayUndo = !isLate && (does.kind === "tool" || does.kind === "use");
  const mayRetry = does.kind === "tool" || does.kind === "use";
  return {
    id,
    does,
    needs,
    ...(condition === undefined ? {} : { condition }),
    ...(items === undefined ? {} : { items }),
    ...(hasTrouble ? { trouble: { item: at, round: (at % 2) + 1, times } } : {}),
    ...(mayRetry && raw.retry !== undefined ? { retry: raw.retry } : {}),
    continues,
    ...(raw.repeat === undefined ? {} : { repeat: raw.repeat }),
    ...(mayUndo && undo !== undefined ? { undo } : {}),
  };
}

function doesOf(raw: RawStep, name: string, isOverItems: boolean): Does {
  // Items that would end at the same moment have no order.
  const expires = raw.expires && !isOverItems ? { timeoutMs: raw.waitMs } : {};
  switch (raw.kind) {
    case "tool":
      return { kind: "tool" };
    case "approval":
      return { kind: "approval", min: raw.min, ...expires };
    case "signal":
      return { kind: "signal", name: raw.min === 1 ? "go" : "stop", ...expires };
    case "timer":
      return { kind: "timer", forMs: raw.waitMs };
    case "use":
      return raw.child === undefined ? { kind: "tool" } : { kind: "use", child: toFlow(raw.child, name) };
  }
}
