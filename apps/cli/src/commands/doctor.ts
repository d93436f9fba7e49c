import { findProject, loadConfig, openProject, openSpawner, type ProjectConfig } from "@aiw/runtime";
import { agentIds, readAgents } from "../agents/health.js";
import { type CliContext, printJson, printLine } from "../context.js";
import type { DoctorCheck } from "../doctor/check.js";
import {
  checkClock,
  checkContainment,
  checkDisk,
  checkGit,
  checkLibrary,
  checkNode,
  faultOf,
} from "../doctor/machine.js";
import { checkAgents, checkConfig, checkHome, checkStore } from "../doctor/project.js";
import { oneLine } from "../output/format.js";
import { createStyle, type Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import { readVersion } from "../version.js";

/** `aiw doctor`: looks at machine and project and changes neither. Exit code 1 when something must be mended. */
export async function doctorCommand(context: CliContext): Promise<number> {
  const checks = [...(await checkMachine(context)), ...(await checkProject(context))];
  const isHealthy = checks.every(({ status }) => status !== "error");
  if (context.json)
    printJson(context, {
      healthy: isHealthy,
      aiw: readVersion(),
      platform: `${process.platform}-${process.arch}`,
      checks,
    });
  else printLine(context, renderChecks(checks, createStyle(context.color)));
  return isHealthy ? 0 : 1;
}

async function checkMachine(context: CliContext): Promise<readonly DoctorCheck[]> {
  const { home, project } = findProject(context.cwd, context.env.AIW_HOME);
  // What is wrong with the configuration is a finding of its own.
  const config: ProjectConfig = await loadConfig(project).catch(() => ({}));
  const spawner = await openSpawner(config, context.env);
  try {
    return [
      checkNode(process.versions.node),
      await checkGit(spawner, context.cwd),
      checkContainment(spawner),
      await checkLibrary(),
      checkHome(home),
      checkDisk(home),
      checkClock(Date.now()),
    ];
  } finally {
    await spawner.close();
  }
}

async function checkProject(context: CliContext): Promise<readonly DoctorCheck[]> {
  try {
    const project = await openProject({ cwd: context.cwd, env: context.env });
    try {
      const reports = await readAgents(project, agentIds(project), context);
      return [checkConfig(project), await checkStore(project), ...checkAgents(reports, project)];
    } finally {
      await project.close();
    }
  } catch (error) {
    return [{ id: "config", title: "aiw.yaml", status: "error", ...faultOf(error) }];
  }
}

const marks = { ok: "✔", warning: "▲", error: "✖" } as const;

/** The table, each fix below its check, and one line that sums up. */
export function renderChecks(checks: readonly DoctorCheck[], style: Style): string {
  const paint = { ok: style.green, warning: style.yellow, error: style.red };
  const table = formatTable(
    checks.map(({ status, title, message }) => [`${marks[status]} ${title}`, oneLine(message, 300)]),
  ).split("\n");
  const lines = checks.flatMap(({ status, fix }, index) => {
    const line = table[index] ?? "";
    const head = `${paint[status](line.slice(0, 1))}${line.slice(1)}`;
    return status === "ok" || fix === undefined ? [head] : [head, `    ${style.cyan("fix:")} ${oneLine(fix, 300)}`];
  });
  const errors = checks.filter(({ status }) => status === "error").length;
  const warnings = checks.filter(({ status }) => status === "warning").length;
  return [...lines, "", sumUp(errors, warnings)].join("\n");
}

function sumUp(errors: number, warnings: number): string {
  if (errors > 0) return `${errors} to mend${warnings > 0 ? `, ${warnings} to know about` : ""}`;
  return warnings > 0 ? `AIW works here; ${warnings} to know about` : "all is well";
}
