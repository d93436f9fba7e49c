import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project, type RunningCli } from "../support/cli.js";
import { processesLeft } from "../support/processes.js";
import { createRandom, type Random } from "../support/random.js";

const kills = process.env.AIW_TEST_FULL ? 200 : 30;
const killsPerRun = 3;
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 1_000_000);

/** Eight steps, in part parallel. Each notes its start and end, and holds a lock for as long as it lives. */
const steps: readonly (readonly [id: string, needs: string])[] = [
  ["a", "[]"],
  ["b", "[a]"],
  ["c", "[a]"],
  ["d", "[a]"],
  ["e", "[b, c]"],
  ["f", "[d]"],
  ["g", "[e, f]"],
  ["h", "[g]"],
];

const workflow = `---
aiw: 1
inputs: { ledger: string }
env: { LEDGER: "{{ inputs.ledger }}" }
---
# Eight steps

## Steps
${steps.map(([id, needs]) => stepText(id, needs)).join("\n")}`;

describe(`kill -9 of the driver (seed ${seed}, ${kills} kills)`, () => {
  const project = createProject("aiw-kill-");
  const random = createRandom(seed);
  const file = project.write("eight.md", workflow);
  const ledgers = new Map<string, string>();
  let killed = 0;
  let engineOnly = 0;
  afterAll(() => project.remove());

  it("repeats no completed step, loses none and leaves no process", async () => {
    while (killed < kills) {
      const run = `kill-${ledgers.size}`;
      ledgers.set(run, join(project.folder, `${run}.txt`));
      await torment(run);
    }
    expect(killed).toBeGreaterThanOrEqual(kills);
    for (const [run, ledger] of ledgers) await checkRun(project, run, ledger);
    checkKeys([...ledgers.values()]);
    expect(await processesLeft("AIW_RUN=kill-")).toEqual([]);
    console.log(`${killed} kills (${engineOnly} of the engine alone) over ${ledgers.size} runs`);
  }, 1_800_000);

  async function torment(run: string): Promise<void> {
    const first = ["run", file, "--run-id", run, "--input", `ledger=${ledgers.get(run)}`, "--json"];
    for (let attempt = 0; attempt < killsPerRun; attempt += 1) {
      const driver = project.start(first);
      const died = await killAt(driver, 50 + random() * 900, random);
      if (!died.killed) return;
      killed += 1;
      engineOnly += died.alone ? 1 : 0;
    }
    const last = await project.aiw(["resume", run, "--json"]);
    // A driver that was killed before its first commit left no run to resume.
    if (last.code === 2) expect((await project.aiw(first)).code).toBe(0);
    else expect(last.code, last.stderr).toBe(0);
  }
});

async function killAt(
  driver: RunningCli,
  afterMs: number,
  random: Random,
): Promise<{ killed: boolean; alone: boolean }> {
  let ended = false;
  void driver.done.then(() => {
    ended = true;
  });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const alone = random() < 0.5;
  if (!ended) process.kill(alone ? driver.pid : -driver.pid, "SIGKILL");
  const { signal } = await driver.done;
  return { killed: signal === "SIGKILL", alone };
}

async function checkRun(project: Project, run: string, ledger: string): Promise<void> {
  const { stdout } = await project.aiw(["runs", "logs", run, "--json"]);
  const events = jsonLines(stdout);
  const lines = readLedger(ledger);
  for (const [id] of steps) {
    const own = events.filter((event) => event.step === id).map(({ type }) => type);
    const starts = lines.filter((line) => line.kind === "start" && line.step === id);
    expect(
      own.filter((type) => type === "step.completed"),
      `${run} ${id}`,
    ).toHaveLength(1);
    expect(own.at(-1), `${run} ${id} after its completion`).toBe("step.completed");
    expect(starts.length, `${run} ${id} starts`).toBeLessThanOrEqual(
      own.filter((type) => type === "step.started").length,
    );
    expect(starts.length, `${run} ${id} ran`).toBeGreaterThan(0);
    expect(
      lines.filter((line) => line.kind === "overlap" && line.step === id),
      `${run} ${id} twice alive`,
    ).toEqual([]);
    // What ended and was committed is not begun again: after a step's last end there is no start.
    expect(lines.findLast((line) => line.step === id)?.kind, `${run} ${id}`).toBe("end");
  }
}

/** One key for all attempts of a step, and no key twice over all steps and runs. */
function checkKeys(ledgers: readonly string[]): void {
  const seen = new Set<string>();
  for (const ledger of ledgers) {
    const lines = readLedger(ledger);
    for (const [id] of steps) {
      const keys = new Set(lines.filter((line) => line.step === id).map(({ key }) => key));
      expect(keys.size, `${ledger} ${id}`).toBe(1);
      for (const key of keys) {
        expect(key).toMatch(/^\S{16,}$/);
        expect(seen.has(key)).toBe(false);
        seen.add(key);
      }
    }
  }
}

function readLedger(file: string): readonly { kind: string; step: string; key: string }[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [kind = "", step = "", key = ""] = line.split(" ");
      return { kind, step, key };
    });
}

function stepText(id: string, needs: string): string {
  return `
### ${id}
\`\`\`yaml step
needs: ${needs}
\`\`\`
\`\`\`bash run
exec 9>"$LEDGER.${id}"
flock -n 9 || echo "overlap ${id} $AIW_IDEMPOTENCY_KEY" >> "$LEDGER"
echo "start ${id} $AIW_IDEMPOTENCY_KEY" >> "$LEDGER"
sleep 0.05
echo "end ${id} $AIW_IDEMPOTENCY_KEY" >> "$LEDGER"
\`\`\`
`;
}
