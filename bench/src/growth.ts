import { chain, inFolder, one, withEngine } from "./embedded.js";
import { cpuMs, median, type Suite } from "./report.js";

/** Does a step cost the same however many there are? CPU time, because the time of a commit varies more than what is looked for. */
export const growthSuite: Suite = {
  title: "growth, CPU time of the engine (synchronous=NORMAL)",
  async run({ short }) {
    const rounds = short ? 1 : 5;
    const long = short ? 2_000 : 20_000;
    const late: number[] = [];
    const early: number[] = [];
    for (let round = 0; round < (short ? 1 : 3); round += 1) {
      const [first, last] = await insideOneRun(long);
      early.push(first);
      late.push(last);
    }
    const thousand: number[] = [];
    const hundreds: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      hundreds.push(await runs(10, 100));
      thousand.push(await runs(1, 1_000));
    }
    return [
      {
        name: "1,000 steps in one run",
        ms: median(thousand),
        limitMs: median(hundreds),
        limit: "10 runs of 100",
        goal: 1.1,
      },
      {
        name: `the 500 steps up to ${long}`,
        ms: median(late),
        limitMs: median(early),
        limit: "up to 1,000",
        goal: 1.2,
      },
    ];
  },
};

/** CPU time of so many runs, one after the other. */
function runs(count: number, length: number): Promise<number> {
  return inFolder((folder) =>
    withEngine({ folder, synchronous: "normal" }, async (engine) => {
      // Compiles statements and code.
      await one(engine, chain(500));
      const workflow = chain(length);
      return cpuMs(async () => {
        for (let run = 0; run < count; run += 1) await one(engine, workflow);
      });
    }),
  );
}

/** CPU time of steps 500 to 1,000 and of the last 500 of one run. */
async function insideOneRun(length: number): Promise<readonly [number, number]> {
  const marks = new Map([500, 1_000, length - 500, length - 1].map((index) => [`s${index}`, 0]));
  const onStep = (step: string) => {
    if (!marks.has(step)) return;
    const { user, system } = process.cpuUsage();
    marks.set(step, (user + system) / 1_000);
  };
  await inFolder((folder) =>
    withEngine({ folder, synchronous: "normal", onStep }, async (engine) => {
      await one(engine, chain(400));
      await one(engine, chain(length));
    }),
  );
  const [from = 0, to = 0, lastFrom = 0, lastTo = 0] = marks.values();
  return [to - from, lastTo - lastFrom];
}
