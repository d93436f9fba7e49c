import fc from "fast-check";
import { expect, it } from "vitest";
import { plans } from "./__fixtures__/model/plan-arbitrary.js";
import { type Fate, playPlan } from "./__fixtures__/model/random-run.js";

const isFull = process.env.AIW_TEST_FULL === "1";
const runs = Number(process.env.AIW_TEST_RUNS ?? (isFull ? 1_000 : 60));
// The quick suite looks at the same workflows each time; new ones are for whoever has the time to look into them.
const seed = Number(process.env.AIW_TEST_SEED ?? (isFull ? Date.now() % 1_000_000_000 : 20261123));
const path = process.env.AIW_TEST_PATH;

const fates: fc.Arbitrary<Fate> = fc.record({
  choices: fc.array(fc.nat(1_000), { maxLength: 80 }),
  engines: fc.integer({ min: 1, max: 2 }),
  crashes: fc.nat(3),
  cancels: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) }),
  resumes: fc.nat(2),
});

it(`${runs} random workflows do what plain sequential code says, whatever the order of answers and deaths (seed ${seed})`, async () => {
  const property = fc.asyncProperty(plans(), fates, (plan, fate) => playPlan(plan, fate));
  const result = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path === undefined ? {} : { path }),
    endOnFailure: path !== undefined,
  });
  if (!result.failed) return;
  const { counterexamplePath, numShrinks, counterexample, errorInstance } = result;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const again = `AIW_TEST_SEED=${seed} AIW_TEST_PATH=${counterexamplePath ?? ""}`;
  expect.fail(
    `${why}\n${JSON.stringify(counterexample?.[1])}\nafter ${numShrinks} simplifications; again with ${again}`,
  );
}, 3_600_000);
