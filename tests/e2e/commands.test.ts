import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cliFile, createProject, jsonLines, type Project } from "../support/cli.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-commands-");
});
afterEach(() => project.remove());

const slow = `---
aiw: 1
---
# Slow

## Steps

### First
\`\`\`sh run
echo first; touch first.txt
\`\`\`

### Second
\`\`\`sh run
while [ ! -e go.txt ]; do sleep 0.1; done; echo second
\`\`\`
`;

describe("commands that only look", () => {
  it.each([
    [["runs"]],
    [["runs", "list", "--json"]],
    [["agent", "list"]],
    [["doctor"]],
    [["version"]],
    [["explain"]],
    [["completion", "bash"]],
    [["__complete", "--", "runs", "show", ""]],
  ])("%j makes no state", async (args) => {
    const { code, stderr } = await project.aiw(args);
    expect(code, stderr).toBe(0);
    expect(existsSync(join(project.folder, "state"))).toBe(false);
    expect(existsSync(join(project.folder, ".aiw"))).toBe(false);
  });

  it("show and follow a run that another process drives, without disturbing it", async () => {
    const file = project.write("slow.md", slow);
    const driver = project.start(["run", file, "--run-id", "slow-1", "--json"]);
    for (let tries = 0; tries < 200 && !existsSync(join(project.folder, "first.txt")); tries += 1) await sleep(50);
    const follower = project.start(["runs", "logs", "slow-1", "--follow", "--json"]);
    const shown = JSON.parse((await project.aiw(["runs", "show", "slow-1", "--json"])).stdout);
    expect(shown).toMatchObject({ status: "running", steps: [{ id: "first" }, { id: "second" }] });
    expect((await project.aiw(["runs", "list", "--status", "running"])).stdout).toContain("slow-1");
    project.write("go.txt", "");
    const [driven, followed] = await Promise.all([driver.done, follower.done]);
    expect([driven.code, followed.code]).toEqual([0, 0]);
    const events = jsonLines(driven.stdout).filter(({ type }) => type !== "summary");
    expect(jsonLines(followed.stdout)).toEqual(events);
    expect(events.filter(({ type }) => type === "run.claimed")).toHaveLength(1);
    expect(jsonLines((await project.aiw(["runs", "logs", "--json"])).stdout)).toEqual(events);
    expect(jsonLines((await project.aiw(["runs", "logs", "--json"])).stdout).at(-1)).toMatchObject({
      type: "run.completed",
    });
  });

  it("show a failed run with its error, its hint and the next command", async () => {
    const file = project.write("bad.md", slow.replace("echo first; touch first.txt", "echo no >&2; exit 3"));
    expect((await project.aiw(["run", file])).code).toBe(1);
    const { code, stdout } = await project.aiw(["runs", "show"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✖ First +first +failed/);
    expect(stdout).toMatch(/error\[exit\].*\nhelp: /);
    expect(stdout).toMatch(/next: .*`aiw resume run_/);
    expect((await project.aiw(["runs", "logs", "-v"])).stdout).toContain("│ no");
  });

  it("say which run is not there", async () => {
    const { code, stderr } = await project.aiw(["runs", "show", "run_nope"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/error\[run_not_found\].*\nhelp: /);
  });
});

describe("aiw init", () => {
  it("writes a workflow that runs with the command it prints", async () => {
    const { code, stdout } = await project.aiw(["init"]);
    expect(code).toBe(0);
    const command = /Now try:\n\s+aiw (.*)/.exec(stdout)?.[1] ?? "";
    const run = await project.aiw(command.split(" "));
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain("Hello you");
    expect((await project.aiw(["init"])).code).toBe(errorCodes.file_exists.exit);
  });
});

describe("aiw graph", () => {
  it("draws a workflow that init wrote, and refuses one with mistakes", async () => {
    await project.aiw(["init"]);
    expect((await project.aiw(["graph", "flows/hello.md"])).stdout).toMatch(
      /1 {2}┌ Count the files[\s\S]*2 {2}● Greet/,
    );
    expect((await project.aiw(["graph", "flows/hello.md", "--format", "mermaid"])).stdout).toMatch(/^flowchart TD\n/);
    const bad = project.write("bad.md", slow.replace("### Second", "### First"));
    const { code, stderr } = await project.aiw(["graph", bad]);
    expect(code).toBe(2);
    expect(stderr).toContain("E031");
  });
});

describe("global flags", () => {
  it.each([[["--json", "version"]], [["version", "--json"]]])("work before and after the command: %j", async (args) => {
    expect(JSON.parse((await project.aiw(args)).stdout)).toMatchObject({ node: process.versions.node });
  });

  it.each([["runs"], ["doctor"], ["explain"]])("colour nothing in a pipe: aiw %s", async (name) => {
    expect((await project.aiw([name])).stdout).not.toContain("\u001b");
    expect((await project.aiw([name], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stdout).not.toContain("\u001b");
  });
});

const hasBash = spawnSync("bash", ["--version"]).status === 0;

describe.skipIf(!hasBash)("completion in bash", () => {
  function complete(line: readonly string[]): readonly string[] {
    const bin = join(project.folder, "bin");
    mkdirSync(bin, { recursive: true });
    project.write("bin/aiw.sh", `#!/bin/sh\nexec "${process.execPath}" "${cliFile}" "$@"\n`);
    chmodSync(join(bin, "aiw.sh"), 0o755);
    if (!existsSync(join(bin, "aiw"))) symlinkSync("aiw.sh", join(bin, "aiw"));
    const words = line.map((word) => `'${word}'`).join(" ");
    const script = `eval "$(aiw completion bash)"; COMP_WORDS=(aiw ${words}); COMP_CWORD=${line.length}; _aiw; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...project.env, PATH: `${bin}:${project.env.PATH}` };
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: project.folder, env, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.trimEnd().split("\n");
  }

  it("completes commands, files and flags, and quotes names instead of running them", () => {
    expect(complete(["expl"])).toEqual(["explain"]);
    expect(complete(["runs", "logs", "--fol"])).toEqual(["--follow"]);
    project.write("$(touch owned).md", slow);
    project.write("two words.md", slow);
    expect(complete(["run", ""])).toEqual(
      expect.arrayContaining(["\\$\\(touch\\ owned\\).md", "two\\ words.md", "bin/"]),
    );
    expect(existsSync(join(project.folder, "owned"))).toBe(false);
  });
});

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
