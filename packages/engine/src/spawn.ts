import type { NewMessage, RunState, StepState } from "@aiw/core";
import type { ChildParent, Children } from "./driver-types.js";
import type { ChildStart } from "./start.js";
import type { Tick } from "./tick.js";

/** What a sub-workflow's run is told when its step starts: nothing when it is new, else to go on or to undo. */
export function startMessages(
  state: RunState,
  child: ChildStart,
  { path, attempts }: StepState,
): readonly NewMessage[] {
  if (child.mode === "start" && !child.isKnown) return [];
  const { run, epoch, at } = state;
  const type = child.mode === "undo" ? "undo" : "resume";
  const id = `${type}:${run}:${path}:${epoch}:${attempts}`;
  return [{ run: child.run, id, type, data: { by: `run ${run}`, reopen: true }, at }];
}

/** How hard a sub-workflow's run is stopped. */
export interface ChildStop {
  readonly undo: boolean;
  readonly drain: boolean;
  readonly force: boolean;
}

/** What a sub-workflow is told when its parent stops, or waits no longer: in each attempt each degree of hardness once. */
export function cancelMessage(
  { run, epoch, at }: RunState,
  { child, path, attempts }: Pick<StepState, "path" | "attempts"> & { readonly child: string },
  stop: ChildStop,
): NewMessage {
  const data = { by: `run ${run}`, reason: "its parent stops", ...stop };
  return { run: child, id: `cancel:${run}:${path}:${epoch}:${attempts}:${hardnessOf(stop)}`, type: "cancel", data, at };
}

/** A word for how hard the stop is. */
export function hardnessOf({ force, drain, undo }: ChildStop): string {
  if (force) return "force";
  return `${drain ? "drain" : "stop"}${undo ? "-undo" : ""}`;
}

/** After a commit: runs of sub-workflows that were created or told something, and those that wait since the last owner. */
export function lookAfterChildren(
  parent: ChildParent,
  tick: Tick,
  { children, isFirst }: { readonly children: Children; readonly isFirst: boolean },
): void {
  const told = new Set(tick.post.filter(({ type }) => type === "resume" || type === "undo").map(({ run }) => run));
  const found = new Set([...tick.spawn, ...tick.post].map(({ run }) => run));
  if (!isFirst && found.size === 0) return;
  for (const key of tick.state.waiting) {
    const child = tick.state.steps.get(key)?.child;
    if (child === undefined || (!isFirst && !found.has(child))) continue;
    children.adopt(child, { parent, isReopened: told.has(child) });
  }
  children.nudge();
}
