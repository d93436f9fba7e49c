import { AiwError, foldJournal, type RunFold, type RunStore, type StoredEvent } from "@aiw/core";

const pageSize = 1_000;

/** Events of a run after a number, page by page. */
export async function* readEvents(store: RunStore, run: string, afterSeq = 0): AsyncGenerator<readonly StoredEvent[]> {
  for (let after = afterSeq; ; ) {
    const page = await store.read({ run, afterSeq: after }, pageSize);
    const last = page.events.at(-1);
    if (last === undefined) return;
    yield page.events;
    if (!page.more) return;
    after = last.seq;
  }
}

/** The run as its journal tells it. @throws AiwError `run_not_found`, `store_*`. */
export async function foldRun(store: RunStore, run: string): Promise<RunFold> {
  const events: StoredEvent[] = [];
  for await (const page of readEvents(store, run)) events.push(...page);
  if (events.length === 0) throw runNotFound(run);
  return foldJournal(events);
}

/** There is no such run. */
export function runNotFound(run: string): AiwError {
  return new AiwError("run_not_found", `there is no run ${run}`, { hint: "`aiw runs list` shows what there is" });
}
