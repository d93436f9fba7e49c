import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadWorkflow, openRuntime, parseInputs } from "@aiw/runtime";
import { describe, expect, it, onTestFinished } from "vitest";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "aiw-example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function git(cwd: string, ...args: string[]): string {
  const who = ["-c", "user.name=Zoë | *Test*", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** A repository with three commits and awkward names. */
function makeRepository(): string {
  const folder = makeFolder();
  git(folder, "init", "-q");
  mkdirSync(join(folder, "sp ace"));
  writeFileSync(join(folder, "sp ace", "häufig `x`.js"), "// TODO: one\nlet a;\n");
  writeFileSync(join(folder, "new\nline.py"), "# FIXME two\n");
  writeFileSync(join(folder, "image.bin"), Buffer.from([0, 1, 2, 0]));
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "one");
  for (const message of ["two", "three"]) {
    appendFileSync(join(folder, "sp ace", "häufig `x`.js"), "more();\n");
    git(folder, "commit", "-qam", message);
  }
  return folder;
}

/** Runs an example with the embedded agent and gives back how it ended. */
async function run(example: string, cwd: string, inputs: readonly string[] = []) {
  const runtime = await openRuntime({ cwd, env: { ...process.env, AIW_HOME: join(makeFolder(), "state") } });
  try {
    const { workflow, problems, origin } = await loadWorkflow(join(examples, example), cwd);
    expect(problems).toEqual([]);
    if (!workflow) throw new Error("no workflow");
    const request = { workflow, origin, inputs: parseInputs(workflow, inputs), agent: "offline" };
    return await (await runtime.control.start(request)).done;
  } finally {
    await runtime.close();
  }
}

describe("examples/hello.md", () => {
  it("greets with the facts of the folder", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "a.txt"), "");
    const summary = await run("hello.md", folder, ["name=Ada"]);
    expect(summary).toMatchObject({ status: "completed", outputs: { greeting: expect.stringContaining("1") } });
  });
});

describe("examples/repo-report", () => {
  it("writes true facts of a repository with awkward names", async () => {
    const folder = makeRepository();
    const summary = await run("repo-report", join(folder, "sp ace"), ["report=../out.md"]);
    expect(summary).toMatchObject({ status: "completed", outputs: { report: "../out.md", commits: 3 } });
    const report = readFileSync(join(folder, "out.md"), "utf8");
    const written = report.slice(0, report.indexOf("\n---\n"));
    for (const text of [written, report.slice(written.length)]) {
      expect(text).toContain("3 commits by 1 author");
      expect(text).toMatch(/häufig 'x'\.js`: changed 3 times/);
      expect(text).toContain("2 markers in 2 files");
      expect(text).toContain("`.js`: 4 lines in 1 file (80 %)");
      expect(text).toContain("git treats 1 as binary");
    }
    expect(git(folder, "status", "--short")).toBe("?? out.md\n");
  });

  it("says that a shallow clone lacks its history", async () => {
    const folder = join(makeFolder(), "clone");
    git(tmpdir(), "clone", "-q", "--depth", "1", `file://${makeRepository()}`, folder);
    expect(await run("repo-report", folder)).toMatchObject({ status: "completed", outputs: { commits: 1 } });
    expect(readFileSync(join(folder, "report.md"), "utf8")).toContain("The clone is shallow");
  });

  it("fails clearly without a repository, and without commits", async () => {
    const folder = makeFolder();
    const outside = await run("repo-report", folder);
    expect(outside).toMatchObject({ status: "failed", step: "check_the_repository" });
    expect(outside.error?.message).toContain("not inside a git working tree");
    git(folder, "init", "-q");
    expect((await run("repo-report", folder)).error?.message).toContain("no commits yet");
  });
});
