import { oneLine } from "../output/format.js";
import type { Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import {
  allRules,
  type Flow,
  type FlowNode,
  type FlowSection,
  flattenFlow,
  sectionNotes,
  sectionTitles,
} from "./flow.js";

/** One row a step, one bracket a level: what stands inside a bracket may run in parallel. */
export function renderText(flow: Flow, style: Style): string {
  return [...flattenFlow(flow)]
    .map(({ flow: each, path }) => {
      const title = [...path, each.name].map((name) => oneLine(name, 200)).join(" › ");
      return each.sections.map((section) => renderSection(section, title, style)).join("\n\n");
    })
    .join("\n\n");
}

function renderSection(section: FlowSection, name: string, style: Style): string {
  const levels = [...Map.groupBy(section.nodes, ({ level }) => level)].sort(([a], [b]) => a - b);
  const rows = levels.flatMap(([level, nodes]) =>
    nodes.map((node, index) => [index === 0 ? String(level) : "", ...cellsOf(node, bracket(index, nodes.length))]),
  );
  const columns = [0, 1, 2, 3, 4, 5].filter((column) => rows.some((row) => row[column] !== ""));
  const shown = rows.map((row) => columns.map((column) => row[column] ?? ""));
  const table = formatTable(shown, (cell, column) => (columns[column] === 1 ? cell : style.dim(cell)));
  const widest = Math.max(0, ...levels.map(([, nodes]) => nodes.length));
  return `${headOf(section, { name, widest }, style)}\n\n${table}`;
}

function headOf(
  { kind, nodes }: FlowSection,
  { name, widest }: { readonly name: string; readonly widest: number },
  style: Style,
): string {
  const count = `${nodes.length} ${nodes.length === 1 ? "step" : "steps"}`;
  if (kind === "steps") {
    const parallel = widest > 1 ? `, up to ${widest} in parallel` : "";
    return `${style.bold(name)}  ${style.dim(`${count}${parallel}`)}`;
  }
  return `${style.bold(sectionTitles[kind])}  ${style.dim(`${count}, ${sectionNotes[kind]}`)}`;
}

function cellsOf(node: FlowNode, mark: string): readonly string[] {
  const { title, id, about, times, after } = node;
  return [
    `${mark} ${oneLine(title, 60)}`,
    id,
    oneLine(times === undefined ? about : `${about} ${times}`, 50),
    after.length === 0 ? "" : `after ${oneLine(after.join(", "), 100)}`,
    oneLine(allRules(node).join("; "), 120),
  ];
}

function bracket(index: number, count: number): string {
  if (count === 1) return "●";
  if (index === 0) return "┌";
  return index === count - 1 ? "└" : "│";
}
