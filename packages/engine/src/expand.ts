import {
  AiwError,
  type ErrorInfo,
  type Evaluator,
  type ForeachAxis,
  type ForeachOver,
  type Json,
  maxForeachItems,
  type RunState,
  type Scope,
  Secret,
  type StepState,
  toErrorInfo,
  type ValueTemplate,
} from "@aiw/core";
import { maxTextLength } from "./options.js";
import { isSkipped, lazyScope, mayBeSkipped, type PrepareContext } from "./preparing.js";

/** What a `foreach` leads to. */
export type Expansion =
  | { readonly do: "skip" }
  | { readonly do: "fail"; readonly error: ErrorInfo }
  | { readonly do: "expand"; readonly items: readonly Json[] };

/** Evaluates `if` and the list of a `foreach`, once for all its items. */
export function expandStep(state: RunState, row: StepState, context: PrepareContext): Expansion {
  const { foreach } = row.step;
  // Reopened: what it had gone over stays.
  if (row.items !== undefined) return { do: "expand", items: row.items };
  try {
    const scope = lazyScope(state, row, context);
    if (mayBeSkipped(state, row) && isSkipped({ row, context, scope })) return { do: "skip" };
    if (foreach === undefined) throw new AiwError("internal", `step ${row.step.id} has no foreach`);
    const items = itemsOf(foreach.over, { evaluator: context.evaluator, scope, step: row.step.id });
    assertSize(items, row.step.id);
    return { do: "expand", items };
  } catch (error) {
    return { do: "fail", error: toErrorInfo(error) };
  }
}

interface Evaluating {
  readonly evaluator: Evaluator;
  readonly scope: () => Scope;
  readonly step: string;
}

function itemsOf(over: ForeachOver, evaluating: Evaluating): readonly Json[] {
  if (!("matrix" in over)) return axisOf(over, evaluating);
  let rows: Readonly<Record<string, Json>>[] = [{}];
  const axes = Object.entries(over.matrix).map(([name, axis]) => [name, axisOf(axis, evaluating)] as const);
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  assertCount(count, evaluating.step);
  for (const [name, values] of axes) rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  return rows;
}

function axisOf(axis: ForeachAxis, { evaluator, scope, step }: Evaluating): readonly Json[] {
  if ("list" in axis) {
    assertCount(axis.list.length, step);
    return axis.list.map((template) => plain(render(template, evaluator, scope), step));
  }
  const value = evaluator.evaluate(axis.expr, scope());
  if (!Array.isArray(value)) {
    const what = value === null ? "null" : "no list";
    throw new AiwError("expression_failed", `foreach of step ${step}: ${axis.expr} is ${what}`, {
      hint: "give a list; `?? []` where there may be none",
    });
  }
  assertCount(value.length, step);
  return value.map((item: unknown) => plain(item, step));
}

function render(template: ValueTemplate, evaluator: Evaluator, scope: () => Scope): unknown {
  return template.t === "literal" ? template.value : evaluator.renderValue(template, scope());
}

function plain(value: unknown, step: string): Json {
  if (!(value instanceof Secret)) return JSON.parse(JSON.stringify(value ?? null));
  throw new AiwError("expression_failed", `foreach of step ${step} goes over a secret`, {
    hint: "secrets go into `env:` or `with:` only",
  });
}

/** Counts one by one: the combinations of a matrix share their values, and all of them as text may be far too much. */
function assertSize(items: readonly Json[], step: string): void {
  let size = 0;
  for (const item of items) {
    size += JSON.stringify(item).length + 1;
    if (size <= maxTextLength) continue;
    throw new AiwError(
      "foreach_too_large",
      `the items of step ${step} have more than ${maxTextLength} characters of JSON`,
      { hint: "write large data to files, and go over their paths" },
    );
  }
}

function assertCount(count: number, step: string): void {
  if (count <= maxForeachItems) return;
  throw new AiwError(
    "foreach_too_large",
    `foreach of step ${step} has ${count} items; one run takes ${maxForeachItems}`,
    {
      hint: "split the list, and start a run for each part",
    },
  );
}
