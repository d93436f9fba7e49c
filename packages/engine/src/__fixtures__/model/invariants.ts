import { foldJournal, isAiwError, keyOfPath, RunFold, type StoredEvent, summarize } from "@aiw/core";

/** What must be so of every journal, whatever the workflow. Returns what is not. */
export function journalFaults(events: readonly StoredEvent[]): readonly string[] {
  return [...foldFaults(events), ...startFaults(events), ...endFaults(events)];
}

/** Each beginning of a journal can be folded, and gives what folding it anew gives. */
function foldFaults(events: readonly StoredEvent[]): readonly string[] {
  const faults: string[] = [];
  let fold: RunFold | undefined;
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) faults.push(`event ${event.seq} stands at ${index + 1}`);
    try {
      if (fold === undefined) fold = new RunFold(event);
      else fold.apply(event);
      const summary = JSON.stringify(summarize(fold.state));
      const isLooked = index % 7 === 0 || index === events.length - 1;
      if (isLooked && summary !== JSON.stringify(summarize(foldJournal(events.slice(0, index + 1)).state))) {
        faults.push(`events 1 to ${index + 1} fold to another summary`);
      }
    } catch (error) {
      faults.push(`event ${event.seq} ${event.type} does not fold: ${isAiwError(error) ? error.message : String(error)}`);
      return faults;
    }
  }
  return faults;
}

/** Nothing completed is started again, a step has one key and counts its attempts, no two steps have the same key. */
function startFaults(events: readonly StoredEvent[]): readonly string[] {
  const faults: string[] = [];
  const keys = new Map<string, string>();
  const owners = new Map<string, string>();
  const attempts = new Map<string, number>();
  const alive = new Set<string>();
  const done = new Set<string>();
  const late = lateSteps(events);
  for (const event of events) {
    if (event.type === "run.reopened") {
      const reset = new Set(event.data.reset.map(keyOfPath));
      const isReset = (path: string) => path.endsWith("!undo") || reset.has(keyOfPath(path)) || late.has(path.replace(/\[.*/, ""));
      for (const path of [...done]) if (isReset(path)) done.delete(path);
      for (const path of [...keys.keys()]) if (isReset(path)) keys.delete(path);
      // Undos, and items of what runs at the end, are forgotten.
      for (const path of [...attempts.keys()]) {
        const [id = ""] = path.split("[");
        if (path.endsWith("!undo") || late.has(id.replace(/#.*/, ""))) attempts.delete(path);
      }
    }
    if (!("step" in event)) continue;
    const { step, type } = event;
    if (type === "step.started") {
      const { key, attempt } = event.data;
      if (done.has(step)) faults.push(`${step} is started again after it was done`);
      if (alive.has(step)) faults.push(`${step} is started twice`);
      if ((keys.get(step) ?? key) !== key) faults.push(`${step} has two keys`);
      if ((owners.get(key) ?? step) !== step) faults.push(`${step} has the key of ${owners.get(key)}`);
      if (attempt !== (attempts.get(step) ?? 0) + 1) faults.push(`attempt ${attempt} of ${step} follows ${attempts.get(step)}`);
      keys.set(step, key);
      owners.set(key, step);
      attempts.set(step, attempt);
      alive.add(step);
    } else if (ends.has(type)) {
      alive.delete(step);
      if (type !== "step.attempt_failed") done.add(step);
    }
  }
  return faults;
}

function lateSteps([created]: readonly StoredEvent[]): ReadonlySet<string> {
  if (created?.type !== "run.created") return new Set();
  const { onFailure = [], finally: last = [] } = created.data.workflow;
  return new Set([...onFailure, ...last].map(({ id }) => id));
}

const ends: ReadonlySet<string> = new Set([
  ...["step.completed", "step.attempt_failed", "step.failed", "step.skipped"],
  ...["step.compensated", "step.compensation_failed"],
]);

/** One end for each beginning. */
function endFaults(events: readonly StoredEvent[]): readonly string[] {
  let isOpen = true;
  const faults: string[] = [];
  for (const { type, seq } of events) {
    if (type === "run.completed" || type === "run.failed" || type === "run.cancelled") {
      if (!isOpen) faults.push(`event ${seq} ends the run once more`);
      isOpen = false;
    } else if (type === "run.reopened") isOpen = true;
    else if (!isOpen && type !== "run.claimed") faults.push(`event ${seq} ${type} comes after the end`);
  }
  return faults;
}
