import type { LeaseObserver } from "../lease-observer.js";
import type { Beat, Claim, Message, Polled, WorkerOwner } from "../ports/run-store.js";
import { causeOf, claimRun, giveBack, unreadOf } from "./memory-run.js";
import type { Memory } from "./memory-state.js";

interface Leases {
  readonly observer: LeaseObserver;
  readonly isDead: (owner: WorkerOwner) => boolean;
}

/** One heartbeat. */
export function pollOnce(memory: Memory, beat: Beat, { observer, isDead }: Leases): Polled {
  const last = memory.workers.get(beat.worker)?.beat ?? 0;
  memory.workers.set(beat.worker, { owner: beat.owner, beat: last + 1, at: beat.now, isGone: beat.leave === true });
  const gone = goneWorkers(memory, beat, { observer, isDead });
  const mineNow = [...memory.runs.values()].filter((run) => run.held && run.worker === beat.worker);
  if (beat.leave === true) {
    for (const run of mineNow) giveBack(run, beat.now);
    return { lost: [], claimed: [], messages: [] };
  }
  const dropped = observer.dropped(
    beat,
    mineNow.map(({ id, fence }) => ({ run: id, fence })),
  );
  for (const run of mineNow) if (dropped.includes(run.id)) giveBack(run, beat.now);
  const lost = beat.held.filter((id) => memory.runs.get(id)?.worker !== beat.worker);
  const claimed = claimRuns(memory, beat, gone);
  const mine = new Set([...beat.held.filter((id) => !lost.includes(id)), ...claimed.map((claim) => claim.run)]);
  const messages = [...mine].flatMap((id): readonly Message[] => {
    const run = memory.runs.get(id);
    return run?.held === true ? unreadOf(run) : [];
  });
  return { lost, claimed, messages: messages.sort((a, b) => a.pos - b.pos) };
}

function goneWorkers(memory: Memory, beat: Beat, { observer, isDead }: Leases): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const [id, worker] of memory.workers) {
    if (id === beat.worker) continue;
    const isSilent = observer.silentMs(id, worker.beat) >= beat.ttlMs + beat.graceMs;
    if (worker.isGone || isSilent || (worker.owner !== undefined && isDead(worker.owner))) gone.add(id);
  }
  observer.keep(new Set(memory.workers.keys()));
  return gone;
}

function claimRuns(memory: Memory, beat: Beat, gone: ReadonlySet<string>): readonly Claim[] {
  const { claim } = beat;
  const claimed: Claim[] = [];
  if (claim === undefined) return claimed;
  for (const run of memory.runs.values()) {
    if (claimed.length >= claim.max) break;
    if (!claim.formats.includes(run.format) || claim.runs?.includes(run.id) === false) continue;
    const { worker } = run;
    // Dropped by this worker, which asks for it again.
    const isDropped = claim.runs !== undefined && worker === beat.worker && !beat.held.includes(run.id);
    const cause = causeOf(run, isDropped || (worker !== undefined && gone.has(worker)), beat.now);
    if (cause === undefined) continue;
    const owner = worker === undefined ? undefined : memory.workers.get(worker)?.owner;
    const from =
      cause === "takeover" && worker !== undefined
        ? { from: { worker, ...(owner === undefined ? {} : { owner }) } }
        : {};
    claimed.push({ run: run.id, fence: claimRun(run, beat.worker), seq: run.seq, cause, ...from });
  }
  return claimed;
}
