import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createProject, jsonLines, type RunningCli } from "../support/cli.js";
import { processesLeft } from "../support/processes.js";
import { createRandom } from "../support/random.js";

const isFull = Boolean(process.env.AIW_TEST_FULL);
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 1_000_000);
const size = 10;
const numbers = Array.from({ length: size }, (_, index) => index + 1);

/** Ten steps in a row. Whatever runs notes itself once per idempotency key, key and line in one write. */
const workflow = `---
aiw: 1
inputs: { log: string, fail: integer }
env: { LOG: "{{ inputs.log }}", FAIL_AT: "{{ inputs.fail }}" }
---
# A saga of ten steps

## Steps
${numbers.map(stepText).join("\n")}
## On failure

### Tell
${scriptText("failed")}
## Finally

### Clean
${scriptText("finally")}`;

describe(`a saga of ${size} steps that fails at each of them (seed ${seed})`, () => {
  const project = createProject("aiw-saga-");
  const random = createRandom(seed);
  const file = project.write("saga.md", workflow);
  const kills = { steps: 0, undo: 0 };
  afterAll(() => project.remove());

  it.each(numbers)("undoes exactly the steps before %i, in reverse", async (failAt) => {
    const run = `saga-${failAt}`;
    const { code, stdout, stderr } = await project.aiw(runArgs(run, failAt));
    expect(code, stderr).toBe(1);
    expect(jsonLines(stdout).at(-1)?.undone ?? []).toEqual(undonePaths(failAt));
    await checkRun(run, failAt);
  });

  it("undoes nothing when no step fails", async () => {
    const { code, stdout, stderr } = await project.aiw(runArgs("saga-0", 0));
    expect(code, stderr).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ status: "completed" });
    expect(jsonLines(stdout).at(-1)).not.toHaveProperty("undone");
    expect(noted("saga-0").map(({ line }) => line)).toEqual([...numbers.map((n) => `do ${n}`), "finally"]);
  });

  it("does the same over kills, each step and each Undo once", async () => {
    const plan = tormented();
    // A machine under load may miss one half with every kill: then it goes on until both were hit.
    for (let index = 0; index < plan.length || kills.steps === 0 || kills.undo === 0; index += 1) {
      const failAt = plan[index % plan.length] ?? size;
      const run = `saga-kill-${index}-at-${failAt}`;
      await torment(run, failAt);
      await checkRun(run, failAt);
    }
    expect(await processesLeft("AIW_RUN=saga-kill-")).toEqual([]);
    console.log(`${kills.steps} kills during the steps, ${kills.undo} from the first Undo on (seed ${seed})`);
  }, 1_800_000);

  /** Late ones in the short suite: there both halves are long enough to be hit. */
  function tormented(): readonly number[] {
    if (isFull) return [...numbers, ...numbers, ...numbers];
    return [0, 1].map(() => 4 + Math.floor(random() * (size - 3)));
  }

  /** Kills the run once or twice up to its failing step and once or twice after it, then lets it end. */
  async function torment(run: string, failAt: number): Promise<void> {
    const moments = [...randomMoments(0, failAt), ...randomMoments(failAt, 2 * failAt + 1)];
    for (const lines of moments) {
      if (await hasEnded(run)) return;
      const driver = project.start(await nextArgs(run, failAt));
      if (!(await killAtLine(driver, run, lines))) continue;
      kills[noted(run).some(({ line }) => line.startsWith("undo")) ? "undo" : "steps"] += 1;
    }
    if (await hasEnded(run)) return;
    const last = await project.aiw(await nextArgs(run, failAt));
    expect(last.code, last.stderr).toBe(1);
  }

  function randomMoments(from: number, to: number): readonly number[] {
    const count = 1 + Math.floor(random() * 2);
    const moments = Array.from({ length: count }, () => from + Math.floor(random() * (to - from)));
    return moments.sort((a, b) => a - b);
  }

  async function killAtLine(driver: RunningCli, run: string, lines: number): Promise<boolean> {
    let ended = false;
    void driver.done.then(() => {
      ended = true;
    });
    while (!ended && noted(run).length < lines) await pause(2);
    await pause(random() * 120);
    const alone = random() < 0.5;
    if (!ended) process.kill(alone ? driver.pid : -driver.pid, "SIGKILL");
    return (await driver.done).signal === "SIGKILL";
  }

  /** A driver that was killed before its first commit left no run to resume. */
  async function nextArgs(run: string, failAt: number): Promise<readonly string[]> {
    const isKnown = (await project.aiw(["runs", "logs", run, "--json"])).code === 0;
    return isKnown ? ["resume", run, "--json"] : runArgs(run, failAt);
  }

  /** To resume a run that has failed would begin it anew. */
  async function hasEnded(run: string): Promise<boolean> {
    const { code, stdout } = await project.aiw(["runs", "logs", run, "--json"]);
    return code === 0 && jsonLines(stdout).some(({ type }) => type === "run.failed");
  }

  async function checkRun(run: string, failAt: number): Promise<void> {
    const lines = noted(run);
    expect(
      lines.map(({ line }) => line),
      run,
    ).toEqual(expectedLines(failAt));
    expect(new Set(lines.map(({ key }) => key)).size, `${run} keys`).toBe(lines.length);
    for (const { key } of lines) expect(key, run).toMatch(/^\S{16,}$/);

    const events = jsonLines((await project.aiw(["runs", "logs", run, "--json"])).stdout);
    const stepsOf = (type: string) => events.filter((event) => event.type === type).map(({ step }) => step);
    const done = numbers.slice(0, failAt - 1).map((n) => `s${n}`);
    expect(stepsOf("step.completed"), run).toEqual([...done, "tell", "clean"]);
    expect(stepsOf("step.failed"), run).toEqual([`s${failAt}`]);
    expect(stepsOf("step.compensated"), run).toEqual(undonePaths(failAt).map((path) => `${path}!undo`));
    expect(stepsOf("step.compensation_failed"), run).toEqual([]);
    const ends = events.filter(({ type }) => type === "run.failed");
    expect(ends, run).toHaveLength(1);
    expect(ends[0]?.data, run).toMatchObject(failAt === 1 ? {} : { undone: undonePaths(failAt) });
  }

  function noted(run: string): readonly { key: string; line: string }[] {
    const log = logOf(run);
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, "utf8").split("\n");
    return lines.slice(0, -1).map((text) => {
      const [key = "", ...rest] = text.split(" ");
      return { key, line: rest.join(" ") };
    });
  }

  function runArgs(run: string, failAt: number): readonly string[] {
    const inputs = ["--input", `log=${logOf(run)}`, "--input", `fail=${failAt}`];
    return ["run", file, "--run-id", run, ...inputs, "--json"];
  }

  function logOf(run: string): string {
    return join(project.folder, `${run}.txt`);
  }
});

function expectedLines(failAt: number): readonly string[] {
  const done = numbers.slice(0, failAt).map((n) => `do ${n}`);
  return [...done, ...undonePaths(failAt).map((path) => `undo ${path.slice(1)}`), "failed", "finally"];
}

/** The steps that had completed, the last one first. */
function undonePaths(failAt: number): readonly string[] {
  return numbers
    .slice(0, failAt - 1)
    .map((n) => `s${n}`)
    .reverse();
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function stepText(n: number): string {
  return `
### s${n}
${scriptText(`do ${n}`, `[ "$FAIL_AT" != ${n} ] || exit 3\n`)}
#### Undo
${scriptText(`undo ${n}`)}`;
}

function scriptText(line: string, then = ""): string {
  return `\`\`\`bash run
grep -qs "$AIW_IDEMPOTENCY_KEY" "$LOG" || printf '%s %s\\n' "$AIW_IDEMPOTENCY_KEY" "${line}" >> "$LOG"
${then}\`\`\`
`;
}
