import type { Step } from "../model/step.js";

/** Who waits for whom. */
export interface StepGraph {
  readonly steps: ReadonlyMap<string, Step>;
  /** Steps that wait for the step, in the order of the file. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** Number of distinct steps that the step waits for. */
  readonly needs: ReadonlyMap<string, number>;
  /** The loop that a step is part of: `repeat` with `from`. */
  readonly loops: ReadonlyMap<string, StepLoop>;
}

/** Steps that are repeated together. */
export interface StepLoop {
  /** In the order of the file; the last one has the `repeat`. */
  readonly steps: readonly string[];
  readonly members: ReadonlySet<string>;
  readonly last: string;
}

/** The graph of steps whose ids and needs were checked. Needs that name no step count as never done. */
export function buildGraph(steps: readonly Step[]): StepGraph {
  const dependents = new Map<string, string[]>(steps.map((step) => [step.id, []]));
  const needs = new Map<string, number>();
  for (const step of steps) {
    const distinct = new Set(step.needs);
    needs.set(step.id, distinct.size);
    for (const need of distinct) dependents.get(need)?.push(step.id);
  }
  return { steps: new Map(steps.map((step) => [step.id, step])), dependents, needs, loops: loopsOf(steps) };
}

function loopsOf(steps: readonly Step[]): ReadonlyMap<string, StepLoop> {
  const loops = new Map<string, StepLoop>();
  for (const [index, { id, repeat }] of steps.entries()) {
    if (repeat?.from === undefined) continue;
    const from = steps.findIndex((step) => step.id === repeat.from);
    if (from < 0 || from > index) continue;
    const ids = steps.slice(from, index + 1).map((step) => step.id);
    const loop = { steps: ids, members: new Set(ids), last: id };
    for (const each of ids) loops.set(each, loop);
  }
  return loops;
}

/** What is wrong with a graph. */
export type GraphProblem =
  /** Paths of items, rounds and Undos could not be told from it, or objects could not hold it. */
  | { readonly kind: "id"; readonly step: string }
  | { readonly kind: "duplicate"; readonly step: string }
  | { readonly kind: "unknown"; readonly step: string; readonly need: string }
  /** The last step of a loop does not wait for this one of its steps; or `from` names no earlier step. */
  | { readonly kind: "loop"; readonly step: string; readonly member: string }
  /** Each waits for the next, the last is the first again. */
  | { readonly kind: "cycle"; readonly path: readonly string[] };

const maxIdLength = 200;
/** Names that every object has, or that change what an object is. */
const objectNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

function isStepId(id: string): boolean {
  return id !== "" && id.length <= maxIdLength && !/[[\]#!]/.test(id) && !objectNames.has(id);
}

/** Ids that cannot be ids or stand twice, needs that name no step, and one cycle where there is any. */
export function checkGraph(steps: readonly Step[]): readonly GraphProblem[] {
  const problems: GraphProblem[] = [];
  const known = new Set<string>();
  for (const { id } of steps) {
    if (!isStepId(id)) problems.push({ kind: "id", step: id });
    if (known.has(id)) problems.push({ kind: "duplicate", step: id });
    known.add(id);
  }
  for (const step of steps) {
    for (const need of step.needs) if (!known.has(need)) problems.push({ kind: "unknown", step: step.id, need });
  }
  const cycle = findCycle(steps);
  if (cycle !== undefined) problems.push({ kind: "cycle", path: cycle });
  else problems.push(...loopProblems(steps));
  return problems;
}

/** All of a loop's steps have to be over when its last one ends, or the next round would begin beside them. */
function loopProblems(steps: readonly Step[]): readonly GraphProblem[] {
  const loops = loopsOf(steps);
  const needs = new Map(steps.map((step) => [step.id, step.needs]));
  return steps.flatMap((step): readonly GraphProblem[] => {
    if (step.repeat?.from === undefined) return [];
    const loop = loops.get(step.id);
    if (loop?.last !== step.id) return [{ kind: "loop", step: step.id, member: step.repeat.from }];
    const before = new Set<string>();
    const open = [step.id];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (before.has(id)) continue;
      before.add(id);
      open.push(...(needs.get(id) ?? []));
    }
    return loop.steps.filter((id) => !before.has(id)).map((member) => ({ kind: "loop", step: step.id, member }));
  });
}

/** Ids in an order in which every step comes after what it waits for; steps on a cycle are left out. */
export function topologicalOrder(steps: readonly Step[]): readonly string[] {
  const waits = waitsOf(steps);
  const dependents = new Map<string, string[]>(steps.map((step) => [step.id, []]));
  for (const [id, needs] of waits) for (const need of needs) dependents.get(need)?.push(id);
  const open = new Map([...waits].map(([id, needs]) => [id, needs.size]));
  const order = steps.filter((step) => open.get(step.id) === 0).map((step) => step.id);
  for (const id of order) {
    for (const dependent of dependents.get(id) ?? []) {
      const left = (open.get(dependent) ?? 0) - 1;
      open.set(dependent, left);
      if (left === 0) order.push(dependent);
    }
  }
  return order;
}

/** What each step waits for: its needs, and of loops that it is no part of also the last step. */
function waitsOf(steps: readonly Step[]): ReadonlyMap<string, ReadonlySet<string>> {
  const loops = loopsOf(steps);
  const gateOf = (need: string, id: string) => {
    const loop = loops.get(need);
    return loop === undefined || loop.members.has(id) ? [] : [loop.last];
  };
  return new Map(steps.map(({ id, needs }) => [id, new Set([...needs, ...needs.flatMap((need) => gateOf(need, id))])]));
}

/** All steps that wait for the step, directly or through others. */
export function stepsAfter(graph: StepGraph, step: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(graph.dependents.get(step) ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(graph.dependents.get(id) ?? []));
  }
  return found;
}

function findCycle(steps: readonly Step[]): readonly string[] | undefined {
  const sorted = new Set(topologicalOrder(steps));
  const waits = waitsOf(steps);
  const known = new Map(steps.map((step) => [step.id, step]));
  // Whoever is left waits for something that is left too: following needs must come back to where it was.
  const left = steps.filter((step) => !sorted.has(step.id) && step.needs.every((need) => known.has(need)));
  const start = left[0];
  if (start === undefined) return undefined;
  const path = [start.id];
  for (let step: Step | undefined = start; step !== undefined; ) {
    const needs: readonly string[] = [...(waits.get(step.id) ?? [])];
    const next = needs.find((need) => known.has(need) && !sorted.has(need));
    if (next === undefined) return undefined;
    const seen = path.indexOf(next);
    path.push(next);
    if (seen >= 0) return path.slice(seen);
    step = known.get(next);
  }
  return undefined;
}
