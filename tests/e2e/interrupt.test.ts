import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createProject, jsonLines, type Project, type RunningCli } from "../support/cli.js";
import { until } from "../support/until.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-interrupt-");
});
afterEach(() => project.remove());

const flow = `---
aiw: 1
---
# Flow

## Steps

### First
\`\`\`sh run
echo first
\`\`\`

### Slow
\`\`\`sh run
touch started; while [ ! -e go ]; do sleep 0.1; done; [ ! -e break ]
\`\`\`

### Last
\`\`\`sh run
echo last
\`\`\`
`;

/** A run that waits in its second step. */
async function startSlow(run: string, flags: readonly string[] = []): Promise<RunningCli> {
  const running = project.start(["run", project.write("flow.md", flow), "--run-id", run, ...flags]);
  await until(() => existsSync(join(project.folder, "started")));
  return running;
}

it("tells the true steps and duration of a run that Ctrl-C stopped, and shows it as interrupted", async () => {
  const running = await startSlow("i-1", ["--json"]);
  process.kill(running.pid, "SIGINT");
  const { code, stdout, stderr } = await running.done;
  expect(code).toBe(130);
  const summary = jsonLines(stdout).at(-1);
  expect(summary).toMatchObject({
    ...{ type: "summary", run: "i-1", status: "suspended", reason: "interrupted" },
    steps: { first: "completed", slow: "suspended", last: "pending" },
  });
  expect(summary?.duration_ms).toBeGreaterThan(0);
  expect(stderr).toMatch(/stopped after .*, 1 of 3 steps done; the run is kept.*`aiw resume i-1`/);
  expect((await project.aiw(["runs"])).stdout).toMatch(/i-1 +Flow +interrupted[\s\S]*`aiw resume i-1`/);
  expect((await project.aiw(["runs", "show"])).stdout).toMatch(/■ Slow +slow +interrupted[\s\S]*`aiw resume i-1`/);
});

it("shows a run whose process was killed as interrupted, and follows it no further", async () => {
  const running = await startSlow("k-1");
  process.kill(running.pid, "SIGKILL");
  await running.done;
  expect((await project.aiw(["runs"])).stdout).toMatch(/k-1 +Flow +interrupted/);
  const followed = await project.aiw(["runs", "logs", "k-1", "--follow"]);
  expect(followed.code).toBe(0);
  expect(followed.stderr).toContain("nobody drives the run; `aiw resume k-1` goes on with it");
});

it("ends watching, not the run, on Ctrl-C where another process drives it", async () => {
  const driver = await startSlow("w-1");
  const watcher = project.start(["resume", "w-1", "--json"]);
  let seen = "";
  watcher.child.stdout?.on("data", (chunk) => {
    seen += chunk;
  });
  await until(() => seen.includes("step.started"));
  process.kill(watcher.pid, "SIGINT");
  const watched = await watcher.done;
  expect(watched.code).toBe(130);
  expect(watched.stderr).toContain("no longer watching; w-1 goes on elsewhere");
  expect(jsonLines(watched.stdout).at(-1)).toMatchObject({
    type: "summary",
    status: "running",
    steps: { slow: "running" },
  });
  project.write("go", "");
  expect((await driver.done).code).toBe(0);
});

it("goes on without repeating the old log, and says that a changed file is not used", async () => {
  project.write("go", "");
  project.write("break", "");
  const file = project.write("flow.md", flow);
  const failed = await project.aiw(["run", file, "--run-id", "r-1"]);
  expect(failed.stdout).toMatch(/next: .*`aiw resume r-1` repeats only what is not done, with the workflow as it was/);
  project.write("flow.md", flow.replace("echo last", "echo new"));
  const again = await project.aiw(["resume", "r-1"]);
  expect(again.stderr).toMatch(/warning: flow\.md was changed .*start a new run/);
  expect(again.stdout.match(/error\[exit\]/g)).toHaveLength(1);
  expect(again.stdout).toMatch(/^1 of 3 steps are done, going on\n\S+ slow +started\n/);
  project.write("flow.md", flow);
  const { rmSync } = await import("node:fs");
  rmSync(join(project.folder, "break"));
  const done = await project.aiw(["resume", "r-1", "--json"]);
  expect(done.stderr).not.toContain("warning");
  expect(jsonLines(done.stdout)[0]).toMatchObject({ seq: 1, type: "run.created" });
  const ended = await project.aiw(["run", file, "--run-id", "r-1"]);
  expect(ended.stdout).toMatch(/^3 of 3 steps are done\n✔ completed/);
  rmSync(file);
});

it("tells the error of a run that timed out once", async () => {
  const file = project.write("late.md", flow.replace("aiw: 1", "aiw: 1\ntimeout: 1s"));
  const { code, stdout } = await project.aiw(["run", file]);
  expect(code).toBe(5);
  expect(stdout.match(/error\[timeout\]/g)).toHaveLength(1);
});

it.each(["SIGINT", "SIGKILL"] as const)(
  "cancels a run whose process ended by %s, without starting a step",
  async (signal) => {
    const running = await startSlow("x-1");
    process.kill(running.pid, signal);
    await running.done;
    expect((await project.aiw(["cancel", "x-1"])).stdout).toContain("x-1 is cancelled");
    const events = jsonLines((await project.aiw(["runs", "logs", "x-1", "--json"])).stdout);
    expect(events.at(-1)).toMatchObject({ type: "run.cancelled" });
    expect(events.filter(({ type }) => type === "step.started")).toHaveLength(2);
  },
);
