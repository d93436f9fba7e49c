import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "./__fixtures__/folders.js";
import { loadScriptTools } from "./script-tools.js";

const shebang = "#!/bin/sh\n";

/** Tools and problems of a bundle with these files. */
function load(files: Readonly<Record<string, string>>, folder = makeFolder(files)) {
  const { tools, problems } = loadScriptTools(join(folder, "tools"), { root: folder });
  return { tools, names: tools.map((tool) => tool.name), problems };
}

describe("discovery", () => {
  it("takes executable files and known extensions, and skips the rest", () => {
    const { names, problems } = load({
      "tools/deploy!": shebang,
      "tools/a.sh": "",
      "tools/b.bash": "",
      "tools/c.py": "",
      "tools/d.rb": "",
      "tools/e.pl": "",
      "tools/f.js": "",
      "tools/g.ts": "",
      "tools/README.md!": "",
      "tools/.hidden.sh": "",
      "tools/data.json": "{}",
      "tools/notes.txt": "",
      "tools/other.yaml": "a: 1",
      "tools/sub/h.sh": "",
    });
    expect(problems).toEqual([]);
    expect(names).toEqual(["a", "b", "c", "d", "deploy", "e", "f", "g"]);
  });

  it("gives a script without a description one open operation run", () => {
    const { tools } = load({ "tools/a.sh": "" });
    expect(tools[0]?.operations).toEqual([{ name: "run", parameters: { type: "object" }, timeoutMs: 300_000 }]);
  });

  it("says so when a script was meant to be executable", () => {
    const { problems } = load({ "tools/deploy": shebang });
    expect(problems).toMatchObject([{ code: "tool_not_executable", help: "run chmod +x tools/deploy" }]);
  });

  it("refuses two scripts with one name, and names that no step could write", () => {
    const { problems } = load({ "tools/a.sh": "", "tools/a.py": "", "tools/1 x.sh": "" });
    expect(problems.map(({ message }) => message)).toEqual([
      "'1 x' cannot name a tool",
      expect.stringMatching(/has the same name 'a'/),
    ]);
  });

  it("refuses a link that leads out of the bundle", () => {
    const outside = makeFolder({ "evil.sh": "" });
    const folder = makeFolder({ "tools/a.sh": "" });
    symlinkSync(join(outside, "evil.sh"), join(folder, "tools", "b.sh"));
    const { names, problems } = load({}, folder);
    expect(names).toEqual(["a"]);
    expect(problems).toMatchObject([{ code: "tool_invalid", file: "tools/b.sh" }]);
  });

  it("finds nothing where there is no folder", () => {
    expect(load({ "workflow.md": "" })).toEqual({ tools: [], names: [], problems: [] });
  });
});

describe("a companion", () => {
  it("describes several operations, with our types and the descriptive form side by side", () => {
    const { tools, problems } = load({
      "tools/github.py": "",
      "tools/github.yaml": `description: GitHub
timeout: 1m
operations:
  list:
    description: Lists
    parameters:
      repo: string
      limit?: integer
      state: { type: string, enum: [open, closed], default: open, description: Which }
      labels: { type: array }
      draft: { type: boolean, required: true }
    output: [{ id: integer }]
    timeout: 5s
  ping:
`,
    });
    expect(problems).toEqual([]);
    const [tool] = tools;
    expect(tool?.description).toBe("GitHub");
    expect(tool?.operations).toMatchObject([
      {
        name: "list",
        description: "Lists",
        timeoutMs: 5_000,
        parameters: {
          type: "object",
          properties: {
            repo: { type: "string" },
            limit: { type: "integer" },
            state: { type: "string", enum: ["open", "closed"], default: "open", description: "Which" },
            labels: { type: "array" },
            draft: { type: "boolean" },
          },
          required: ["repo", "draft"],
          additionalProperties: false,
        },
        output: { type: "array" },
      },
      { name: "ping", timeoutMs: 60_000, parameters: { type: "object" } },
    ]);
  });

  it("keeps parameters that are called like members of every object", () => {
    const { tools } = load({
      "tools/a.sh": "",
      "tools/a.yaml": "parameters: { __proto__: string, constructor: integer }\n",
    });
    const parameters = tools[0]?.operations[0]?.parameters;
    expect(Object.keys(parameters?.properties ?? {})).toEqual(["__proto__", "constructor"]);
    expect(parameters?.required).toEqual(["__proto__", "constructor"]);
  });

  it("describes one operation called run", () => {
    const { tools } = load({ "tools/a.sh": "", "tools/a.sh.yaml": "parameters: { x: integer }\n" });
    expect(tools[0]?.operations).toMatchObject([{ name: "run", parameters: { required: ["x"] } }]);
  });

  it.each([
    ["an unknown key", "tiemout: 5s\n", "1:1: unknown key 'tiemout'", "did you mean 'timeout'?"],
    [
      "an unknown key of an operation",
      "operations:\n  a:\n    parametrs: {}\n",
      "3:5: unknown key 'parametrs'",
      "did you mean 'parameters'?",
    ],
    ["an unknown type", "parameters:\n  x: strng\n", "2:6: there is no type 'strng'", "did you mean 'string'?"],
    [
      "an unknown key of a parameter",
      "parameters:\n  x: { type: string, requred: true }\n",
      "2:31: unknown key 'requred'",
      "did you mean 'required'?",
    ],
    [
      "a default that does not fit",
      "parameters:\n  x: { type: integer, default: a }\n",
      "2:32: the default",
      undefined,
    ],
    ["a time-out without unit", "timeout: 30\n", "1:10: '30' has no unit", "did you mean 30s?"],
    [
      "parameters beside operations",
      "parameters: {}\noperations: { a: }\n",
      "1:13: 'parameters' cannot stand beside",
      "move it into the operation",
    ],
    ["no operations", "operations: {}\n", "1:13: 'operations' must be a map", expect.anything()],
    ["a working directory outside", "cwd: ../..\n", "1:6: '../..' is not a folder of the bundle", expect.anything()],
    [
      "a wrong way to pass arguments",
      "arguments: stdin\n",
      "1:12: 'arguments' is not one of argv, file",
      expect.anything(),
    ],
    ["a reserved variable", "env: { AIW_RUN: x }\n", "1:8: 'AIW_RUN' is reserved", expect.anything()],
    [
      "a wrong name of an operation",
      "operations:\n  'a b': {}\n",
      "2:3: 'a b' cannot name an operation",
      expect.anything(),
    ],
    [
      "a wrong type notation for the output",
      "output: [string, integer]\n",
      "1:9: a list type has one item type",
      expect.anything(),
    ],
    ["an anchor", "env: &e { A: b }\n", "1:", expect.anything()],
    ["text instead of a map", "hello\n", "1:1: the file must be a map", expect.anything()],
  ])("is checked for %s", (_, text, message, help) => {
    const { problems } = load({ "tools/a.sh": "", "tools/a.yaml": text });
    const [first] = problems;
    expect(`${first?.line}:${first?.column}: ${first?.message}`).toContain(message);
    expect(first).toMatchObject({ code: "tool_invalid", file: "tools/a.yaml" });
    expect(first?.help).toEqual(help);
  });

  it("reports all problems in one pass", () => {
    const text = "tiemout: 5s\noperations:\n  a: { parameters: { x: strng } }\n  b: { foo: 1 }\n";
    expect(load({ "tools/a.sh": "", "tools/a.yaml": text }).problems).toHaveLength(3);
  });
});

describe("tools.yaml", () => {
  it("wins over the companion and may rename", () => {
    const { tools, names, problems } = load({
      "tools/a.sh": "",
      "tools/a.yaml": "description: companion\n",
      "tools/b.sh": "",
      "lib/c.sh": "",
      "tools.yaml":
        "tools:\n  - { name: a, description: manifest }\n  - { name: cc, script: lib/c.sh }\n  - { name: bb, script: b.sh }\n",
    });
    expect(problems).toEqual([]);
    expect(names).toEqual(["a", "cc", "bb"]);
    expect(tools[0]?.description).toBe("manifest");
  });

  it("may stand in the folder of the tools, and takes its names from the scripts", () => {
    const { names, problems } = load({ "tools/a.sh": "", "tools/tools.yaml": "tools:\n  - script: a.sh\n" });
    expect(problems).toEqual([]);
    expect(names).toEqual(["a"]);
  });

  it.each([
    ["a path out of the bundle", "../../etc/passwd", /leads out of the bundle/],
    ["an absolute path", "/bin/sh", /leads out of the bundle/],
    ["a script that is not there", "tools/nope.sh", /does not exist/],
  ])("refuses %s", (_, script, message) => {
    const { problems, tools } = load({ "tools.yaml": `tools:\n  - name: x\n    script: ${script}\n` });
    expect(tools).toEqual([]);
    expect(problems).toMatchObject([
      { file: "tools.yaml", line: 3, column: 13, message: expect.stringMatching(message) },
    ]);
  });

  it("refuses a script that is a link out of the bundle", () => {
    const folder = makeFolder({ "tools.yaml": "tools:\n  - { name: x, script: x.sh }\n" });
    symlinkSync(join(makeFolder({ "evil.sh": "" }), "evil.sh"), join(folder, "x.sh"));
    expect(load({}, folder).problems).toMatchObject([{ message: expect.stringMatching(/link that leads out/) }]);
  });

  it("refuses a script that may not be executed", () => {
    const { problems } = load({ x: "hello", "tools.yaml": "tools:\n  - { name: x, script: x }\n" });
    expect(problems).toMatchObject([{ code: "tool_not_executable", help: "run chmod +x x" }]);
  });

  it.each([
    ["no list", "tools: {}\n", /must be a list/],
    ["another key", "tool: []\n", /unknown key 'tool'/],
    ["an entry without name", "tools:\n  - description: x\n", /has no name/],
    ["an entry without script", "tools:\n  - name: x\n", /has no script/],
    ["a name twice", "tools:\n  - { name: a }\n  - { name: a }\n", /described twice/],
  ])("refuses %s", (_, text, message) => {
    const { problems } = load({ "tools/a.sh": "", "tools.yaml": text });
    expect(problems.map((problem) => problem.message).join("\n")).toMatch(message);
  });

  it("refuses a second manifest", () => {
    const { problems } = load({ "tools/a.sh": "", "tools.yaml": "tools: []\n", "tools/tools.yaml": "tools: []\n" });
    expect(problems).toMatchObject([{ message: "there are two manifests" }]);
  });
});
