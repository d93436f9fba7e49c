import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { linesOf, script, step, writeFlow } from "../support/flow.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-many-");
});
afterEach(() => project.remove());

describe("aiw run A B", () => {
  it("runs one after the other with --max-parallel 1, and one that fails stops no other", async () => {
    writeFlow(project, "a.md", [script("A", "echo a >> log; sleep 0.2; echo a >> log; exit 4")]);
    writeFlow(project, "b.md", [script("B", "echo b >> log; echo b >> log")]);
    const { code, stdout } = await project.aiw(["run", "a.md", "b.md", "--max-parallel", "1"]);
    expect(code).toBe(1);
    expect(linesOf(project, "log")).toEqual(["a", "a", "b", "b"]);
    expect(stdout).toMatch(/✖ +a\.md +failed/);
    expect(stdout).toMatch(/✔ +b\.md +completed/);
    expect(stdout).toContain("2 workflows: 1 completed, 1 failed");
  });

  it("leaves those that wait with 20, gives one summary each, and refuses before it starts any", async () => {
    writeFlow(project, "a.md", [step("Ok", "approval: {}", "Fine?")]);
    writeFlow(project, "b.md", [script("B", "echo b >> log")]);
    const { code, stdout } = await project.aiw(["run", "a.md", "b.md", "--json"]);
    expect(code).toBe(20);
    const summaries = jsonLines(stdout).filter(({ type }) => type === "summary");
    expect(summaries).toMatchObject([
      { target: "a.md", status: "suspended" },
      { target: "b.md", status: "completed" },
    ]);
    project.write("bad.md", "---\naiw: 1\n---\n## Steps\n\n### A\n{{ nothing }}\n");
    expect((await project.aiw(["run", "b.md", "bad.md"])).code).toBe(2);
    expect(linesOf(project, "log")).toEqual(["b"]);
    expect((await project.aiw(["run", "a.md", "b.md", "--run-id", "x"])).code).toBe(2);
    expect((await project.aiw(["run", "a.md", "b.md", "--max-parallel", "0"])).code).toBe(2);
  });
});

describe("items", () => {
  it("over a million are one typed error, quickly", async () => {
    const axis = JSON.stringify({ axis: Array.from({ length: 1_000 }, (_, index) => index) });
    const list = JSON.stringify({ axis: Array.from({ length: 1_000_000 }, (_, index) => index) });
    const flows = [
      ["{ a: inputs.axis, b: inputs.axis }", axis],
      ["inputs.axis", list],
    ] as const;
    for (const [foreach, inputs] of flows) {
      const file = writeFlow(
        project,
        "big.md",
        [script("Each", "echo ran >> log", `foreach: ${foreach}`)],
        'inputs: { axis: "[integer]" }\n',
      );
      const { code, stdout } = await project.aiw(["run", file, "--inputs", project.write("in.json", inputs)]);
      expect(code).toBe(1);
      expect(stdout).toContain("error[foreach_too_large] foreach of step each has 1000000 items");
      expect(stdout).toContain("help: ");
    }
    expect(linesOf(project, "log")).toEqual([]);
  });

  it("run in order of index, at most so many at once; a failed one is made again by resume, the others not", async () => {
    const text = 'echo "$ITEM" >> log; [ "$ITEM" != b ] || [ -f ready ]';
    const file = writeFlow(project, "items.md", [
      script("Each", text, 'foreach: [a, b, c]\nmax-parallel: 1\nenv: { ITEM: "{{ item }}" }'),
    ]);
    const failed = await project.aiw(["run", file, "--run-id", "i-1"]);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain("each[1]");
    expect(linesOf(project, "log")).toEqual(["a", "b"]);
    project.write("ready", "");
    const resumed = await project.aiw(["resume", "i-1"]);
    expect(resumed.code, resumed.stdout).toBe(0);
    expect(resumed.stdout).toMatch(/each +ok +\d+\.\ds/);
    expect(linesOf(project, "log")).toEqual(["a", "b", "b", "c"]);
  });
});

describe("rounds", () => {
  it("end when the condition is true, else with repeat_exhausted after the last one", async () => {
    const loop = (max: number) =>
      writeFlow(project, "loop.md", [
        script("Write", "echo w >> log"),
        script("Test", "grep -c . log", `output: integer\nrepeat: { from: write, until: output >= 3, max: ${max} }`),
        script("After", "echo after >> log"),
      ]);
    const short = await project.aiw(["run", loop(2), "--run-id", "l-1"]);
    expect(short.code).toBe(1);
    expect(short.stdout).toContain("error[repeat_exhausted]");
    expect(short.stdout).toMatch(/help: .*max/);
    expect(linesOf(project, "log")).toEqual(["w", "w"]);
    const enough = await project.aiw(["run", loop(3), "--run-id", "l-2"]);
    expect(enough.code, enough.stdout).toBe(0);
    expect(linesOf(project, "log")).toEqual(["w", "w", "w", "after"]);
    expect((await project.aiw(["runs", "show", "l-1"])).stdout).toMatch(/Write, round 2 +write#2 +completed/);
  });
});
