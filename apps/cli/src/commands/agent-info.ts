import { AiwError, nearest } from "@aiw/core";
import { agentVariables, openProject } from "@aiw/runtime";
import { type AgentReport, agentIds, agentState, healthJson, readAgents } from "../agents/health.js";
import { type CliContext, printJson, printLine } from "../context.js";
import { formatError } from "../output/error.js";
import { oneLine, stripControl } from "../output/format.js";
import { createStyle, type Style } from "../output/style.js";
import { formatTable } from "../output/table.js";

/** `aiw agent info AGENT`: what it can do, how it is and what its process gets. */
export async function agentInfoCommand(id: string, context: CliContext): Promise<number> {
  const project = await openProject({ cwd: context.cwd, env: context.env });
  try {
    const known = agentIds(project);
    const [report] = await readAgents(project, known.includes(id) ? [id] : [], context);
    if (report === undefined) throw unknownAgent(id, known);
    const variables = await agentVariables(id, project.config, context.env);
    if (context.json)
      printJson(context, { ...healthJson(report), capabilities: report.agent?.capabilities ?? null, env: variables });
    else printLine(context, renderAgent(report, variables, createStyle(context.color)));
    return 0;
  } finally {
    await project.close();
  }
}

/** The page of one agent. */
export function renderAgent(report: AgentReport, variables: readonly string[], style: Style): string {
  const { id, about, agent, health } = report;
  const facts = [health.version === undefined ? "" : `version ${health.version}`, health.path ?? ""].filter(
    (fact) => fact !== "",
  );
  const state = agentState(health).replaceAll("_", " ");
  const parts = [
    `${style.bold(id)}  ${stripControl(about)}`,
    `${health.ok ? style.green(`✔ ${state}`) : style.yellow(`▲ ${state}`)}  ${style.dim(oneLine(facts.join("  "), 300))}`,
    ...(health.ok && health.warning !== undefined
      ? [`${style.yellow("warning:")} ${stripControl(health.warning)}`]
      : []),
    ...(health.ok ? [] : [formatError(health.error, style)]),
    ...(agent === undefined ? [] : [renderCapabilities(agent.capabilities, style)]),
    `${style.cyan("variables its process gets from yours:")} ${variables.length === 0 ? "none" : variables.map(stripControl).join(" ")}`,
  ];
  return parts.join("\n\n");
}

type Capabilities = NonNullable<AgentReport["agent"]>["capabilities"];

function renderCapabilities(can: Capabilities, style: Style): string {
  const rows = [
    [
      "typed output",
      { native: "forced by the agent itself", instruction: "asked for in the prompt, then validated", none: "no" }[
        can.structured
      ],
    ],
    ["goes on with a session", yes(can.resume)],
    ["reports tokens", { full: "yes", partial: "in part", none: "no" }[can.usage]],
    ["reports its cost", yes(can.cost)],
    ["may edit files", yes(can.edits)],
    ["`agent: auto` may choose it", yes(can.auto)],
  ];
  return formatTable(rows, (cell, column) => (column === 0 ? style.dim(cell) : cell));
}

function yes(can: boolean): string {
  return can ? "yes" : "no";
}

function unknownAgent(id: string, known: readonly string[]): AiwError {
  const near = nearest(id, known);
  return new AiwError("agent_not_found", `there is no agent '${id}'`, {
    hint: near === undefined ? `there is: ${known.join(", ")}` : `did you mean '${near}'?`,
  });
}
