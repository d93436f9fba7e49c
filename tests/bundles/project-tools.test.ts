import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeService } from "./services/fake-service.js";
import { npmProject, startNpmRegistry } from "./services/npm-registry.js";
import { startPythonIndex } from "./services/python-index.js";
import { callTool, type ToolCall } from "./support/call-tool.js";
import { bareRepository, branchesOf, git } from "./support/repository.js";

const hasPip = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-project-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("git", () => {
  const call = (operation: string, input: ToolCall["input"], key?: string) =>
    callTool({ operation: `git.${operation}`, input, env: {}, cwd: folder, ...(key === undefined ? {} : { key }) });
  const commit = { folder: "clone", message: "Update\n\nAll of it", author: "Robot <robot@example.com>" };

  it("clones, commits and pushes, each once, and takes the branch back", async () => {
    const bare = bareRepository(folder, { "a.txt": "1\n" });
    const url = `file://${bare}`;
    mkdirSync(join(folder, "clone.part"));
    for (const _ of [1, 2]) {
      expect((await call("clone", { url, branch: "main", folder: "clone" })).output).toEqual({
        folder: "clone",
        commit: git(bare, "rev-parse", "main"),
      });
      expect((await call("create_branch", { folder: "clone", branch: "deps/one" })).code).toBe(0);
    }
    writeFileSync(join(folder, "clone", "a.txt"), "2\n");
    writeFileSync(join(folder, "clone", ".git", "index.lock"), "");
    const first = await call("commit", commit, "aiw_c");
    expect(first.output).toMatchObject({
      files: ["a.txt"],
      stat: expect.stringContaining("1 insertion(+), 1 deletion(-)"),
    });
    expect((await call("commit", commit, "aiw_c")).output).toEqual(first.output);
    for (const _ of [1, 2]) expect((await call("push", { folder: "clone", branch: "deps/one" })).code).toBe(0);
    expect(branchesOf(bare)).toEqual(["deps/one"]);
    expect(git(bare, "log", "-1", "--format=%an %ae %B", "deps/one")).toBe(
      "Robot robot@example.com Update\n\nAll of it\n\nAIW-Key: aiw_c",
    );
    for (const deleted of [true, false]) {
      expect((await call("delete_branch", { folder: "clone", branch: "deps/one" })).output).toEqual({ deleted });
    }
    for (const _ of [1, 2]) expect((await call("remove_clone", { folder: "clone" })).output).toEqual({ removed: true });
    expect(existsSync(join(folder, "clone"))).toBe(false);
  });

  it("says that there is nothing to commit", async () => {
    await call("clone", { url: `file://${bareRepository(folder, { a: "1" })}`, branch: "main", folder: "clone" });
    expect(await call("commit", commit)).toMatchObject({ code: 1, stderr: "git: there is nothing to commit\n" });
  });

  it.each([
    ["a folder outside", "clone", { url: "x", branch: "main", folder: "../x" }],
    ["the working directory itself", "remove_clone", { folder: "." }],
    ["a folder that is no clone", "remove_clone", { folder: "other" }],
    ["an option as a branch", "clone", { url: "x", branch: "--upload-pack=id", folder: "clone" }],
    ["an option as an address", "clone", { url: "--upload-pack=touch hacked", branch: "main", folder: "clone" }],
    ["a program as an address", "clone", { url: "ext::touch hacked", branch: "main", folder: "clone" }],
    ["an author without an address", "commit", { ...commit, folder: "repo", author: "Robot" }],
  ])("refuses %s", async (_, operation, input) => {
    mkdirSync(join(folder, "other"));
    git(folder, "init", "--quiet", "repo");
    writeFileSync(join(folder, "repo", "a"), "");
    git(join(folder, "repo"), "add", "a");
    git(join(folder, "repo"), "commit", "--quiet", "-m", "one");
    writeFileSync(join(folder, "repo", "b"), "");
    expect((await call(operation, input)).code).toBe(1);
    expect(existsSync(join(folder, "hacked"))).toBe(false);
    expect(existsSync(join(folder, "other"))).toBe(true);
  });
});

describe("packages", () => {
  let service: FakeService;
  afterEach(() => service.close());

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  };
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  it("asks npm what is outdated and vulnerable, and updates what is wanted", async () => {
    const advisory = { title: "ReDoS", severity: "high", range: "<1.2.0", hits: ["1.1.0"] };
    service = await startNpmRegistry([
      { name: "alpha", versions: ["1.1.0", "1.2.0", "2.0.0"], advisory },
      { name: "beta", versions: ["3.0.0", "3.0.1"] },
      { name: "gamma", versions: ["0.1.0"] },
    ]);
    const call = (operation: string, more: ToolCall["input"] = {}) => {
      const env = { NPM_CONFIG_REGISTRY: service.url };
      const input = { manager: "npm", folder: ".", ...more };
      return callTool({ operation: `packages.${operation}`, input, env, cwd: folder });
    };
    write(
      npmProject(service.url, { alpha: ["^1.1.0", "1.1.0"], beta: ["3.0.0", "3.0.0"], gamma: ["~0.1.0", "0.1.0"] }),
    );
    expect((await call("outdated")).output).toEqual({
      packages: [
        { name: "alpha", kind: "dependencies", current: "1.1.0", wanted: "1.2.0", latest: "2.0.0", is_major: true },
        { name: "beta", kind: "dependencies", current: "3.0.0", wanted: "3.0.0", latest: "3.0.1", is_major: false },
      ],
    });
    expect((await call("audit")).output).toEqual({
      advisories: [
        {
          name: "alpha",
          severity: "high",
          is_direct: true,
          range: "1.1.0",
          titles: ["ReDoS"],
          urls: ["https://github.com/advisories/GHSA-alpha"],
        },
      ],
    });
    const updates = [
      { name: "alpha", to: "1.2.0" },
      { name: "beta", to: "3.0.1" },
    ];
    for (const _ of [1, 2]) {
      const updated = await call("update", { updates });
      expect(updated.stderr).toBe("");
      expect(updated.output).toMatchObject({ updated: [{ name: "alpha", version: "1.2.0" }, { name: "beta" }] });
    }
    expect(JSON.parse(read("package.json")).dependencies).toEqual({ alpha: "^1.2.0", beta: "3.0.1", gamma: "~0.1.0" });
    expect(existsSync(join(folder, "node_modules"))).toBe(false);
    for (const wrong of [
      { name: "other", to: "1.0.0" },
      { name: "alpha", to: "file:../x" },
    ]) {
      expect((await call("update", { updates: [wrong] })).code).toBe(1);
    }
  });

  it.skipIf(!hasPip)("asks pip and osv.dev the same for the pins of requirements.txt", async () => {
    service = await startPythonIndex({ alpha: ["1.0.0", "1.5.0"], "be-ta": ["2.0"] }, [
      { id: "PYSEC-1", name: "Alpha", version: "1.0.0", summary: "Bad", fixed: "1.4.0" },
    ]);
    const call = (operation: string, more: ToolCall["input"] = {}) => {
      const env = { PIP_INDEX_URL: `${service.url}/simple/`, OSV_API_URL: service.url };
      const input = { manager: "pip", folder: ".", ...more };
      return callTool({ operation: `packages.${operation}`, input, env, cwd: folder });
    };
    const pins = "# pins\nAlpha[x]==1.0.0 ; python_version > '3'  # why\nbe_ta == 2.0\nlost==1\nother>=1\n";
    write({ "requirements.txt": pins });
    const outdated = await call("outdated");
    expect(outdated.stderr).toMatch(/^lost is left out: pip install ended with 1: /);
    expect(outdated.output).toEqual({
      packages: [
        { name: "Alpha", kind: "requirement", current: "1.0.0", wanted: "1.5.0", latest: "1.5.0", is_major: false },
      ],
    });
    expect((await call("audit")).output).toEqual({
      advisories: [
        {
          name: "Alpha",
          severity: "high",
          is_direct: true,
          range: "==1.0.0",
          titles: ["Bad"],
          urls: ["https://osv.dev/vulnerability/PYSEC-1"],
          fixed_in: "Alpha 1.4.0",
        },
      ],
    });
    for (const _ of [1, 2]) expect((await call("update", { updates: [{ name: "alpha", to: "1.5.0" }] })).code).toBe(0);
    expect(read("requirements.txt")).toBe(pins.replace("==1.0.0", "==1.5.0"));
  });
});

describe("security", () => {
  const secret = `AKIA${"A".repeat(16)}`;
  const patch = [
    "@@ -1,1 +1,6 @@",
    " old eval(x)",
    "+run(eval(x))",
    `+key = "${secret}"`,
    "-eval(gone)",
    "+fine()",
  ].join("\n");
  const call = (input: ToolCall["input"]) => callTool({ operation: "security.scan", input, env: {} });

  it("looks at added lines only and repeats no secret", async () => {
    const { output } = await call({ files: [{ path: "a.js", patch }], rules: [] });
    expect(output).toMatchObject({
      files: 1,
      findings: [
        { path: "a.js", line: 2, rule: "eval", severity: "high", text: "run(eval(x))" },
        { path: "a.js", line: 3, rule: "aws-key", severity: "high", text: "(not shown)" },
      ],
    });
    expect(JSON.stringify(output)).not.toContain(secret);
  });

  it("looks for chosen rules and in files of their languages", async () => {
    expect((await call({ files: [{ path: "a.md", patch }], rules: ["eval"] })).output).toMatchObject({ findings: [] });
    expect(await call({ files: [], rules: ["evil"] })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("evil"),
    });
  });
});
