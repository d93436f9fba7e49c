import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, type Project, type RunningCli } from "../support/cli.js";
import { linesOf, script, writeFlow } from "../support/flow.js";
import { until } from "../support/until.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-groups-");
});
afterEach(() => project.remove());

/** A run that says when it begins, and ends when the file `go` is there. */
function group(busy: string): string {
  const text = 'echo "start $AIW_RUN" >> log; while [ ! -f go ]; do sleep 0.05; done; echo "end $AIW_RUN" >> log';
  const front = `inputs: { to: string = test }\nconcurrency: { key: "deploy-{{ inputs.to }}", busy: ${busy} }\n`;
  return writeFlow(project, `${busy}.md`, [script("Go", text)], front);
}

async function startFirst(busy = "queue"): Promise<RunningCli> {
  const running = project.start(["run", group(busy), "--run-id", "first"]);
  await until(() => linesOf(project, "log").includes("start first"));
  return running;
}

describe("a concurrency group over two processes", () => {
  it("queues: one after the other, and says for whom it waits", async () => {
    const first = await startFirst();
    const second = project.start(["run", group("queue"), "--run-id", "second"]);
    let seen = "";
    second.child.stdout?.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
    });
    await until(() => seen.includes("waits for run first"));
    expect(linesOf(project, "log")).toEqual(["start first"]);
    project.write("go", "");
    expect((await first.done).code).toBe(0);
    expect((await second.done).code).toBe(0);
    expect(linesOf(project, "log")).toEqual(["start first", "end first", "start second", "end second"]);
  });

  it("skips: the second ends at once as cancelled and says why; another key is another group", async () => {
    const first = await startFirst();
    const skipped = await project.aiw(["run", group("skip"), "--run-id", "second"]);
    expect(skipped.code).toBe(130);
    expect(skipped.stdout).toMatch(/reason: .*first/);
    expect(linesOf(project, "log")).toEqual(["start first"]);
    project.write("go", "");
    expect((await project.aiw(["run", group("skip"), "-i", "to=live", "--run-id", "third"])).code).toBe(0);
    expect((await first.done).code).toBe(0);
  });

  it("cancels: the first is stopped, then the second goes", async () => {
    const first = await startFirst();
    const second = project.start(["run", group("cancel"), "--run-id", "second"]);
    const { code, stdout } = await first.done;
    expect(code, stdout).toBe(130);
    expect(stdout).toContain("run second");
    await until(() => linesOf(project, "log").includes("start second"));
    project.write("go", "");
    expect((await second.done).code).toBe(0);
    expect(linesOf(project, "log")).toEqual(["start first", "start second", "end second"]);
  });

  it("is free again after its run was killed", async () => {
    const first = await startFirst();
    process.kill(-first.pid, "SIGKILL");
    await first.done;
    const cancelled = await project.aiw(["cancel", "first"]);
    expect(cancelled.code, cancelled.stderr).toBe(0);
    project.write("go", "");
    expect((await project.aiw(["run", group("queue"), "--run-id", "second"])).code).toBe(0);
    expect(linesOf(project, "log").slice(-2)).toEqual(["start second", "end second"]);
  });
});
