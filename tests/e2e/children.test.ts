import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { linesOf, script, step, undo, writeFlow } from "../support/flow.js";
import { processesLeft } from "../support/processes.js";
import { until } from "../support/until.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-children-");
});
afterEach(() => project.remove());

function family(last = "true"): string {
  writeFlow(
    project,
    "child.md",
    [
      script("Build", 'echo "build $NAME" >> log', 'env: { NAME: "{{ inputs.name }}" }'),
      step("Ok", "approval: {}", "Release {{ inputs.name }}?"),
      script("Ship", 'echo "ship $NAME" >> log', 'env: { NAME: "{{ inputs.name }}" }'),
    ],
    "inputs: { name: string }\noutputs: { by: steps.ok.output.by }\n",
  );
  return writeFlow(project, "parent.md", [
    step("Sub", "use: ./child.md\nwith: { name: app }"),
    script("After", `echo after >> log; ${last}`),
  ]);
}

describe("a sub-workflow", () => {
  it("asks through the run that was started; it is marked in the list of runs", async () => {
    const { code, stdout } = await project.aiw(["run", family(), "--run-id", "root"]);
    expect(code).toBe(20);
    expect(stdout).toContain("sub/ok for approval");
    expect(stdout).toContain("Release app?");
    expect(stdout).toContain("aiw approve root sub/ok");
    const [, ...rows] = (await project.aiw(["runs", "list"])).stdout.split("\n");
    expect(rows.find((row) => row.includes("child.md"))).toMatch(/↳ child\.md, in root/);
    const { runs } = JSON.parse((await project.aiw(["runs", "list", "--json"])).stdout);
    const child = runs.find(({ parent }: { parent?: string }) => parent === "root");
    expect(child).toMatchObject({ name: "child.md", status: "suspended" });
    const shown = (await project.aiw(["runs", "show", child.run])).stdout;
    expect(shown).toContain("part of run root");
    expect(JSON.parse((await project.aiw(["runs", "show", "--json"])).stdout).run).toBe("root");
    expect(shown).toContain("next: answer, then `aiw resume root` goes on");
    expect(jsonLines((await project.aiw(["approvals", "list", "root", "--json"])).stdout)).toMatchObject([
      { run: child.run, step: "ok", text: "Release app?" },
    ]);
    expect((await project.aiw(["approve", "root", "sub/ok", "--resume"])).code).toBe(0);
    expect(linesOf(project, "log")).toEqual(["build app", "ship app", "after"]);
  });

  it("that is answered by its own id goes on with its parent", async () => {
    await project.aiw(["run", family(), "--run-id", "root"]);
    const [open] = jsonLines((await project.aiw(["approvals", "--json"])).stdout);
    const answered = await project.aiw(["approve", String(open?.run)]);
    expect(answered.stdout).toContain("aiw resume root");
    expect((await project.aiw(["resume", "root"])).code).toBe(0);
    expect(linesOf(project, "log")).toEqual(["build app", "ship app", "after"]);
  });

  it("that is rejected ends its parent with 3", async () => {
    await project.aiw(["run", family(), "--run-id", "root"]);
    const { code, stdout } = await project.aiw(["approve", "root", "--reject", "--resume"]);
    expect(code, stdout).toBe(3);
    expect(linesOf(project, "log")).toEqual(["build app"]);
    const again = await project.aiw(["resume", "root"]);
    expect(again.code, again.stdout).toBe(20);
    expect((await project.aiw(["approve", "root", "--resume"])).code).toBe(0);
    expect(linesOf(project, "log")).toEqual(["build app", "ship app", "after"]);
  });

  it("is found by check, with its own mistakes, also a cycle and a file that is not there", async () => {
    const file = family();
    project.write("child.md", "---\naiw: 1\n---\n## Steps\n\n### A\n{{ nothing }}\n");
    expect((await project.aiw(["check", file])).stderr + (await project.aiw(["check", file])).stdout).toContain("E307");
    writeFlow(project, "child.md", [step("Up", "use: ./parent.md")]);
    const cycle = await project.aiw(["run", file]);
    expect(cycle.code).toBe(2);
    rmSync(join(project.folder, "child.md"));
    const gone = await project.aiw(["run", file]);
    expect(gone.code).toBe(2);
    expect(gone.stderr).toContain("child.md");
    expect(linesOf(project, "log")).toEqual([]);
  });

  it("that has changed or is gone while it waits goes on as it was", async () => {
    await project.aiw(["run", family(), "--run-id", "root"]);
    rmSync(join(project.folder, "child.md"));
    const { code, stdout, stderr } = await project.aiw(["approve", "root", "--resume"]);
    expect(code, stdout + stderr).toBe(0);
    expect(stderr).toContain("warning:");
    expect(linesOf(project, "log")).toEqual(["build app", "ship app", "after"]);
  });
});

describe("kill -9", () => {
  it("while an approval waits in a sub-workflow beside a running step loses nothing", async () => {
    family();
    const file = writeFlow(project, "both.md", [
      step("Sub", "use: ./child.md\nwith: { name: app }\nneeds: []"),
      script("Slow", "echo slow >> log; [ -f go ] || sleep 600", "needs: []"),
    ]);
    const running = project.start(["run", file, "--run-id", "root"]);
    await until(() => linesOf(project, "log").length === 2);
    let open = "";
    while (!open.includes("Release app?")) open = (await project.aiw(["approvals", "list"])).stdout;
    process.kill(-running.pid, "SIGKILL");
    await running.done;
    expect(await processesLeft("AIW_RUN=root")).toEqual([]);
    project.write("go", "");
    const { code, stdout, stderr } = await project.aiw(["approve", "root", "sub/ok", "--resume"]);
    expect(code, stdout + stderr).toBe(0);
    const log = linesOf(project, "log");
    expect(log.filter((line) => line === "build app")).toHaveLength(1);
    expect(log.filter((line) => line === "ship app")).toHaveLength(1);
    expect(log.filter((line) => line === "slow")).toHaveLength(2);
  });

  it("while a sub-workflow runs: its completed steps are not repeated, and it is undone once when it fails later", async () => {
    writeFlow(project, "child.md", [
      script("One", "echo one >> log"),
      undo("echo undo one >> log"),
      script("Two", "echo two >> log; [ -f go ] || sleep 600"),
      undo("echo undo two >> log"),
    ]);
    const file = writeFlow(project, "parent.md", [step("Sub", "use: ./child.md"), script("Fail", "exit 1")]);
    const running = project.start(["run", file, "--run-id", "root"]);
    await until(() => linesOf(project, "log").includes("two"));
    process.kill(-running.pid, "SIGKILL");
    await running.done;
    const shown = await project.aiw(["runs", "show", "root"]);
    expect(shown.stdout).toContain("interrupted");
    expect(shown.stdout).toContain("aiw resume root");
    project.write("go", "");
    const { code, stdout } = await project.aiw(["resume", "root"]);
    expect(code, stdout).toBe(1);
    expect(linesOf(project, "log")).toEqual(["one", "two", "two", "undo two", "undo one"]);
    expect(stdout).toContain("undone: sub");
  });

  it("while an approval waits in an idle process: any other goes on", async () => {
    expect((await project.aiw(["run", family(), "--run-id", "root"])).code).toBe(20);
    expect((await project.aiw(["approve", "root"])).code).toBe(0);
    const resuming = project.start(["resume", "root"]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(-resuming.pid, "SIGKILL");
    await resuming.done;
    const { code, stdout, stderr } = await project.aiw(["resume", "root"]);
    expect(code, stdout + stderr).toBe(0);
    const log = linesOf(project, "log");
    expect(log.filter((line) => line === "build app")).toHaveLength(1);
    expect(log.at(-1)).toBe("after");
  });
});
