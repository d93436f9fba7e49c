import {
  AiwError,
  foldJournal,
  nearest,
  type RunRow,
  type RunStore,
  type RunSummary,
  type StoredEvent,
  summarize,
} from "@aiw/core";
import { openProject } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { rootOf } from "./root.js";

/**
 * Opens the project's run store for reading and closes it afterwards. Nothing is claimed, so another process may drive
 * the runs meanwhile; a project without state stays without.
 */
export async function withRunStore<T>(
  context: CliContext,
  work: (store: RunStore | undefined) => Promise<T>,
): Promise<T> {
  const project = await openProject({ cwd: context.cwd, env: context.env });
  try {
    return await work(await project.store());
  } finally {
    await project.close();
  }
}

/**
 * The run to look at: the one asked for, else the newest that is no sub-workflow.
 *
 * @throws AiwError `run_not_found` with the nearest id.
 */
export async function findRun(
  store: RunStore | undefined,
  run: string | undefined,
): Promise<{ store: RunStore; run: string; row: RunRow }> {
  if (store !== undefined) {
    const { runs } = await store.list({ runs: [run ?? (await newest(store))] });
    const found = runs[0];
    if (found !== undefined) return { store, run: found.run, row: found };
  }
  if (run === undefined)
    throw new AiwError("run_not_found", "there are no runs yet", { hint: "start one with `aiw run FILE`" });
  const known = store === undefined ? [] : (await store.list({ limit: 200 })).runs.map((row) => row.run);
  const near = nearest(run, known);
  throw new AiwError("run_not_found", `there is no run '${run}'`, {
    hint: near === undefined ? "`aiw runs list` shows the runs of this project" : `did you mean '${near}'?`,
  });
}

async function newest(store: RunStore): Promise<string> {
  const [last] = (await store.list({ limit: 1 })).runs;
  return last === undefined ? "" : await rootOf(store, last.run);
}

/**
 * The run's row. Refuses a run that is not there before anything opens the project for writing, which would make its
 * state folder.
 *
 * @throws AiwError `run_not_found` with the nearest id.
 */
export async function requireRun(run: string, context: CliContext): Promise<RunRow> {
  return (await withRunStore(context, (store) => findRun(store, run))).row;
}

/** The events of a run after a sequence number, page by page. */
export async function* readJournal(store: RunStore, run: string, afterSeq = 0): AsyncGenerator<readonly StoredEvent[]> {
  let seq = afterSeq;
  for (;;) {
    const { events, more } = await store.read({ run, afterSeq: seq });
    if (events.length > 0) yield events;
    seq = events.at(-1)?.seq ?? seq;
    if (!more) return;
  }
}

/** A run in short, as its journal tells it; undefined when there is no such run. */
export async function readSummary(store: RunStore, run: string): Promise<RunSummary | undefined> {
  const events: StoredEvent[] = [];
  for await (const page of readJournal(store, run)) events.push(...page);
  return events.length === 0 ? undefined : summarize(foldJournal(events).state);
}
