import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { processesLeft } from "../support/processes.js";
import { until } from "../support/until.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-frozen-");
});
afterEach(() => project.remove());

const slow = `---
aiw: 1
---
# Slow

## Steps

### First
\`\`\`bash run
echo "$$ $AIW_IDEMPOTENCY_KEY" >> started.txt
exec 9>alive.lock
flock -n 9 || echo twice >> overlap.txt
n=$(wc -l < started.txt)
if [ "$n" = 1 ]; then sleep 600; fi
echo "done by attempt $n" >> finished.txt
\`\`\`

### Second
\`\`\`bash run
echo second >> finished.txt
\`\`\`
`;

it("lets another process take over a frozen driver, which then writes nothing more", async () => {
  project.write("aiw.yaml", "lease: 2\n");
  const file = project.write("slow.md", slow);
  const started = join(project.folder, "started.txt");
  const frozen = project.start(["run", file, "--run-id", "frozen-1", "--json"]);
  await until(() => existsSync(started));
  process.kill(frozen.pid, "SIGSTOP");

  const taken = await project.aiw(["resume", "frozen-1", "--json"]);
  expect(taken.code, taken.stderr).toBe(0);
  const before = await journal();

  process.kill(frozen.pid, "SIGCONT");
  const result = await frozen.done;
  expect(result.code, result.stderr).toBe(0);
  expect(jsonLines(result.stdout).at(-1)).toMatchObject({ type: "summary", status: "completed" });
  expect(await journal()).toEqual(before);
  expect(readFileSync(join(project.folder, "finished.txt"), "utf8")).toBe("done by attempt 2\nsecond\n");
  expect(existsSync(join(project.folder, "overlap.txt"))).toBe(false);
  const keys = readFileSync(started, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[1]);
  expect(new Set(keys).size).toBe(1);
  expect(await processesLeft("AIW_RUN=frozen-1")).toEqual([]);
}, 120_000);

it("lets two processes that start one run id share it: one drives, both show the same end", async () => {
  const file = project.write(
    "both.md",
    slow.replace("sleep 600", "sleep 1").replace("### First", "### First\n```yaml step\nretry: 0\n```"),
  );
  const calls = [1, 2].map(() => project.start(["run", file, "--run-id", "both-1", "--json"]));
  const results = await Promise.all(calls.map((call) => call.done));
  const summaries = results.map(({ stdout }) => jsonLines(stdout).at(-1));
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(summaries[0]).toMatchObject({ type: "summary", run: "both-1", status: "completed" });
  expect(summaries[1]).toEqual(summaries[0]);
  expect(readFileSync(join(project.folder, "started.txt"), "utf8").trim().split("\n")).toHaveLength(1);
}, 120_000);

it("refuses a known run id with other inputs", async () => {
  const file = project.write(
    "in.md",
    "---\naiw: 1\ninputs: { a: string = x }\n---\n# In\n\n## Steps\n\n### One\n```sh run\ntrue\n```\n",
  );
  expect((await project.aiw(["run", file, "--run-id", "same"])).code).toBe(0);
  expect((await project.aiw(["run", file, "--run-id", "same"])).code).toBe(0);
  const other = await project.aiw(["run", file, "--run-id", "same", "--input", "a=y"]);
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/same/);
});

async function journal(): Promise<readonly unknown[]> {
  return jsonLines((await project.aiw(["runs", "logs", "frozen-1", "--json"])).stdout);
}
