import { spawnSync } from "node:child_process";
import { chain, expectCompleted, many, one, wide, withEngine } from "./embedded.js";
import { timed } from "./report.js";

const steps = 100;

/** What a bench does in a process of its own, by name. Each prints one number. */
const works: Readonly<Record<string, (folder: string) => Promise<number>>> = {
  "memory-sequence": (folder) => memory(folder, (engine) => one(engine, chain(1_000))),
  "memory-parallel": (folder) => memory(folder, (engine) => one(engine, wide(1_000))),
  "memory-runs": (folder) => memory(folder, (engine) => many(engine, 1_000)),
  /** Dies in the middle of a run. */
  crash: async (folder) => {
    const onStep = (step: string) => {
      if (step === `s${steps / 2}`) process.kill(process.pid, "SIGKILL");
    };
    await withEngine({ folder, onStep }, (engine) => one(engine, chain(steps), "crashed"));
    return 0;
  },
  /** Goes on with it; prints how many steps were made. */
  resume: async (folder) => {
    let made = 0;
    const onStep = () => {
      made += 1;
    };
    await withEngine({ folder, onStep }, async (engine) => {
      const { done } = await engine.resume("crashed");
      expectCompleted([await done]);
    });
    return made;
  },
  nothing: async () => 0,
};

type Work = Parameters<typeof withEngine<void>>[1];

/** Growth of the resident memory in MiB, the libraries loaded already. */
async function memory(folder: string, work: Work): Promise<number> {
  return withEngine({ folder }, async (engine) => {
    await one(engine, chain(3));
    const before = process.memoryUsage.rss();
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 5);
    await work(engine);
    clearInterval(timer);
    return (Math.max(most, process.memoryUsage.rss()) - before) / 1_048_576;
  });
}

/** The entry of such a process. */
export async function runChild(name: string, folder: string): Promise<void> {
  const result = await works[name]?.(folder);
  process.stdout.write(`${result ?? ""}\n`);
}

/** Starts such a process and waits for its end. */
export async function inChild(
  name: string,
  folder: string,
): Promise<{ readonly ms: number; readonly value: number; readonly signal: string | null }> {
  const program = process.argv[1] ?? "";
  const env = { PATH: process.env.PATH ?? "", HOME: folder };
  let value = Number.NaN;
  let signal: string | null = null;
  const ms = await timed(() => {
    const child = spawnSync(process.execPath, [program, "--child", name, folder], { env, encoding: "utf8" });
    if (child.status !== 0 && child.signal === null) throw new Error(`${name} failed: ${child.stderr}`);
    signal = child.signal;
    value = Number(child.stdout);
  });
  return { ms, value, signal };
}
