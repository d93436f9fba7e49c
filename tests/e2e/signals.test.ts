import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { linesOf, script, step, undo, writeFlow } from "../support/flow.js";
import { until } from "../support/until.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-signals-");
});
afterEach(() => project.remove());

function deploy(wait = "wait: { signal: deployed, schema: { version: string } }"): string {
  return writeFlow(project, "deploy.md", [
    step("First", "approval: {}", "Go?"),
    step("Wait", wait),
    script("Note", 'echo "$V" >> log', 'env: { V: "{{ json(steps.wait.output) }}" }'),
  ]);
}

async function refuses(args: readonly string[], code: number, error: string): Promise<string> {
  const { code: got, stdout, stderr } = await project.aiw(args);
  expect(got, stdout + stderr).toBe(code);
  expect(stderr).toContain(`error[${error}]`);
  expect(stderr).toMatch(/help: /);
  return stderr;
}

describe("aiw signal", () => {
  it("is kept when it comes early, taken once by its id, and refused when it does not fit or nobody waits for it", async () => {
    expect((await project.aiw(["run", deploy(), "--run-id", "d-1"])).code).toBe(20);
    expect(await refuses(["signal", "d-1", "deploied", "{}"], 2, "signal_refused")).toContain("no step");
    expect(await refuses(["signal", "d-1", "deployed"], 2, "signal_refused")).toContain("null");
    expect(await refuses(["signal", "d-1", "deployed", '{"version":1}'], 2, "signal_refused")).toContain("version");
    expect(await refuses(["signal", "d-1", "deployed", "{version"], 2, "usage")).toContain("JSON");
    await refuses(["signal", "d-2", "deployed"], 2, "run_not_found");
    const early = ["signal", "d-1", "deployed", '{"version":"1.4"}', "--id", "hook-7"];
    for (const args of [early, early]) expect((await project.aiw(args)).code).toBe(0);
    const { code } = await project.aiw(["approve", "d-1", "--resume"]);
    expect(code).toBe(0);
    expect(linesOf(project, "log")).toEqual(['{"version":"1.4"}']);
    const events = jsonLines((await project.aiw(["runs", "logs", "d-1", "--json"])).stdout);
    const signals = events.filter(
      ({ type, data }) => type === "signal.received" && (data as { kind: string }).kind === "signal",
    );
    expect(signals).toHaveLength(1);
    expect(signals[0]).toMatchObject({ data: { name: "deployed", accepted: true } });
    await refuses(early, 2, "run_ended");
  });

  it("is asked for with the command that sends it, and comes late to a run that waits", async () => {
    await project.aiw(["run", deploy(), "--run-id", "d-1"]);
    const waits = await project.aiw(["approve", "d-1", "--resume"]);
    expect(waits.code).toBe(20);
    expect(waits.stdout).toContain("wait for the signal deployed");
    expect(waits.stdout).toContain("aiw signal d-1 deployed JSON");
    const { code, stdout } = await project.aiw(["signal", "d-1", "deployed", '{"version":"2"}', "--resume"]);
    expect(code, stdout).toBe(0);
    expect(linesOf(project, "log")).toEqual(['{"version":"2"}']);
  });

  it("that does not come in time fails the step as timed out", async () => {
    const file = writeFlow(project, "late.md", [step("Wait", "wait: { signal: never, timeout: 1s }")]);
    const { code, stdout } = await project.aiw(["run", file, "--run-id", "l-1"]);
    const end = code === 20 ? await project.aiw(["resume", "l-1"]) : { code, stdout };
    expect(end.code, end.stdout).toBe(5);
    expect(end.stdout).toContain("error[timeout]");
  });
});

describe("a timer", () => {
  const nap = () =>
    writeFlow(project, "nap.md", [step("Nap", "wait: { for: 3s }"), script("After", "echo after >> log")]);

  it("is stayed with, and left with 20 by --detach", async () => {
    const left = await project.aiw(["run", nap(), "--run-id", "n-1", "--detach"]);
    expect(left.code, left.stderr).toBe(20);
    expect(left.stdout).toContain("nap for its time, until");
    expect(left.stdout).toContain("`aiw resume n-1`");
    expect(linesOf(project, "log")).toEqual([]);
    const stayed = await project.aiw(["resume", "n-1"]);
    expect(stayed.code).toBe(0);
    expect(linesOf(project, "log")).toEqual(["after"]);
  });
});

describe("aiw cancel", () => {
  const saga = (last: string) =>
    writeFlow(project, "saga.md", [
      script("One", "echo one >> log"),
      undo("echo undo one >> log"),
      last,
      "## On failure\n",
      script("Tell", "echo tell >> log"),
      "## Finally\n",
      script("Clean", "echo clean >> log"),
    ]);

  it("of a waiting run runs Finally alone, and with --undo undoes first", async () => {
    const file = saga(step("Ok", "approval: {}", "Go on?"));
    await project.aiw(["run", file, "--run-id", "a"]);
    expect((await project.aiw(["cancel", "a", "--reason", "no need"])).stdout).toContain("a is cancelled");
    expect(linesOf(project, "log")).toEqual(["one", "clean"]);
    expect((await project.aiw(["runs", "show", "a"])).stdout).toContain("no need");
    await project.aiw(["run", file, "--run-id", "b"]);
    expect((await project.aiw(["cancel", "b", "--undo"])).code).toBe(0);
    expect(linesOf(project, "log").slice(2)).toEqual(["one", "undo one", "clean"]);
    const shown = JSON.parse((await project.aiw(["runs", "show", "b", "--json"])).stdout);
    expect(shown).toMatchObject({ status: "cancelled", undone: ["one"] });
    expect((await project.aiw(["cancel", "b"])).stdout).toContain("already ended");
  });

  it("--undo of a run that another process drives undoes there, and in its sub-workflow", async () => {
    writeFlow(project, "child.md", [script("Slow", "echo slow >> log; sleep 60")]);
    writeFlow(project, "step.md", [script("Inner", "echo in >> log"), undo("echo undo in >> log")]);
    const file = saga(`${step("Done", "use: ./step.md")}\n${step("Sub", "use: ./child.md")}`);
    const running = project.start(["run", file, "--run-id", "c"]);
    await until(() => linesOf(project, "log").includes("slow"));
    expect((await project.aiw(["cancel", "c", "--undo"])).code).toBe(0);
    const { code, stdout } = await running.done;
    expect(code, stdout).toBe(130);
    expect(linesOf(project, "log")).toEqual(["one", "in", "slow", "undo in", "undo one", "clean"]);
  });
});

describe("aiw resume of a run that was undone", () => {
  it("makes the undone steps again, with those behind them waiting, and not the completed ones", async () => {
    const file = writeFlow(project, "flow.md", [
      script("Keep", "echo keep >> log"),
      script("Book", "echo book >> log"),
      undo("echo unbook >> log"),
      step("Wait", "wait: { for: 10ms }"),
      script("Pay", "echo pay >> log; [ -f money ]"),
    ]);
    expect((await project.aiw(["run", file, "--run-id", "u"])).code).toBe(1);
    expect(linesOf(project, "log")).toEqual(["keep", "book", "pay", "unbook"]);
    project.write("money", "");
    const { code, stdout } = await project.aiw(["resume", "u"]);
    expect(code, stdout).toBe(0);
    expect(linesOf(project, "log").slice(4)).toEqual(["book", "pay"]);
  });

  it("says what could not be undone, and undoes the rest", async () => {
    const file = writeFlow(project, "flow.md", [
      script("A", "echo a >> log"),
      undo("echo undo a >> log"),
      script("B", "echo b >> log"),
      undo("echo no >&2; exit 3"),
      script("C", "exit 1"),
    ]);
    const { code, stdout } = await project.aiw(["run", file, "--run-id", "n"]);
    expect(code).toBe(1);
    expect(linesOf(project, "log")).toEqual(["a", "b", "undo a"]);
    expect(stdout).toContain("undone: a");
    expect(stdout).toMatch(/NOT undone: b: .*exit code 3/);
    const logs = await project.aiw(["runs", "logs", "n", "--step", "b!undo", "-v"]);
    expect(logs.stdout).toContain("could not be undone");
    expect((await project.aiw(["runs", "logs", "n", "--step", "x!undo"])).code).toBe(2);
    const shown = await project.aiw(["runs", "show", "n"]);
    expect(shown.stdout).toMatch(/NOT undone: b: .*exit code 3/);
  });
});
