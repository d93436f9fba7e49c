import type { Spawner } from "@aiw/core";
import type { ProjectConfig } from "./config.js";

/** The process's environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A spawner for looking at the machine, without store and engine. The caller closes it. */
export async function openSpawner(config: ProjectConfig, env: Environment): Promise<Spawner> {
  const { createSpawner } = await import("@aiw/process");
  return createSpawner({ baseEnv: env, containment: config.containment ?? "auto" });
}

/** Names of the variables of `env` that an agent's process gets, sorted. The workflow's and the step's `env` come on top. */
export async function agentVariables(id: string, config: ProjectConfig, env: Environment): Promise<readonly string[]> {
  const [{ allowedEnvironment }, agents] = await Promise.all([import("@aiw/process"), import("@aiw/agents")]);
  const entry = config.agents && Object.hasOwn(config.agents, id) ? config.agents[id] : undefined;
  const key = config.codex?.provider?.key;
  const own = new Map<string, readonly string[]>([
    ["claude", agents.claudeEnvironment],
    ["codex", key === undefined ? agents.codexEnvironment : [...agents.codexEnvironment, key]],
  ]);
  // A program of the configuration replaces a built-in agent of the same name.
  const names = [
    ...Object.keys(allowedEnvironment(env)),
    ...(entry === undefined ? (own.get(id) ?? []) : (entry.env ?? [])),
  ];
  return [...new Set(names)].filter((name) => (env[name] ?? "") !== "").sort();
}

/**
 * What SQLite finds wrong with an existing database; empty when all is well. Opens it for reading only.
 *
 * @throws AiwError `store_*`.
 */
export async function checkDatabase(path: string): Promise<readonly string[]> {
  const { openSqlite, textOf } = await import("@aiw/storage");
  const database = await openSqlite(path, { readonly: true });
  try {
    const statement = database.prepare("PRAGMA quick_check(10)");
    const rows = await database.read(() => statement.all());
    return rows.map((row) => textOf(row, "quick_check")).filter((text) => text !== "ok");
  } finally {
    await database.close();
  }
}

/**
 * Makes a database in a folder and closes it: the database library works here.
 *
 * @throws AiwError `store_*`, `disk_full`; whatever the library throws when it cannot be loaded.
 */
export async function tryDatabase(path: string): Promise<void> {
  const { openSqlite } = await import("@aiw/storage");
  const database = await openSqlite(path, { reserveBytes: 0 });
  await database.close();
}
