import { userInfo } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { linesOf, script, step, undo, writeFlow } from "../support/flow.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-approvals-");
});
afterEach(() => project.remove());

const fields = "approval: { fields: { note?: string, window: saturday | sunday } }";

function release(settings = fields): string {
  return writeFlow(project, "release.md", [
    script("Build", "echo v1.2; echo build >> log"),
    undo("echo unbuild >> log"),
    step("Ok", settings, "Release {{ steps.build.text }}?"),
    script(
      "Ship",
      'echo "$ANSWER" >> log',
      "env: { ANSWER: \"{{ json(steps.ok.output) }} {{ steps.ok.text ?? '-' }}\" }",
    ),
    "## On failure\n",
    script("Tell", 'echo "tell $CODE" >> log', 'env: { CODE: "{{ error.code }}" }'),
    "## Finally\n",
    script("Clean", "echo clean >> log"),
  ]);
}

async function pause(file: string, run: string): Promise<string> {
  const { code, stdout, stderr } = await project.aiw(["run", file, "--run-id", run]);
  expect(code, stdout + stderr).toBe(20);
  return stdout;
}

/** Refused with its code, exit code and a help line, in words and as JSON. */
async function refuses(args: readonly string[], code: number, error: string): Promise<string> {
  const plain = await project.aiw(args);
  expect(plain.code, plain.stdout + plain.stderr).toBe(code);
  expect(plain.stderr).toContain(`error[${error}]`);
  expect(plain.stderr).toMatch(/help: /);
  const json = await project.aiw([...args, "--json"]);
  expect(json.code).toBe(code);
  expect(jsonLines(json.stdout).at(-1)).toMatchObject({ error: { code: error } });
  return plain.stderr;
}

describe("an approval", () => {
  it("leaves the run with exit code 20, shows what is asked and the command that answers, and goes on from any process", async () => {
    const shown = await pause(release(), "r-1");
    expect(shown).toContain("Release v1.2?");
    expect(shown).toContain("fields: note?: string, window: 'saturday' | 'sunday'");
    expect(shown).toContain("answer: aiw approve r-1 ok --field window=…   or  --reject");
    expect(shown).toContain("next: answer, then `aiw resume r-1` goes on");

    const listed = await project.aiw(["approvals", "list"]);
    expect(listed.stdout).toContain("Release v1.2?");
    const [open] = jsonLines((await project.aiw(["approvals", "--json"])).stdout);
    expect(open).toMatchObject({ run: "r-1", step: "ok", text: "Release v1.2?", min: 1, approvals: [] });
    const report = await project.aiw(["runs", "show", "r-1"]);
    expect(report.stdout).toContain("Release v1.2?");
    expect(report.stdout).toContain("aiw approve r-1 ok");
    const json = JSON.parse((await project.aiw(["runs", "show", "r-1", "--json"])).stdout);
    expect(json).toMatchObject({ status: "suspended", waits: [{ run: "r-1", address: "ok", text: "Release v1.2?" }] });

    const answer = ["approve", "r-1", "--field", "window=sunday", "--comment", "after the freeze"];
    const answered = await project.aiw(answer);
    expect(answered.code, answered.stderr).toBe(0);
    expect(answered.stdout).toContain("aiw resume r-1");
    const resumed = await project.aiw(["resume", "r-1"]);
    expect(resumed.code, resumed.stderr).toBe(0);
    const log = linesOf(project, "log");
    expect(log).toHaveLength(3);
    expect(log[1]).toMatch(/^\{"approved":true,"by":\[".+"\],"note":null,"window":"sunday"\} after the freeze$/);
    expect((await project.aiw(["approvals", "list"])).stdout).toBe("nothing waits for an approval\n");
    await refuses(answer, 2, "run_ended");
  });

  it("goes on at once with --resume", async () => {
    await pause(release("approval: {}"), "r-1");
    const { code, stdout } = await project.aiw(["approve", "r-1", "ok", "--resume"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/approved ok of r-1[\s\S]*✔ completed/);
  });

  it("that is rejected ends the run with 3, after Undo, On failure and Finally, and is asked again", async () => {
    const file = release("approval: {}");
    await pause(file, "r-1");
    const rejected = await project.aiw(["approve", "r-1", "--reject", "--comment", "not on a friday", "--resume"]);
    expect(rejected.code).toBe(3);
    expect(rejected.stdout).toContain("not on a friday");
    expect(rejected.stdout).toContain("next: `aiw resume r-1` asks again");
    expect(linesOf(project, "log")).toEqual(["build", "unbuild", "tell rejected", "clean"]);
    await refuses(["approve", "r-1"], 2, "run_ended");
    expect((await project.aiw(["resume", "r-1"])).code).toBe(20);
    const { code } = await project.aiw(["approve", "r-1", "--resume"]);
    expect(code).toBe(0);
    expect(linesOf(project, "log").filter((line) => line === "build")).toHaveLength(2);
  });

  it("that is rejected goes on where the step says so", async () => {
    await pause(release("approval: {}\non-error: continue"), "r-1");
    const { code } = await project.aiw(["approve", "r-1", "--reject", "--resume"]);
    expect(code).toBe(0);
    expect(linesOf(project, "log")[1]).toMatch(/^\{"approved":false/);
  });

  it("expires after its time-out with exit code 3", async () => {
    const file = release("approval: { timeout: 1s }");
    const { code, stdout } = await project.aiw(["run", file, "--run-id", "r-1"]);
    if (code === 20) {
      const late = await project.aiw(["approve", "r-1"]);
      const ended = await project.aiw(["resume", "r-1"]);
      expect([ended.code, late.code === 0 || late.code === 2]).toEqual([3, true]);
    } else expect(code, stdout).toBe(3);
    expect(linesOf(project, "log")).toEqual(["build", "unbuild", "tell expired", "clean"]);
    await refuses(["approve", "r-1"], 2, "run_ended");
  });

  it("refuses wrong, missing and misfit fields, unknown steps and runs, and a second answer", async () => {
    await pause(release(), "r-1");
    expect(await refuses(["approve", "r-1"], 2, "usage")).toContain("--field window=…");
    expect(await refuses(["approve", "r-1", "--field", "widow=sunday"], 2, "usage")).toContain("window");
    expect(await refuses(["approve", "r-1", "--field", "window=monday"], 2, "input_invalid")).toContain("sunday");
    await refuses(["approve", "r-1", "--field", "window"], 2, "usage");
    expect(await refuses(["approve", "r-1", "build"], 2, "signal_refused")).toContain("it waits for ok");
    expect(await refuses(["approve", "r-2"], 2, "run_not_found")).toContain("r-1");
    expect((await project.aiw(["approve", "r-1", "--field", "window=sunday"])).code).toBe(0);
    // Nobody has driven the run since, and still one person answers once.
    expect(await refuses(["approve", "r-1", "--field", "window=saturday"], 2, "signal_refused")).toContain("already");
    await refuses(["approve", "r-1", "--reject"], 2, "signal_refused");
  });

  it("wants a name when several are open, in items too, each answered by a process of its own", async () => {
    const file = writeFlow(project, "many.md", [
      step("Each", 'needs: []\nforeach: [red, "blue one"]\napproval: {}', "Paint {{ item }}?"),
      step("Legal", "needs: []\napproval: {}", "Is it allowed?"),
      script("Done", "echo done >> log", "needs: [each, legal]"),
    ]);
    const shown = await pause(file, "m-1");
    for (const text of ["Paint blue one?", "Is it allowed?", "aiw approve m-1 'each[1]'"])
      expect(shown).toContain(text);
    const several = await refuses(["approve", "m-1"], 2, "usage");
    expect(several).toContain("legal, each[0], each[1]");
    for (const name of ["each[1]", "legal"]) {
      expect((await project.aiw(["approve", "m-1", name, "--resume"])).code, name).toBe(20);
    }
    expect(linesOf(project, "log")).toEqual([]);
    expect((await project.aiw(["approve", "m-1", "--resume"])).code).toBe(0);
    expect(linesOf(project, "log")).toEqual(["done"]);
  });
});

describe("who may answer", () => {
  const roles = "approvals: { roles: { maintainer: [alice, bob, carol], other: [dora] }, self: false }\n";

  it("is said by roles; a quorum needs different people", async () => {
    project.write("aiw.yaml", roles);
    await pause(release("approval: { by: [maintainer], min: 2 }"), "q-1");
    expect(await refuses(["approve", "q-1", "--as", "dora"], 7, "permission_denied")).toContain("dora");
    await refuses(["approve", "q-1", "--as", "maintainer"], 7, "permission_denied");
    expect((await project.aiw(["approve", "q-1", "--as", "alice"])).code).toBe(0);
    await refuses(["approve", "q-1", "--as", "alice"], 2, "signal_refused");
    const still = await project.aiw(["resume", "q-1"]);
    expect(still.code).toBe(20);
    expect(still.stdout).toContain("ok for approval by maintainer (1 of 2)");
    await refuses(["approve", "q-1", "--as", "alice"], 2, "signal_refused");
    expect((await project.aiw(["approve", "q-1", "--as", "bob", "--resume"])).code).toBe(0);
    expect(linesOf(project, "log")[1]).toContain('"by":["alice","bob"]');
  });

  it("is never the one who asked for the run, unless aiw.yaml says so", async () => {
    const by = userInfo().username;
    project.write("aiw.yaml", `approvals: { roles: { maintainer: ["${by}", alice] }, self: false }\n`);
    await pause(release("approval: { by: [maintainer] }"), "s-1");
    await refuses(["approve", "s-1"], 7, "permission_denied");
    project.write("aiw.yaml", `approvals: { roles: { maintainer: ["${by}", alice] }, self: true }\n`);
    expect((await project.aiw(["approve", "s-1", "--resume"])).code).toBe(0);
  });
});

it("goes on with the workflow as it was when the file has changed meanwhile, and says so", async () => {
  const file = release("approval: {}");
  await pause(file, "c-1");
  writeFlow(project, "release.md", [script("Build", "echo changed >> log")]);
  const { code, stderr } = await project.aiw(["approve", "c-1", "--resume"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /warning: release\.md was changed since the run was started; the run goes on with the workflow as it was/,
  );
  expect(linesOf(project, "log")).not.toContain("changed");
  expect(linesOf(project, "log").at(-1)).toBe("clean");
});
