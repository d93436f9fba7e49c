import { AiwError, type Spawner } from "@aiw/core";
import type { Lease } from "./driver-types.js";

/** Whether an attempt may still start programs. */
export interface SpawnGuard {
  readonly run: string;
  readonly lease: Lease;
  /** The run is no longer driven here. */
  readonly isOver: () => boolean;
  /** A signal from outside ended a program. */
  readonly onKilled: () => void;
}

/** Exit code by which a containment reports that SIGKILL ended its program. */
const killedExit = 137;

/**
 * The spawner of one attempt. A process that stood still between the commit of the start and the program may have been
 * replaced meanwhile, and the same attempt must not be alive twice: after a long silence a heartbeat tells first.
 */
export function createAttemptSpawner(spawner: Spawner, { run, lease, isOver, onKilled }: SpawnGuard): Spawner {
  return {
    get containment() {
      return spawner.containment;
    },
    async run(spec, signal) {
      while (!isOver() && !lease.covers()) await lease.confirm();
      if (isOver()) throw new AiwError("fenced", `run ${run} is no longer driven by this process; nothing was started`);
      const result = await spawner.run(spec, signal);
      const isKilled = result.signal !== null || result.exitCode === killedExit;
      if (result.ended === "exit" && isKilled) onKilled();
      return result;
    },
    feed: () => spawner.feed?.(),
    sweep: (tokens) => spawner.sweep(tokens),
    close: () => spawner.close(),
  };
}
