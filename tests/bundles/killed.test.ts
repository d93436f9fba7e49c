import { describe, expect, it } from "vitest";
import { processesLeft } from "../support/processes.js";
import { createRandom, type Random } from "../support/random.js";
import { scenarios } from "./scenarios/all.js";
import { type Bench, openBench, type Scenario, withoutChance } from "./support/bench.js";
import { type Counts, createKiller, type Killer } from "./support/killer.js";

const kills = 3;
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 1_000_000);
const rounds = process.env.AIW_TEST_FULL ? 10 : 1;

/** What a run left behind, without what differs from run to run. */
interface Traces {
  readonly effects: readonly string[];
  readonly outputs: unknown;
}

describe(`kill -9 of the whole process group at ${kills} random points (seed ${seed})`, () => {
  it.each(scenarios)(
    "$bundle doubles no effect and ends the same",
    async (scenario) => {
      const random = createRandom(seed);
      const plain = await perform(scenario, random);
      for (let round = 0; round < rounds; round += 1) {
        const killed = await perform(scenario, random, plain);
        expect(killed.traces, `points ${killed.points.join(", ")}`).toEqual(plain.traces);
        expect(killed.points).toHaveLength(kills);
        console.log(`${scenario.bundle}: killed after ${killed.points.join(", ")}`);
      }
    },
    1_800_000,
  );
});

/** With the counts of an undisturbed run, it is killed. */
async function perform(scenario: Scenario, random: Random, counts?: Counts) {
  const killer = createKiller(random, counts === undefined ? undefined : { kills, counts });
  const bench = await openBench(scenario, killer.onCarriedOut);
  try {
    const summary = await drive(bench, killer);
    expect(await processesLeft(bench.project.folder)).toEqual([]);
    const effects = bench.stage.effects.map((effect) => JSON.stringify(withoutChance(effect)));
    const traces: Traces = {
      effects: effects.toSorted(),
      outputs: withoutChance(summary.outputs),
    };
    return { traces, requests: killer.seen(), effects: effects.length, points: killer.points() };
  } finally {
    await bench.close();
  }
}

/** Starts the run again after every kill, and approves what it asks. */
async function drive(bench: Bench, killer: Killer) {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    // Both go on with a run that is there; only `run` can begin one.
    const isKnown = attempt > 0 && (await bench.project.aiw(["runs", "show", "bundle-1"])).code === 0;
    const running = bench.launch(isKnown && attempt % 2 === 1 ? "resume" : "run");
    killer.aim(running);
    const result = await bench.end(running);
    if (result.signal === "SIGKILL") continue;
    if (result.code === 0) return result.summary;
    expect(result.code, JSON.stringify(result.summary.error ?? result.stderr)).toBe(20);
    const approved = await bench.approve();
    expect(approved.code, approved.stderr).toBe(0);
  }
  throw new Error("the run did not come to its end");
}
