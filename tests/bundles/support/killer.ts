import type { RunningCli } from "../../support/cli.js";
import type { Random } from "../../support/random.js";
import type { Watcher } from "./bench.js";

/** How much there is to be done in an undisturbed run. */
export interface Counts {
  readonly requests: number;
  readonly effects: number;
}

/** Kills programs between what a service did and its answer. */
export interface Killer {
  /** For the services of a bench. */
  readonly onCarriedOut: Watcher;
  /** Names the program to kill. */
  aim(running: RunningCli): void;
  /** How many requests there were. */
  seen(): number;
  /** After which requests it killed. */
  points(): readonly string[];
}

/**
 * Kills the process group of the aimed program at random: first after some request, then twice or more after something
 * that a request changed; at once, or up to 300 ms later. The answer of that request never arrives.
 */
export function createKiller(random: Random, plan?: { readonly kills: number; readonly counts: Counts }): Killer {
  const points: string[] = [];
  const changes = changesToHit(random, plan);
  const first = plan === undefined ? 0 : 1 + Math.floor(random() * (plan.counts.requests / 2));
  let target: RunningCli | undefined;
  let seen = 0;
  let lastEffects = 0;

  const isDue = (effects: number, isChange: boolean) => {
    if (plan === undefined || points.length >= plan.kills) return false;
    if (points.length === 0) return seen >= first || isChange;
    return isChange && effects >= (changes[points.length - 1] ?? 0);
  };
  return {
    async onCarriedOut(request, effects) {
      seen += 1;
      const isChange = effects > lastEffects;
      lastEffects = effects;
      if (!isDue(effects, isChange)) return;
      points.push(`${seen} ${request}`);
      const delayMs = random() < 0.5 ? 0 : random() * 300;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (target !== undefined) killGroup(target.pid);
    },
    aim(running) {
      target = running;
    },
    seen: () => seen,
    points: () => points,
  };
}

/** After which change each kill but the first comes: different ones, in order. */
function changesToHit(random: Random, plan: { readonly kills: number; readonly counts: Counts } | undefined): number[] {
  if (plan === undefined) return [];
  const all = Array.from({ length: plan.counts.effects }, (_, index) => index + 1);
  const chosen = all.map((change) => ({ change, order: random() })).toSorted((one, other) => one.order - other.order);
  return chosen
    .slice(0, plan.kills - 1)
    .map(({ change }) => change)
    .toSorted((one, other) => one - other);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
