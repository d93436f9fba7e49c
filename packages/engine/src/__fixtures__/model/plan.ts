/** A random workflow before it is one: small enough to be read, and all that the reference needs to know. */
export interface FlowPlan {
  readonly name: string;
  readonly steps: readonly StepPlan[];
  readonly onFailure: readonly StepPlan[];
  readonly finally: readonly StepPlan[];
}

/** One step. */
export interface StepPlan {
  readonly id: string;
  readonly does: Does;
  readonly needs: readonly string[];
  /** `if`: never, or when this step completed. */
  readonly condition?: "never" | { readonly completed: string };
  readonly items?: { readonly over: "list" | "expression" | "matrix"; readonly count: number; readonly most?: number };
  /** Fails so often; only this item of a `foreach`, only this round of a loop. */
  readonly trouble?: { readonly item: number; readonly round: number; readonly times: number };
  readonly retry?: RetryPlan;
  readonly continues: boolean;
  /** `until` is true after so many rounds; of other kinds than tools: never, when it is more than one. */
  readonly repeat?: { readonly enough: number; readonly max: number; readonly everyMs: number; readonly from?: string };
  /** Fails so often. */
  readonly undo?: { readonly times: number; readonly retry?: RetryPlan };
}

/** Extra attempts. */
export interface RetryPlan {
  readonly attempts: number;
  readonly delayMs: number;
}

/** What a step does. */
export type Does =
  | { readonly kind: "tool" }
  | { readonly kind: "approval"; readonly min: number; readonly timeoutMs?: number }
  | { readonly kind: "signal"; readonly name: string; readonly timeoutMs?: number }
  | { readonly kind: "timer"; readonly forMs: number }
  | { readonly kind: "use"; readonly child: FlowPlan };

/** Values that a step with items goes over. */
export function itemValues({ over, count }: NonNullable<StepPlan["items"]>): readonly number[] {
  const first = Array.from({ length: count }, (_, index) => index);
  return over === "matrix" ? first.flatMap((value) => [value, value + 10]) : first;
}

/** Is there anything to undo in a sub-workflow that completed? */
export function mayBeUndone(step: StepPlan): boolean {
  if (step.undo !== undefined) return true;
  return step.does.kind === "use" && step.does.child.steps.some(mayBeUndone);
}

/** Steps of a loop, first to last; undefined for steps that are in none. */
export function loopOf({ steps }: FlowPlan, id: string): readonly StepPlan[] | undefined {
  for (const [end, { repeat }] of steps.entries()) {
    if (repeat?.from === undefined) continue;
    const begin = steps.findIndex((step) => step.id === repeat.from);
    const loop = steps.slice(begin, end + 1);
    if (loop.some((step) => step.id === id)) return loop;
  }
  return undefined;
}

/** How often an attempt at this place fails before it succeeds. */
export function failuresAt(plan: FlowPlan, step: StepPlan, place: { readonly item?: number; readonly round: number }): number {
  const { trouble, items, repeat, id } = step;
  if (trouble === undefined) return 0;
  const isItem = items === undefined || place.item === trouble.item;
  const hasRounds = repeat !== undefined || loopOf(plan, id) !== undefined;
  return isItem && (!hasRounds || place.round === trouble.round) ? trouble.times : 0;
}

/** The plan as a few lines of text. */
export function describePlan(plan: FlowPlan, indent = ""): string {
  const sections = [
    ["steps", plan.steps],
    ["on failure", plan.onFailure],
    ["finally", plan.finally],
  ] as const;
  const lines = sections.flatMap(([title, steps]) => {
    if (steps.length === 0) return [];
    return [`${indent}${plan.name} ${title}:`, ...steps.flatMap((step) => describeStep(step, `${indent}  `))];
  });
  return lines.join("\n");
}

function describeStep({ id, does, needs, ...more }: StepPlan, indent: string): string[] {
  const { kind, ...how } = does;
  const { child, ...rest } = "child" in how ? how : { ...how, child: undefined };
  const said = Object.entries({ needs, ...rest, ...more }).filter(([, value]) => {
    return value !== undefined && value !== false && JSON.stringify(value) !== "[]";
  });
  const text = said.map(([name, value]) => `${name} ${JSON.stringify(value).replaceAll('"', "")}`).join(", ");
  const line = `${indent}${id}: ${kind}${text === "" ? "" : ` (${text})`}`;
  return child === undefined ? [line] : [line, describePlan(child, `${indent}  `)];
}
