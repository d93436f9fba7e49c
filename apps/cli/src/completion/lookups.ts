import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { RunStatus } from "@aiw/core";
import { listTools, loadWorkflow, openProject } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { withRunStore } from "../runs/journal.js";
import { shownStatus } from "../runs/status.js";
import type { Candidate, Lookups, WantedRuns } from "./candidates.js";

const maxEntries = 500;

const open = ["queued", "running", "suspended"] as const;
const statuses: Readonly<Record<WantedRuns, readonly RunStatus[] | undefined>> = {
  any: undefined,
  not_ended: open,
  not_completed: [...open, "failed", "cancelled"],
};

/** Looks into the working directory and the project. What cannot be read is not offered. */
export function createLookups(context: CliContext): Lookups {
  return {
    workflows: (word) => entries(word, context.cwd, (name) => /\.(md|markdown|flow\.yaml)$/.test(name)),
    files: (word) => entries(word, context.cwd, () => true),
    runs: (which) =>
      quietly(() =>
        withRunStore(context, async (store) => {
          const { runs } =
            store === undefined ? { runs: [] } : await store.list({ limit: 50, status: statuses[which] });
          return runs.map((row) => ({ value: row.run, about: `${row.name}, ${shownStatus(row, Date.now())}` }));
        }),
      ),
    agents: () =>
      quietly(async () => {
        const project = await openProject({ cwd: context.cwd, env: context.env });
        const found = project.agents.entries.map(({ id, description }) => ({ value: id, about: description }));
        await project.close();
        return found;
      }),
    tools: (workflow) => quietly(() => toolsOf(workflow, context)),
    codes: () => quietly(async () => (await import("../commands/explain.js")).listCodes()),
  };
}

async function toolsOf(path: string, context: CliContext): Promise<readonly Candidate[]> {
  const { workflow, origin } = await loadWorkflow(path, context.cwd);
  if (workflow === undefined) return [];
  return (await listTools(workflow, origin)).flatMap(({ name, tool }) =>
    (tool?.operations ?? []).map((operation) => ({
      value: `${name}.${operation.name}`,
      about: operation.description ?? tool?.description,
    })),
  );
}

/** Names in the folder that the word points into; folders end in `/`. Hidden ones only when asked for. */
function entries(word: string, cwd: string, fits: (name: string) => boolean): readonly Candidate[] {
  const cut = word.lastIndexOf("/") + 1;
  const [folder, start] = [word.slice(0, cut), word.slice(cut)];
  try {
    return readdirSync(resolve(cwd, folder), { withFileTypes: true })
      .filter((entry) => entry.name.startsWith(start) && (start !== "" || !entry.name.startsWith(".")))
      .filter((entry) => entry.isDirectory() || fits(entry.name))
      .slice(0, maxEntries)
      .map((entry) => ({ value: `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}` }));
  } catch {
    return [];
  }
}

/** A shell that completes must never see an error. */
async function quietly(work: () => Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  try {
    return await work();
  } catch {
    return [];
  }
}
