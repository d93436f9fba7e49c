import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Agent, createSystemClock, type Tool } from "@aiw/core";
import { createEngine, createSystemIds, type Engine } from "@aiw/engine";
import { createSpawner, readProcessIdentity } from "@aiw/process";
import { createRetryPolicy } from "@aiw/reliability";
import { createSqliteRunStore } from "@aiw/reliability/sql";
import { openSqlite } from "@aiw/storage";

/** What a service brings along. */
export interface EngineParts {
  /** Folder of the database and of temporary files. */
  readonly folder: string;
  readonly tools: readonly Tool[];
  readonly agents?: readonly Agent[];
}

/** An engine over a SQLite file, with the tools and agents of this process. */
export async function openEngine({ folder, tools, agents = [] }: EngineParts): Promise<Engine> {
  const tempFolder = join(folder, "tmp");
  mkdirSync(tempFolder, { recursive: true, mode: 0o700 });
  const database = await openSqlite(join(folder, "runs.db"));
  const store = await createSqliteRunStore(database);
  const spawner = createSpawner({ baseEnv: process.env });
  const engine = createEngine({
    ...{ store, storeId: database.storeId, spawner, tempFolder },
    ...{ clock: createSystemClock(), ids: createSystemIds(), retry: createRetryPolicy() },
    agents: async (id) => agents.find((agent) => agent.id === id),
    autoAgents: agents.map((agent) => agent.id),
    tools: async (name) => tools.find((tool) => tool.name === name),
    secrets: async () => undefined,
    worker: { owner: readProcessIdentity() },
  });
  const parts = [engine, spawner, store, database];
  return {
    ...engine,
    async close() {
      for (const part of parts) await part.close();
    },
  };
}
