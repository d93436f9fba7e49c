import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, openSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliOptions, type CliResult, createProject, jsonLines, type Project } from "../support/cli.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-bad-");
});
afterEach(() => project.remove());

const hello = `---
aiw: 1
inputs: { count: integer = 1, kind?: low | high }
---
# Hello

## Steps

### Say
\`\`\`sh run
echo hello
\`\`\`
`;

/** One typed error with a next step, the exit code, no stack trace, and no state left behind. */
async function refuses(args: readonly string[], code: number, error: string, options?: CliOptions): Promise<CliResult> {
  const plain = await project.aiw(args, options);
  expect(plain.code, plain.stderr).toBe(code);
  expect(plain.stdout).toBe("");
  expect(plain.stderr).toMatch(/help: /);
  expect(plain.stderr).not.toMatch(/^\s+at .*\(?(file:|node:|\/)/m);
  const json = await project.aiw([...args, "--json"], options);
  expect(json.code).toBe(code);
  const last = jsonLines(json.stdout).at(-1);
  expect(JSON.stringify(last)).toContain(`"${error}"`);
  if (last?.type === "summary") {
    expect(last).toMatchObject({ run: null, status: "failed", outputs: {}, steps: {}, cost_usd: 0, duration_ms: 0 });
  }
  return plain;
}

describe("aiw run refuses", () => {
  it("a file that is not there, with the nearest name", async () => {
    project.write("review.md", hello);
    const { stderr } = await refuses(["run", "reveiw.md"], 2, "file_not_found");
    expect(stderr).toContain("review.md");
    expect(existsSync(join(project.folder, "state"))).toBe(false);
  });

  it("a folder that is no bundle", async () => {
    mkdirSync(join(project.folder, "empty"));
    await refuses(["run", "empty"], 2, "not_a_bundle");
  });

  it("a binary file", async () => {
    writeFileSync(join(project.folder, "binary.md"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]));
    await refuses(["run", "binary.md"], 2, "file_unreadable");
  });

  it("text that is not UTF-8", async () => {
    writeFileSync(join(project.folder, "latin1.md"), Buffer.from("caf\xe9", "latin1"));
    await refuses(["run", "latin1.md"], 2, "file_unreadable");
  });

  it("a file of 2 GB, without reading it", async () => {
    const file = join(project.folder, "huge.md");
    openSync(file, "w");
    truncateSync(file, 2 * 1024 ** 3);
    await refuses(["run", "huge.md"], 2, "file_too_large");
  });

  it("an unknown input, an input of the wrong type and one outside its choices", async () => {
    project.write("hello.md", hello);
    const { stderr } = await refuses(["run", "hello.md", "--input", "cuont=2"], 2, "input_unknown");
    expect(stderr).toContain("count");
    await refuses(["run", "hello.md", "--input", "count=many"], 2, "input_invalid");
    await refuses(["run", "hello.md", "--input", "kind=medium"], 2, "input_invalid");
    await refuses(["run", "hello.md", "--input", "count"], 2, "usage");
    expect(existsSync(join(project.folder, "state", "aiw.db"))).toBe(false);
  });

  it("a missing input", async () => {
    project.write("need.md", hello.replace("integer = 1", "integer"));
    await refuses(["run", "need.md"], 2, "input_missing");
  });

  it("flags and arguments that do not exist", async () => {
    await refuses(["run", "hello.md", "--inptu", "a=b"], 2, "usage");
    await refuses(["runn"], 2, "usage");
    await refuses(["run"], 2, "usage");
  });

  it("inputs that are not JSON", async () => {
    project.write("hello.md", hello);
    project.write("inputs.json", "{ count: 1");
    await refuses(["run", "hello.md", "--inputs", "inputs.json"], 2, "usage");
  });

  it("an agent that nobody knows, one that is not installed and auto when there is none", async () => {
    project.write("prompt.md", "---\naiw: 1\n---\n# P\n\n## Steps\n\n### Ask\nSay hello.\n");
    const path = { PATH: "/usr/bin:/bin" };
    const { stderr } = await refuses(["run", "prompt.md", "--agent", "cluade"], 6, "agent_not_found", { env: path });
    expect(stderr).toContain("claude");
    await refuses(["run", "prompt.md", "--agent", "claude"], 6, "agent_not_installed", { env: path });
    await refuses(["run", "prompt.md"], 6, "agent_none", { env: path });
  });

  it("a tool that is not executable", async () => {
    mkdirSync(join(project.folder, "bundle", "tools"), { recursive: true });
    project.write(
      "bundle/workflow.md",
      "---\naiw: 1\n---\n# B\n\n## Steps\n\n### Use\n```yaml step\ntool: thing\n```\n",
    );
    project.write("bundle/tools.yaml", "tools:\n  - name: thing\n    script: tools/thing.bin\n");
    project.write("bundle/tools/thing.bin", "#!/bin/sh\necho hi\n");
    chmodSync(join(project.folder, "bundle", "tools", "thing.bin"), 0o644);
    await refuses(["run", "bundle"], 6, "tool_not_executable");
  });

  it("a corrupt database, and leaves it as it was", async () => {
    const file = project.write("hello.md", hello);
    expect((await project.aiw(["run", file])).code).toBe(0);
    const database = databaseFile();
    const junk = Buffer.alloc(8_192, "not a database ");
    for (const name of [`${database}-wal`, `${database}-shm`]) if (existsSync(name)) writeFileSync(name, "");
    writeFileSync(database, junk);
    await refuses(["run", file], 1, "store_corrupt");
    await refuses(["runs", "list"], 1, "store_corrupt");
  });

  it("a database of a newer version", async () => {
    const file = project.write("hello.md", hello);
    expect((await project.aiw(["run", file])).code).toBe(0);
    const database = new DatabaseSync(databaseFile());
    const before = database.prepare("PRAGMA user_version").get() ?? {};
    database.exec(`PRAGMA user_version = ${Number(Object.values(before)[0]) + 1000}`);
    database.exec("UPDATE meta SET value = '999' WHERE key LIKE '%schema%' OR key LIKE '%version%'");
    database.close();
    await refuses(["run", file], 1, "store_newer");
  });

  it("an AIW_HOME that cannot be a folder", async () => {
    const file = project.write("hello.md", hello);
    project.write("state-file", "not a folder");
    const result = await project.aiw(["run", file], { env: { AIW_HOME: join(project.folder, "state-file") } });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/help: /);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });
});

const mounts = spawnSync("sh", ["-c", "[ $(id -u) = 0 ] && unshare -m true"]).status === 0;
if (!mounts) console.log("skipped: full disk and read-only folder need root and mount namespaces");

describe.skipIf(!mounts)("on a bad disk", () => {
  const mounted: string[] = [];
  afterEach(() => {
    for (const folder of mounted.splice(0)) spawnSync("umount", [folder]);
  });

  function mount(options: string): string {
    const folder = join(project.folder, "disk");
    mkdirSync(folder);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status).toBe(0);
    mounted.push(folder);
    return folder;
  }

  it("a read-only folder is one typed error", async () => {
    const folder = mount("size=4m");
    spawnSync("mount", ["-o", "remount,ro", folder]);
    const result = await project.aiw(["run", project.write("hello.md", hello)], {
      env: { AIW_HOME: join(folder, "state") },
    });
    expect(result.code, result.stderr).toBe(1);
    expect(result.stderr).toMatch(/store_readonly|read-only|cannot/);
    expect(result.stderr).toMatch(/help: /);
  });

  it.each([0, 64, 256, 1_024])(
    "a disk with %i KB left gives a typed error, and the run goes on when there is room",
    async (left) => {
      const folder = mount("size=8m");
      const env = { AIW_HOME: join(folder, "state") };
      const steps = Array.from(
        { length: 12 },
        (_, i) => `### S${i}\n\`\`\`sh run\nhead -c 120000 /dev/zero | tr '\\0' x\necho ${i} >> done.txt\n\`\`\`\n`,
      );
      const file = project.write("full.md", `---\naiw: 1\n---\n# Full\n\n## Steps\n\n${steps.join("\n")}`);
      const hi = project.write("hello.md", hello);
      expect((await project.aiw(["run", hi], { env })).code).toBe(0);
      fill(folder, left);
      const result = await project.aiw(["run", file, "--run-id", "full-1"], { env });
      if (result.code !== 0) {
        expect(result.code).toBe(1);
        expect(result.stderr).toMatch(/disk_full|space/);
        expect(result.stderr).toMatch(/help: /);
        expect(result.stderr).not.toMatch(/^\s+at /m);
      }
      spawnSync("rm", [join(folder, "filler")]);
      const again = await project.aiw(["run", file, "--run-id", "full-1"], { env });
      expect(again.code, again.stderr).toBe(0);
    },
    120_000,
  );
});

function fill(folder: string, leaveKb: number): void {
  spawnSync("sh", ["-c", 'dd if=/dev/zero of="$1/filler" bs=1k 2>/dev/null; true', "sh", folder]);
  spawnSync("sh", [
    "-c",
    'size=$(stat -c %s "$1/filler"); truncate -s $((size - $2 * 1024)) "$1/filler"',
    "sh",
    folder,
    String(leaveKb),
  ]);
}

function databaseFile(): string {
  const folder = join(project.folder, "state");
  const name = readdirSync(folder).find((entry) => entry.endsWith(".db"));
  if (!name) throw new Error(`no database in ${folder}`);
  return join(folder, name);
}

describe("aiw resume and aiw cancel refuse", () => {
  it.each(["resume", "cancel"])(
    "%s of a run that is not there, with the nearest id, and make no state",
    async (command) => {
      await refuses([command, "nope"], 2, "run_not_found");
      expect(existsSync(join(project.folder, "state"))).toBe(false);
      const file = project.write("hello.md", hello);
      expect((await project.aiw(["run", file, "--run-id", "night-1"])).code).toBe(0);
      const { stderr } = await refuses([command, "nigth-1"], 2, "run_not_found");
      expect(stderr).toContain("night-1");
    },
  );
});
