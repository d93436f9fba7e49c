import type { Workflow } from "@aiw/core";
import { oneLine } from "../output/format.js";
import type { Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import { describeKind, describeRules } from "./describe.js";
import type { PlacedStep } from "./layout.js";

/** One row a step, one bracket a level: what stands inside a bracket may run in parallel. */
export function renderText(workflow: Workflow, placed: readonly PlacedStep[], style: Style): string {
  const levels = [...Map.groupBy(placed, ({ level }) => level)].sort(([a], [b]) => a - b);
  const rows = levels.flatMap(([level, steps]) =>
    steps.map(({ step, after }, index) => [
      index === 0 ? String(level) : "",
      `${bracket(index, steps.length)} ${oneLine(step.title, 60)}`,
      step.id,
      oneLine(describeKind(step, workflow), 50),
      after.length === 0 ? "" : `after ${oneLine(after.join(", "), 100)}`,
      oneLine(describeRules(step).join("; "), 100),
    ]),
  );
  const columns = [0, 1, 2, 3, 4, 5].filter((column) => rows.some((row) => row[column] !== ""));
  const shown = rows.map((row) => columns.map((column) => row[column] ?? ""));
  const widest = Math.max(0, ...levels.map(([, steps]) => steps.length));
  const parallel = widest > 1 ? `, up to ${widest} in parallel` : "";
  const count = `${placed.length} ${placed.length === 1 ? "step" : "steps"}`;
  const head = `${style.bold(oneLine(workflow.name, 200))}  ${style.dim(`${count}${parallel}`)}`;
  const table = formatTable(shown, (cell, column) => (columns[column] === 1 ? cell : style.dim(cell)));
  return `${head}\n\n${table}`;
}

function bracket(index: number, count: number): string {
  if (count === 1) return "●";
  if (index === 0) return "┌";
  return index === count - 1 ? "└" : "│";
}
