import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-flows-");
});
afterEach(() => project.remove());

const templates = ["basic", "multi-step", "with-tools"];

describe("a new workflow", () => {
  it.each(templates.flatMap((template) => [[template], [template, "--bundle"]]))(
    "passes every check and runs without a model: %s %s",
    async (template, ...bundle) => {
      const created = await project.aiw(["workflow", "create", "My flow", "-t", template, ...bundle, "--json"]);
      expect(created.code, created.stderr).toBe(0);
      const { path, written } = JSON.parse(created.stdout);
      for (const file of written) expect(existsSync(join(project.folder, file))).toBe(true);
      const checked = await project.aiw(["workflow", "validate", path]);
      expect(checked.stdout).toBe("✔ 1 file, no problems\n");
      const run = await project.aiw(["run", path, "--agent", "offline", "--json"]);
      expect(run.code, run.stderr).toBe(0);
      expect(jsonLines(run.stdout).at(-1)).toMatchObject({ type: "summary", status: "completed" });
      const { stdout } = await project.aiw(["workflow", "list", "--json"]);
      expect(JSON.parse(stdout).workflows).toEqual([expect.objectContaining({ path, name: "My flow", errors: 0 })]);
    },
  );
});

describe("a bundle", () => {
  beforeEach(async () => {
    await project.aiw(["workflow", "create", "kit", "-t", "with-tools", "--bundle"]);
  });

  it("runs as one, and a file does not", async () => {
    const run = await project.aiw([
      "bundle",
      "run",
      "flows/kit",
      "--agent",
      "offline",
      "--input",
      "limit=50",
      "--json",
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ outputs: { words: 9 }, steps: { longest_words: "skipped" } });
    const refused = await project.aiw(["bundle", "run", "flows/kit/workflow.md"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("error[not_a_bundle]");
  });

  it("has tools that are called without a run", async () => {
    const args = ["tools", "call", "flows/kit", "words.longest"];
    const called = await project.aiw([...args, "--arg", "text=a bb ccc", "--arg", "limit=2", "--json"]);
    expect(called.code, called.stderr).toBe(0);
    expect(JSON.parse(called.stdout)).toMatchObject({ status: "completed", output: ["ccc", "bb"] });
    const stdin = await project.aiw(["tools", "call", "flows/kit", "words.count", "--input", "-"], {
      stdin: '{"text":"one two"}',
    });
    expect(JSON.parse(stdin.stdout)).toEqual({ words: 2, letters: 6 });
    expect((await project.aiw([...args, "--arg", "txet=x"])).code).toBe(1);
    expect((await project.aiw(["tools", "call", "flows/kit", "wrods"])).code).toBe(6);
    expect(existsSync(join(project.folder, "state"))).toBe(false);
  });

  it("ends the tool when the call is interrupted", async () => {
    const script = "#!/bin/sh\ntouch started; sleep 600\n";
    project.write("flows/kit/tools/slow.sh", script);
    const call = project.start(["tools", "call", "flows/kit", "slow"]);
    for (let tries = 0; tries < 400 && !existsSync(join(project.folder, "started")); tries += 1) await pause(50);
    call.child.kill("SIGINT");
    expect((await call.done).code).toBe(130);
  });
});

describe("drawings and logs", () => {
  it("are written into files, by their names", async () => {
    await project.aiw(["workflow", "create", "x", "-t", "multi-step"]);
    for (const name of ["x.svg", "x.dot", "x.mmd"]) {
      expect((await project.aiw(["graph", "flows/x.md", "--output", `out/${name}`])).code).toBe(0);
    }
    const read = (name: string) => readFileSync(join(project.folder, "out", name), "utf8");
    expect(read("x.svg")).toMatch(/^<svg xmlns/);
    expect(read("x.dot")).toMatch(/^digraph "X" \{/);
    expect(read("x.mmd")).toMatch(/^flowchart TD\n/);
    const refused = await project.aiw(["graph", "flows/x.md", "--output", "flows/x.md"]);
    expect(refused.code).toBe(2);
    expect(readFileSync(join(project.folder, "flows/x.md"), "utf8")).toContain("aiw: 1");
  });

  it("come with the exit code of what was found", async () => {
    project.write("bad.md", "---\naiw: 1\n---\n## Steps\n\n### A\n{{ nothing }}\n");
    const { code, stdout, stderr } = await project.aiw(["check", "bad.md", "--sarif", "-"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ version: "2.1.0", runs: [{ results: [{ level: "error" }] }] });
    expect(stderr).toContain("✖ 1 file, 1 error");
  });
});

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
