import { openProject } from "@aiw/runtime";
import { type AgentReport, agentIds, agentState, healthJson, readAgents } from "../agents/health.js";
import { type CliContext, printJson, printLine } from "../context.js";
import { oneLine } from "../output/format.js";
import { createStyle, type Style } from "../output/style.js";
import { formatTable } from "../output/table.js";

/** `aiw agent list`: the agents of the project and how they are. */
export async function agentListCommand(context: CliContext): Promise<number> {
  const project = await openProject({ cwd: context.cwd, env: context.env });
  try {
    const reports = await readAgents(project, agentIds(project), context);
    const { auto } = project.agents;
    if (context.json) printJson(context, { agents: reports.map(healthJson), auto });
    else printLine(context, renderAgents(reports, auto, createStyle(context.color)));
    return 0;
  } finally {
    await project.close();
  }
}

const words = {
  ready: "ready",
  not_logged_in: "not logged in",
  not_installed: "not installed",
  broken: "does not work",
} as const;

/** The table and, where one is needed, the next step. */
export function renderAgents(reports: readonly AgentReport[], auto: readonly string[], style: Style): string {
  const states = reports.map(({ health }) => agentState(health));
  const head = ["  agent", "state", "version", "auto", "about"];
  const rows = reports.map(({ id, about, health }, index) => {
    const state = states[index] ?? "broken";
    const place = auto.indexOf(id);
    const mark = state === "ready" ? "✔" : state === "not_installed" ? "·" : "▲";
    return [
      `${mark} ${id}`,
      words[state],
      oneLine(health.version ?? "", 20),
      place < 0 ? "" : String(place + 1),
      oneLine(about, 100),
    ];
  });
  const table = formatTable([head, ...rows], (cell, column, row) => {
    if (row === 0) return style.dim(cell);
    if (column > 1) return style.dim(cell);
    const state = states[row - 1];
    return state === "ready" ? style.green(cell) : state === "not_installed" ? style.dim(cell) : style.yellow(cell);
  });
  const usable = auto.find((id) => reports.some((report) => report.id === id && report.health.ok));
  const next =
    usable === undefined
      ? "no agent is ready for `agent: auto`; `aiw agent info NAME` says what to do"
      : `\`agent: auto\` takes ${usable}`;
  return `${table}\n\n${next}`;
}
