import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAiwError, type Workflow } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { projectConfigSchema } from "./config-schema.js";
import { keysAt, wordsFor } from "./config-words.js";
import {
  createSecretSource,
  findProject,
  loadConfig,
  loadWorkflow,
  makeHome,
  openProject,
  openRuntime,
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

describe("loadConfig", () => {
  it("is empty without a file and reads what is there", async () => {
    expect(await loadConfig(folder)).toEqual({});
    writeFileSync(join(folder, "aiw.yaml"), "lease: 5\nagents:\n  mine: { command: cat }\n");
    expect(await loadConfig(folder)).toEqual({ lease: 5, agents: { mine: { command: "cat" } } });
  });

  it.each([
    ["leese: 5\n", /aiw\.yaml:1:1: unknown key 'leese'/],
    ["lease: soon\n", 'aiw.yaml:1:8: lease cannot be "soon": it takes seconds, a number from 1 to 3600'],
    ["auto: claude\n", 'aiw.yaml:1:7: auto cannot be "claude": it takes a list of agent names'],
    ["auto: [1]\n", "aiw.yaml:1:8: auto[0] cannot be 1: it takes a list of agent names"],
    ["agents: { mine: {} }\n", "aiw.yaml:1:11: agents.mine.command is missing"],
    ["agents: { Mine: { command: cat } }\n", "aiw.yaml:1:11: 'Mine' is no name of an agent"],
    ["agents:\n  mine: { comand: cat }\n", "aiw.yaml:2:11: unknown key 'comand' in agents.mine"],
    ["- 1\n", "aiw.yaml:1:1: the file is no map of settings"],
    ["a: [\n", /aiw\.yaml:/],
    ["lease: *x\n", /aiw\.yaml/],
  ])("refuses %j with its place", async (text, message) => {
    writeFileSync(join(folder, "aiw.yaml"), text);
    await expect(loadConfig(folder)).rejects.toThrow(message);
    expect(await codeOf(() => loadConfig(folder))).toBe("config_invalid");
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

describe("mistakes in aiw.yaml", () => {
  it("are told all at once, with a suggestion at every level", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "limits: { proceses: 2, agents: 0 }\ncodex:\n  provider: { idd: x }\n");
    const at = { file: "aiw.yaml", line: 1 };
    await expect(loadConfig(folder)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^aiw\.yaml:1:11: unknown key 'proceses' in limits \(did you mean 'processes'\?\)\naiw\.yaml:1:32: limits\.agents /,
      ),
      details: {
        problems: [
          { ...at, column: 11, help: "did you mean 'processes'?" },
          { ...at, column: 32, message: "limits.agents cannot be 0: it takes a whole number from 1 to 1000" },
          { line: 3, message: "codex.provider.id is missing" },
          { line: 3, message: "codex.provider.url is missing" },
          { line: 3, message: "unknown key 'idd' in codex.provider", help: "did you mean 'id'?" },
        ],
      },
    });
  });

  it("name the keys that there are, and no file that a project does not have", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "banana: 1\n");
    await expect(loadConfig(folder)).rejects.toMatchObject({
      hint: expect.stringMatching(/^its keys are auto, claude, /),
    });
  });

  it("are described for every key of the schema", () => {
    const missing: string[] = [];
    const visit = (schema: unknown, path: readonly string[]) => {
      if (path.length > 0 && wordsFor(path) === undefined) missing.push(path.join("."));
      const { properties = {}, additionalProperties } = schema as {
        properties?: Record<string, unknown>;
        additionalProperties?: unknown;
      };
      for (const [key, inner] of Object.entries(properties)) {
        expect(keysAt(path)).toContain(key);
        visit(inner, [...path, key]);
      }
      if (typeof additionalProperties === "object") visit(additionalProperties, [...path, "name"]);
    };
    visit(z.toJSONSchema(projectConfigSchema), []);
    expect(missing).toEqual([]);
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
