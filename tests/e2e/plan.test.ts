import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, type Project } from "../support/cli.js";
import { linesOf, script, step, undo, writeFlow } from "../support/flow.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-plan-");
});
afterEach(() => project.remove());

function flow(): string {
  writeFlow(project, "child.md", [script("Inner", "touch ran")], "inputs: { name: string }\n");
  return writeFlow(
    project,
    "flow.md",
    [
      script("List", "touch ran; echo '[]'", "output: [string]\nneeds: []"),
      script("Pair", "touch ran", 'needs: []\nforeach: [a, b]\nenv: { T: "{{ secrets.PLAN_TOKEN }}" }'),
      script("Each", "touch ran", "needs: list\nforeach: steps.list.output"),
      step("Sub", "use: ./child.md\nwith: { name: x }\nneeds: each"),
      undo("touch ran"),
      step("Ask", "needs: sub\nagent: claude", "Hello."),
      step("Ok", "needs: ask\napproval: {}", "Fine?"),
      "## Finally\n",
      script("Clean", "touch ran"),
    ],
    "secrets: [PLAN_TOKEN]\n",
  );
}

describe("aiw plan", () => {
  it("shows order, sizes, agents and secrets, and all that keeps the run from starting, without running anything", async () => {
    const env = { PATH: "/usr/bin:/bin" };
    const { code, stdout } = await project.aiw(["plan", flow()], { env });
    expect(stdout).toMatch(/^1\. List/m);
    expect(stdout).toMatch(/Pair ×2/);
    expect(stdout).toMatch(/Each ×\?/);
    expect(stdout).toContain("error[secret_missing]");
    expect(stdout).toContain("error[agent_not_installed]");
    expect([2, 6]).toContain(code);
    const json = await project.aiw(["plan", flow(), "--json"], { env });
    const plan = JSON.parse(json.stdout);
    expect(plan).toMatchObject({ type: "plan", name: "flow.md", secrets: ["PLAN_TOKEN"] });
    expect(plan.waves.flat().map(({ id }: { id: string }) => id)).toEqual(["list", "pair", "each", "sub", "ask", "ok"]);
    const codes = plan.problems.map(({ error }: { error: { code: string } }) => error.code).toSorted();
    expect(codes).toEqual(["agent_not_installed", "secret_missing"]);
    expect(existsSync(join(project.folder, "ran"))).toBe(false);
    expect(existsSync(join(project.folder, "state"))).toBe(false);
  });

  it("says that a run can start, as run --dry-run does", async () => {
    const file = flow();
    const env = { PLAN_TOKEN: "very-secret" };
    const plan = await project.aiw(["plan", file, "--agent", "offline"], { env });
    expect(plan.code, plan.stdout).toBe(0);
    expect(plan.stdout).toContain("it can start: nothing was executed");
    expect(plan.stdout).not.toContain("very-secret");
    const dry = await project.aiw(["run", file, "--agent", "offline", "--dry-run"], { env });
    expect(dry).toMatchObject({ code: 0, stdout: plan.stdout });
    expect(existsSync(join(project.folder, "state"))).toBe(false);
  });

  it("tells missing and wrong inputs as run does", async () => {
    const file = writeFlow(project, "need.md", [script("A", "true")], "inputs: { count: integer }\n");
    for (const args of [[], ["-i", "count=many"]]) {
      const plan = await project.aiw(["plan", file, ...args]);
      const run = await project.aiw(["run", file, ...args]);
      expect([plan.code, run.code]).toEqual([2, 2]);
    }
    expect(linesOf(project, "log")).toEqual([]);
  });
});

describe("what this version does not do", () => {
  it.each([
    ["budget", "budget: { usd: 1 }\n", ""],
    ["on-quota", "on-quota: park\n", ""],
    ["sandbox", "sandbox: required\n", ""],
    ["workspace", "", "workspace: new"],
    ["routing", "", "agent: { any: [offline, scripted], by: cost }"],
  ])("is checked and then refused by its name before anything runs: %s", async (_key, front, settings) => {
    const file = writeFlow(
      project,
      "later.md",
      [script("First", "touch ran"), step("Ask", settings || "agent: offline", "Hello.")],
      front,
    );
    expect((await project.aiw(["check", file])).code).toBe(0);
    const { code, stderr } = await project.aiw(["run", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("error[not_in_this_version]");
    expect(stderr).toMatch(/help: /);
    expect(existsSync(join(project.folder, "ran"))).toBe(false);
  });
});
