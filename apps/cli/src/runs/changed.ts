import { basename } from "node:path";
import { isAiwError, type Origin, type RunStore, type Workflow, workflowHash } from "@aiw/core";
import { loadWorkflow } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { oneLine } from "../output/format.js";
import { createStyle } from "../output/style.js";
import { findRun, withRunStore } from "./journal.js";

/** Says on stderr when the file of a run is no longer the workflow that the run goes on with. */
export async function warnOfChange(run: string, context: CliContext): Promise<void> {
  const change = await withRunStore(context, async (store) => {
    const found = await findRun(store, run);
    return found.row.status === "completed" ? undefined : await findChange(found.store, run);
  });
  if (change === undefined) return;
  const style = createStyle(context.color);
  context.stderr.write(
    `${style.yellow("warning:")} ${oneLine(change, 500)}; the run goes on with the workflow as it was. To use the file, start a new run\n`,
  );
}

/** What became of the file since the run was started; undefined when it is the same workflow. */
export async function findChange(store: RunStore, run: string): Promise<string | undefined> {
  const [created] = (await store.read({ run, afterSeq: 0 }, 1)).events;
  if (created?.type !== "run.created" || created.data.origin.file === undefined) return undefined;
  const { origin, workflow } = created.data;
  const name = origin.bundle ? basename(origin.folder) : basename(origin.file ?? "");
  const now = await loadNow(origin);
  if (now === "gone") return `${name} is gone`;
  if (now === "invalid") return `${name} was changed and has problems`;
  return workflowHash(now) === workflowHash(workflow) ? undefined : `${name} was changed since the run was started`;
}

async function loadNow({ file, folder, cwd, bundle }: Origin): Promise<Workflow | "gone" | "invalid"> {
  try {
    return (await loadWorkflow(bundle ? folder : (file ?? folder), cwd)).workflow ?? "invalid";
  } catch (error) {
    if (!isAiwError(error) || error.code === "internal") throw error;
    return error.code === "file_not_found" || error.code === "not_a_bundle" ? "gone" : "invalid";
  }
}
