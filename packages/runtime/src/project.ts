import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Clock, isAiwError, type RunStore } from "@aiw/core";
import { createProjectAgents, type ProjectAgents } from "./agents.js";
import { loadConfig, type ProjectConfig } from "./config.js";
import { findProject } from "./home.js";

/** Where to look and what to take. */
export interface ProjectOptions {
  /** Where the caller stands. */
  readonly cwd: string;
  /** The process's environment: PATH, credentials of agents, secrets, `AIW_HOME`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** YAML file with the answers of the agent `scripted`; wins over `aiw.yaml`. */
  readonly answers?: string | undefined;
  readonly clock?: Clock | undefined;
}

/** A project opened for reading: creates no state and drives nothing. */
export interface Project {
  /** Folder of the project. */
  readonly folder: string;
  /** Folder of its state. */
  readonly home: string;
  readonly config: ProjectConfig;
  readonly agents: ProjectAgents;
  /** The run store, or undefined when the project has no state yet. */
  store(): Promise<RunStore | undefined>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** Name of the database in the state folder. */
export const databaseName = "aiw.db";

/**
 * Opens the project around `cwd` for reading.
 *
 * @throws AiwError `config_invalid`; `file_*` of the answers that the options name; `store_*` from `store()`.
 */
export async function openProject(options: ProjectOptions): Promise<Project> {
  const { project, home } = findProject(options.cwd, options.env.AIW_HOME);
  const config = await loadConfig(project);
  const answers = options.answers ?? (config.answers === undefined ? undefined : resolve(project, config.answers));
  const agents = await createProjectAgents({ project, config, env: options.env, answers });
  // Named for this call: a mistake in it is the caller's, whatever the workflow needs.
  if (options.answers !== undefined) await agents.checkAnswers();
  let opened: Promise<OpenStore> | undefined;
  return {
    folder: project,
    home,
    config,
    agents,
    async store() {
      const path = join(home, databaseName);
      if (!opened && !existsSync(path)) return undefined;
      opened ??= openForReading(path, config, options.clock === undefined ? {} : { clock: options.clock });
      return (await opened).store;
    },
    async close() {
      const open = await opened?.catch(() => undefined);
      await open?.close();
    },
  };
}

/** A run store and what closes it. */
export interface OpenStore {
  readonly store: RunStore;
  close(): Promise<void>;
}

/** Opening it once with write access brings the tables of an older version up to date. */
async function openForReading(path: string, config: ProjectConfig, options: OpenStoreOptions): Promise<OpenStore> {
  const open = () => openStore(path, config, { ...options, readonly: true });
  try {
    return await open();
  } catch (error) {
    if (!isAiwError(error, "store_readonly")) throw error;
    const writable = await openStore(path, config, options).catch(() => {
      throw error;
    });
    await writable.close();
    return await open();
  }
}

/** How a store is opened. */
export interface OpenStoreOptions {
  readonly clock?: Clock;
  /** Only read: works in a folder that cannot be written, and creates nothing. */
  readonly readonly?: boolean;
}

/** Opens the database of runs; creates it where it is missing, unless it is only read. */
export async function openStore(
  path: string,
  config: ProjectConfig,
  options: OpenStoreOptions = {},
): Promise<OpenStore> {
  const [{ openSqlite }, { createSqliteRunStore }] = await Promise.all([
    import("@aiw/storage"),
    import("@aiw/reliability/sql"),
  ]);
  const { clock, readonly = false } = options;
  const database = await openSqlite(path, { synchronous: config.durability ?? "full", readonly });
  try {
    const store = await createSqliteRunStore(database, clock === undefined ? {} : { clock });
    return {
      store,
      async close() {
        await store.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
