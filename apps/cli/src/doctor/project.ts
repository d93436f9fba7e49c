import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { checkDatabase, configFile, databaseName, type Project } from "@aiw/runtime";
import { type AgentReport, agentState } from "../agents/health.js";
import { type DoctorCheck, ok } from "./check.js";
import { faultOf, nearestExisting } from "./machine.js";

/** A project that could be opened has a valid configuration. */
export function checkConfig(project: Project): DoctorCheck {
  const file = join(project.folder, configFile);
  return ok("config", configFile, existsSync(file) ? "valid" : "none; the defaults hold");
}

/** Can the state be written, or made where there is none? */
export function checkHome(home: string): DoctorCheck {
  const [id, title] = ["state", "state folder"];
  const existing = nearestExisting(home);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch {
    return {
      id,
      title,
      status: "error",
      message: `${existing} cannot be written`,
      fix: "set AIW_HOME to a folder that you may write",
    };
  }
  if (existing === home) return ok(id, title, home);
  if (existsSync(home))
    return { id, title, status: "error", message: `${home} is no folder`, fix: "remove it, or set AIW_HOME" };
  return ok(id, title, `${home} will be made at the first run`);
}

/** Does the database open, is it of this version, and is it whole? */
export async function checkStore(project: Project): Promise<DoctorCheck> {
  const [id, title] = ["database", "database"];
  const path = join(project.home, databaseName);
  try {
    const store = await project.store();
    if (store === undefined) return ok(id, title, "none yet");
    const { runs, next } = await store.list({ limit: 1_000 });
    const problems = await checkDatabase(path);
    if (problems.length === 0)
      return ok(
        id,
        title,
        `whole, ${next === undefined ? runs.length : "over 1000"} ${runs.length === 1 ? "run" : "runs"}`,
      );
    return {
      id,
      title,
      status: "error",
      message: `damaged: ${problems[0]}`,
      fix: `move ${path} away, or restore a copy of it`,
    };
  } catch (error) {
    return { id, title, status: "error", ...faultOf(error) };
  }
}

/** One check an agent. One that the configuration names must work; of the others it is enough when one does. */
export function checkAgents(reports: readonly AgentReport[], project: Project): readonly DoctorCheck[] {
  const { auto = [], agents = {}, claude, codex } = project.config;
  const named = new Set([...auto, ...Object.keys(agents), ...(claude ? ["claude"] : []), ...(codex ? ["codex"] : [])]);
  const hasReady = reports.some(({ id, health }) => health.ok && project.agents.auto.includes(id));
  return reports.map((report) => checkAgent(report, { isNamed: named.has(report.id), hasReady }));
}

function checkAgent(
  { id, health }: AgentReport,
  about: { readonly isNamed: boolean; readonly hasReady: boolean },
): DoctorCheck {
  const [name, title] = [`agent.${id}`, `agent ${id}`];
  if (health.ok) {
    const version = health.version === undefined ? "" : ` ${health.version}`;
    if (health.warning === undefined) return ok(name, title, `ready${version}`);
    return {
      id: name,
      title,
      status: "warning",
      message: `ready${version}; ${health.warning}`,
      fix: `see \`aiw agent info ${id}\``,
    };
  }
  const { message, hint } = health.error;
  const isThere = agentState(health) !== "not_installed";
  const fault = {
    id: name,
    title,
    message: isThere ? message : "not installed",
    fix: hint ?? `see \`aiw agent info ${id}\``,
  };
  if (about.isNamed) return { ...fault, status: "error" };
  if (about.hasReady && !isThere) return ok(name, title, "not installed; another one is ready");
  return { ...fault, status: "warning" };
}
