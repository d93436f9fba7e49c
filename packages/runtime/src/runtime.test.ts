import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAiwError, type Workflow } from "@aiw/core";
import { openSqlite } from "@aiw/storage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createSecretSource,
  findProject,
  loadWorkflow,
  makeHome,
  openProject,
  openRuntime,
  openStore,
  parseInputs,
} from "./index.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-runtime-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hello =
  "---\naiw: 1\ninputs: { name: string = you, n?: integer, tags?: [string] }\n---\n# Hello\n\n## Steps\n\n### Say\n```sh run\necho hi\n```\n";

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return isAiwError(error) ? error.code : String(error);
  }
  return "no error";
}

describe("findProject", () => {
  it("takes the nearest folder with state, configuration or a repository", () => {
    mkdirSync(join(folder, "repo", ".git"), { recursive: true });
    mkdirSync(join(folder, "repo", "part", "deep"), { recursive: true });
    const deep = join(folder, "repo", "part", "deep");
    expect(findProject(deep).project).toBe(join(folder, "repo"));
    writeFileSync(join(folder, "repo", "part", "aiw.yaml"), "");
    expect(findProject(deep)).toEqual({
      project: join(folder, "repo", "part"),
      home: join(folder, "repo", "part", ".aiw"),
    });
    expect(findProject(deep, "state").home).toBe(join(deep, "state"));
  });

  it("makes a state folder that only its owner reads and git ignores", () => {
    const home = join(folder, ".aiw");
    makeHome(home);
    makeHome(home);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(home, ".gitignore"), "utf8")).toBe("*\n");
  });
});

describe("a state folder that cannot be made", () => {
  it("is refused at once below /proc", async () => {
    expect(await codeOf(() => makeHome("/proc/aiw/state"))).toMatch(/^store_(io|readonly)$/);
  });

  it("is a file, or lies below one: that file is named", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const home of [file, join(file, "a", "b")]) {
      expect(() => makeHome(home)).toThrow(
        expect.objectContaining({
          code: "store_io",
          message: expect.stringContaining(file),
          hint: expect.stringContaining("AIW_HOME"),
        }),
      );
    }
  });

  it("is made with all folders above it", () => {
    const home = join(folder, "a", "b", "c");
    makeHome(home);
    expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
    expect(existsSync(join(home, ".gitignore"))).toBe(true);
  });
});

describe("createSecretSource", () => {
  it("prefers the file to the environment and counts empty values as missing", async () => {
    const file = join(folder, "secrets.env");
    writeFileSync(file, "A=from file\nEMPTY=\n");
    const source = createSecretSource({ env: { A: "from env", B: "b", EMPTY: "x" }, file });
    expect((await source("A"))?.reveal()).toBe("from file");
    expect((await source("B"))?.reveal()).toBe("b");
    expect(await source("EMPTY")).toBeUndefined();
    expect(await source("toString")).toBeUndefined();
  });

  it("never quotes the file in an error", async () => {
    const file = join(folder, "secrets.json");
    writeFileSync(file, '{ "A": hunter2');
    expect(await codeOf(() => createSecretSource({ env: {}, file }))).toBe("config_invalid");
    expect(() => createSecretSource({ env: {}, file })).not.toThrow(/hunter2/);
    expect(await codeOf(() => createSecretSource({ env: {}, file: join(folder, "none") }))).toBe("file_not_found");
  });
});

describe("loadWorkflow and parseInputs", () => {
  it("loads a file and coerces its inputs by type", async () => {
    writeFileSync(join(folder, "hello.md"), hello);
    const { workflow, origin, problems } = await loadWorkflow("hello.md", folder);
    expect(problems).toEqual([]);
    expect(origin).toMatchObject({ folder, cwd: folder, bundle: false });
    const known = workflow as Workflow;
    expect(parseInputs(known, ["n=3", "tags=a,b", "name=x=y"], { name: "lost" })).toEqual({
      n: 3,
      tags: ["a", "b"],
      name: "x=y",
    });
    expect(await codeOf(() => parseInputs(known, ["nmae=x"]))).toBe("input_unknown");
    expect(await codeOf(() => parseInputs(known, ["n=x"]))).toBe("input_invalid");
    expect(await codeOf(() => parseInputs(known, ["name"]))).toBe("usage");
  });

  it("reports all wrong inputs at once, in the same words for text and JSON", async () => {
    const inputs = "inputs: { flag: boolean, n: integer = 1, kind?: low | high, must: string }";
    writeFileSync(join(folder, "a.md"), hello.replace(/inputs: .*/, inputs));
    const { workflow } = await loadWorkflow("a.md", folder);
    const known = workflow as Workflow;
    const flag = "input 'flag': 'yes' is not a boolean: write true or false";
    for (const [pairs, values] of [
      [["flag=yes", "nn=2"], {}],
      [[], { flag: "yes", nn: 2 }],
    ] as const) {
      expect(() => parseInputs(known, pairs, values)).toThrow(
        expect.objectContaining({
          code: "input_invalid",
          message: `${flag} (its type is boolean)\n'nn' is not an input of Hello (did you mean 'n'?)\ninput 'must' has no value (pass --input must=… (string))`,
        }),
      );
    }
    expect(() => parseInputs(known, ["flag=yes", "must="])).toThrow(
      expect.objectContaining({ message: flag, hint: "its type is boolean" }),
    );
    expect(await codeOf(() => parseInputs(known, ["flag=true"]))).toBe("input_missing");
  });

  it("checks calls of tools in declared folders, and refuses tools that nothing declares", async () => {
    mkdirSync(join(folder, "scripts"));
    writeFileSync(join(folder, "scripts", "hello.js"), "console.log(1)");
    const file = join(folder, "flow.md");
    const codes = async (settings: string, tool: string) => {
      writeFileSync(file, `---\naiw: 1\n${settings}\n---\n## Steps\n### A\n\`\`\`yaml step\ntool: ${tool}\n\`\`\`\n`);
      return (await loadWorkflow(file, folder)).problems.map(({ code }) => code);
    };
    expect(await codes("tools: { local: ./scripts }", "hello.run")).toEqual([]);
    expect(await codes("tools: { local: ./scripts }", "hello.nope")).toEqual(["E302"]);
    expect(await codes("name: x", "hello.run")).toEqual(["E301"]);
    expect(await codes("tools: { local: ./script }", "hello.run")).toEqual(["E112"]);
    const described = join(folder, "scripts", "hello.yaml");
    writeFileSync(described, "parameters: { a: integer, b: string }\n");
    const call = (input: string) => codes("tools: { local: ./scripts }", `hello\nwith: ${input}`);
    expect(await call("{ a: 1, b: x }")).toEqual([]);
    expect(await call("{ a: one, c: x }")).toEqual(["E303", "E305", "E304"]);
    writeFileSync(described, "parametres: {}\n");
    await expect(call("{}")).rejects.toMatchObject({
      code: "tool_invalid",
      message: "scripts/hello.yaml:1:1: unknown key 'parametres'",
      hint: expect.stringContaining("parameters"),
    });
  });

  it("refuses what is no workflow, with a typed error", async () => {
    writeFileSync(join(folder, "bin.md"), Buffer.from([0, 1, 2, 255]));
    mkdirSync(join(folder, "empty"));
    expect(await codeOf(() => loadWorkflow("none.md", folder))).toBe("file_not_found");
    expect(await codeOf(() => loadWorkflow("bin.md", folder))).toBe("file_unreadable");
    expect(await codeOf(() => loadWorkflow("empty", folder))).toBe("not_a_bundle");
  });
});

describe("openProject", () => {
  it("takes programs with a slash from the folder of aiw.yaml, wherever the caller stands", async () => {
    const deep = join(folder, "a", "b");
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(folder, "mine.sh"), '#!/bin/sh\necho "mine: $(cat)"\n', { mode: 0o700 });
    writeFileSync(join(folder, "aiw.yaml"), "agents: { mine: { command: ./mine.sh } }\n");
    writeFileSync(join(deep, "prompt.md"), "---\naiw: 1\nagent: mine\n---\n## Steps\n\n### Say\nhello\n");
    const { workflow, origin } = await loadWorkflow("prompt.md", deep);
    const runtime = await openRuntime({ cwd: deep, env: { PATH: process.env.PATH, HOME: folder } });
    const { done } = await runtime.control.start({ workflow: workflow as Workflow, origin });
    expect(await done).toMatchObject({ status: "completed" });
    await runtime.close();
  });
});

describe("the state of an older version", () => {
  /** Takes back what the second version of the tables added. */
  async function makeOlder(path: string): Promise<void> {
    const database = await openSqlite(path);
    for (const sql of [
      "DROP TABLE locks",
      "DROP INDEX runs_child",
      "ALTER TABLE runs DROP COLUMN parent",
      "UPDATE schema_versions SET version = 1",
      "DELETE FROM meta WHERE key = 'definitions'",
    ]) {
      const statement = database.prepare(sql);
      await database.write(() => statement.run());
    }
    await database.close();
  }

  it("is brought up to date by whoever reads it first", async () => {
    const home = join(folder, ".aiw");
    makeHome(home);
    const opened = await openStore(join(home, "aiw.db"), {});
    const lists = { secrets: [], steps: [] };
    const workflow: Workflow = { model: 1, name: "w", inputs: {}, outputs: {}, env: {}, tools: {}, ...lists };
    const data = { workflow, hash: "h", inputs: {}, origin: { folder, cwd: folder, bundle: false }, trigger: "manual" };
    const create = { request: "h", name: "w", format: 1 };
    const events = [{ type: "run.created", data } as const];
    await opened.store.append([{ run: "r1", id: "a", expect: 0, fence: 0, events, at: 1, create }]);
    await opened.close();
    await makeOlder(join(home, "aiw.db"));
    const project = await openProject({ cwd: folder, env: {} });
    expect((await (await project.store())?.list({ parent: null }))?.runs).toMatchObject([{ run: "r1" }]);
    await project.close();
  });
});

describe("the answers of the agent scripted", () => {
  it("are read when the project is opened with them, before there is any state", async () => {
    const answers = join(folder, "answers.yaml");
    const opening = () => openRuntime({ cwd: folder, env: {}, answers });
    expect(await codeOf(opening)).toBe("file_not_found");
    writeFileSync(answers, "say: [\n");
    await expect(opening()).rejects.toMatchObject({ code: "config_invalid", message: /answers\.yaml:\d+:\d+: / });
    writeFileSync(answers, "one: fine\nsay:\n  - { txt: hello }\n");
    await expect(opening()).rejects.toThrow("answers.yaml:3:12: say[0].txt: 'txt' is unknown; did you mean 'text'?");
    expect(existsSync(join(folder, ".aiw"))).toBe(false);
  });

  it("are a run's problem only when it needs them", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "answers: none.yaml\n");
    writeFileSync(join(folder, "a.md"), "---\naiw: 1\nagent: scripted\n---\n## Steps\n\n### Say\nhello\n");
    const { workflow, origin } = await loadWorkflow("a.md", folder);
    const runtime = await openRuntime({ cwd: folder, env: { PATH: process.env.PATH } });
    const starting = () => runtime.control.start({ workflow: workflow as Workflow, origin });
    expect(await codeOf(starting)).toBe("file_not_found");
    await runtime.close();
  });
});

describe("openRuntime", () => {
  it("runs a workflow and keeps it in the project's state", async () => {
    writeFileSync(join(folder, "hello.md"), hello);
    const options = { cwd: folder, env: { PATH: process.env.PATH, HOME: folder } };
    const project = await openProject(options);
    expect(await project.store()).toBeUndefined();
    expect(existsSync(project.home)).toBe(false);
    await project.close();

    const { workflow, origin } = await loadWorkflow("hello.md", folder);
    const runtime = await openRuntime(options);
    const handle = await runtime.control.start({ workflow: workflow as Workflow, origin, run: "r1" });
    expect(await handle.done).toMatchObject({ run: "r1", status: "completed", steps: { say: "completed" } });
    await runtime.close();
    await runtime.close();

    const again = await openProject(options);
    expect((await (await again.store())?.list({}))?.runs).toMatchObject([{ run: "r1", status: "completed" }]);
    await again.close();
  });
});
