import { nearest } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { Ref, StepDraft } from "../settings/step-draft.js";
import { closures } from "./closure.js";
import { helpForStep } from "./known-steps.js";

/** Who waits for whom in a file. */
export interface Waits {
  /** Does the step wait for the other, directly or through others? */
  has(step: number, other: number): boolean;
  /**
   * Ids for the model: those written, or without `needs:` the steps above that no other step above waits for, which
   * is the same as waiting for all of them.
   */
  needsOf(step: number): readonly string[];
}

/** Most cycles of a file that are reported: a tangle has as many as it has edges, and each names its whole path. */
const maxCycles = 20;

/**
 * Resolves `needs:`, and reports names that no step has and cycles.
 *
 * @param drafts - The steps of `## Steps`; their places are their indexes.
 */
export function resolveWaits(drafts: readonly StepDraft[], ids: ReadonlyMap<string, number>, report: Report): Waits {
  const written = drafts.map((draft) =>
    draft.needs?.flatMap((need) => known(need, ids, { count: drafts.length, report })),
  );
  // A misspelt name was most likely meant for what the step reads: that it does not wait for it would be an echo.
  const isMeant = (step: number, other: number) =>
    drafts[step]?.needs?.some(({ id }) => !ids.has(id) && nearest(id, [drafts[other]?.id ?? ""]) !== undefined) ===
    true;
  const edges = edgesOf(written);
  const order = sortOrReport(edges, drafts, report);
  const closure = closures(order, edges, drafts.length);
  const implied = frontiers(written);
  return {
    has: (step, other) => closure(step, other) || isMeant(step, other),
    needsOf: (step) => {
      const needs = written[step] ?? implied[step] ?? [];
      return [...new Set(needs)].flatMap((need) => drafts[need]?.id ?? []);
    },
  };
}

function known(
  need: Ref,
  ids: ReadonlyMap<string, number>,
  { count, report }: { readonly count: number; readonly report: Report },
): readonly number[] {
  const index = ids.get(need.id);
  if (index !== undefined && index < count) return [index];
  if (index !== undefined) {
    const message = `'${need.id}' is no step of '## Steps': it runs when all of those are done`;
    report.add("E033", need, message, "remove it from needs");
  } else if (!report.isFull()) report.add("E033", need, `there is no step '${need.id}'`, helpForStep(need.id, ids));
  return [];
}

/**
 * Edges from each node to what it waits for. Nodes 0 to n-1 are the steps; node n+i stands for "all steps before i", so
 * that a file without `needs:` has few edges.
 */
export type Edges = readonly (readonly number[])[];

function edgesOf(written: readonly (readonly number[] | undefined)[]): Edges {
  const count = written.length;
  const steps = written.map((needs, step) => needs ?? (step === 0 ? [] : [count + step]));
  const before = written.map((_, step) => (step === 0 ? [] : step === 1 ? [0] : [step - 1, count + step - 1]));
  return [...steps, ...before];
}

/** Nodes after everything they wait for; an edge that closes a cycle is reported and left out. */
function sortOrReport(edges: Edges, drafts: readonly StepDraft[], report: Report): readonly number[] {
  let cycles = 0;
  const order: number[] = [];
  const state = new Uint8Array(edges.length);
  for (let start = 0; start < edges.length; start += 1) {
    if (state[start] !== 0) continue;
    const stack = [{ node: start, next: 0 }];
    state[start] = 1;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const target = edges[top.node]?.[top.next];
      top.next += 1;
      if (target === undefined) {
        state[top.node] = 2;
        order.push(top.node);
        stack.pop();
      } else if (state[target] === 0) {
        state[target] = 1;
        stack.push({ node: target, next: 0 });
      } else if (state[target] === 1 && cycles < maxCycles) {
        cycles += 1;
        const from = stack.findIndex(({ node }) => node === target);
        reportCycle([...stack.slice(from).map(({ node }) => node), target], drafts, report);
      }
    }
  }
  return order;
}

function reportCycle(nodes: readonly number[], drafts: readonly StepDraft[], report: Report): void {
  const steps = nodes.filter((node) => node < drafts.length);
  // A cycle that was entered through an "all before" node does not begin with a step.
  const [first] = steps;
  if (first !== undefined && steps.at(-1) !== first) steps.push(first);
  const ids = steps.map((step) => drafts[step]?.id ?? "");
  const shown = ids.length > 12 ? [...ids.slice(0, 10), "…", ...ids.slice(-1)] : ids;
  const place = steps.flatMap((step, at) => drafts[step]?.needs?.filter(({ id }) => id === ids[at + 1]) ?? []).at(0);
  const at = place ?? drafts[first ?? 0]?.idAt ?? { start: 0, end: 1 };
  report.add("E032", at, `these steps wait for each other: ${shown.join(" → ")}`, "remove one of these needs");
}

/** For each step the steps above that no other step above names in its needs. */
function frontiers(written: readonly (readonly number[] | undefined)[]): readonly (readonly number[] | undefined)[] {
  let open = new Set<number>();
  return written.map((needs, step) => {
    const implied = needs === undefined ? [...open] : undefined;
    if (needs === undefined) open = new Set();
    else for (const need of needs) open.delete(need);
    open.add(step);
    return implied;
  });
}
