import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isAiwError, type Workflow } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadWorkflow } from "./index.js";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "aiw-uses-"));
  folder = join(parent, "project");
  mkdirSync(join(folder, ".git"), { recursive: true });
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Writes a file of the project. */
function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A workflow that uses others, one step each. */
function using(...targets: readonly string[]): string {
  const steps = targets.map((target, index) => `### Use ${index}\n\`\`\`yaml step\nuse: ${target}\n\`\`\`\n`);
  return `---\naiw: 1\n---\n## Steps\n${steps.join("\n")}`;
}

const leaf =
  "---\naiw: 1\ninputs: { name: string }\noutputs: { greeting: steps.say.text }\n---\n## Steps\n### Say\n```sh run\necho hi\n```\n";
const plain = "---\naiw: 1\n---\n## Steps\n### Say\n```sh run\necho hi\n```\n";

async function load(path: string, cwd = folder) {
  const loaded = await loadWorkflow(path, cwd);
  const lines = (problems: typeof loaded.problems) =>
    problems.map(({ code, file, line, message }) => `${code} ${file}:${line} ${message}`);
  const { workflow } = loaded;
  const children = loaded.children.map(({ file, problems }) => ({ file, problems: lines(problems) }));
  return {
    ...loaded,
    workflow,
    problems: lines(loaded.problems),
    helps: loaded.problems.map((one) => one.help),
    children,
  };
}

/** Paths of all sub-workflows of a model. */
function namesOf(workflow: Workflow | undefined): readonly string[] {
  return Object.entries(workflow?.uses ?? {}).flatMap(([name, used]) => [
    name,
    ...namesOf(used.workflow).map((inner) => `${name} > ${inner}`),
  ]);
}

describe("a workflow that uses others", () => {
  it("may be written in YAML, as may those that it uses", async () => {
    write("flows/part.md", leaf);
    write("flows/whole.flow.yaml", "aiw: 1\nsteps:\n  - title: Part\n    use: ./part.md\n    with: { name: you }\n");
    write("main.md", using("./flows/whole.flow.yaml"));
    const { workflow, problems } = await load("main.md");
    expect(problems).toEqual([]);
    expect(namesOf(workflow)).toEqual(["./flows/whole.flow.yaml", "./flows/whole.flow.yaml > ./part.md"]);
  });

  it("is told what is wrong with one in YAML, at its place", async () => {
    write("main.flow.yml", "aiw: 1\nsteps:\n  - title: Part\n    use: ./part.flow.yaml\n");
    write("part.flow.yaml", "aiw: 1\nsteps:\n  - title: Say\n    prompt: |\n      Say\n      {{ inputs.nmae }}\n");
    const { problems } = await load("main.flow.yml");
    expect(problems).toEqual([expect.stringMatching(/^E307 main\.flow\.yml:4 part\.flow\.yaml:6:17: 'nmae' does not/)]);
  });

  it("holds them as they are now, each with where it came from", async () => {
    write(
      "flows/main.md",
      using("./part.md", "../lib", "../lib/deep/x.md").replace("use: ./part.md", "use: ./part.md\nwith: { name: you }"),
    );
    write("flows/part.md", leaf);
    write("lib/workflow.md", using("./deep/x.md"));
    write("lib/deep/x.md", plain);
    const { workflow, problems, children } = await load("flows/main.md");
    expect(problems).toEqual([]);
    expect(namesOf(workflow)).toEqual(["./part.md", "../lib", "../lib > ./deep/x.md", "../lib/deep/x.md"]);
    expect(workflow?.uses?.["./part.md"]).toMatchObject({
      workflow: { name: "part", inputs: { name: { required: true } } },
      from: { file: join(folder, "flows/part.md"), folder: join(folder, "flows"), bundle: false },
    });
    expect(workflow?.uses?.["../lib"]?.from).toEqual({
      file: join(folder, "lib/workflow.md"),
      folder: join(folder, "lib"),
      bundle: true,
    });
    expect(children.map(({ file }) => file)).toEqual(["flows/part.md", "lib/deep/x.md", "lib/workflow.md"]);
  });

  it("is checked against their inputs and outputs", async () => {
    write("part.md", leaf);
    const call = (more: string) => `${using("./part.md").replace("use: ./part.md", `use: ./part.md\n${more}`)}`;
    write("a.md", call("with: { nmae: you }"));
    expect((await load("a.md")).problems).toEqual([
      expect.stringContaining("the input 'name' is missing"),
      expect.stringContaining("the workflow has no input 'nmae'"),
    ]);
    const after = (field: string) => `${call("with: { name: you }")}\n### After\n{{ steps.use_0.output.${field} }}\n`;
    write("a.md", after("greting"));
    expect((await load("a.md")).problems).toEqual([expect.stringContaining("'greting' does not exist")]);
    write("a.md", after("greeting"));
    expect((await load("a.md")).problems).toEqual([]);
  });

  it("checks a bundle with its own tools and defaults, not with those of who uses it", async () => {
    const calling = (tool: string) => `---\naiw: 1\n---\n## Steps\n### Call\n\`\`\`yaml step\ntool: ${tool}\n\`\`\`\n`;
    write("outer/workflow.md", using("../inner"));
    write("outer/tools/outer.js", "console.log(1)");
    write("inner/workflow.md", calling("inner"));
    write("inner/tools/inner.js", "console.log(1)");
    write("inner/config.yaml", "agent: codex\n");
    const { workflow, problems } = await load("outer");
    expect(problems).toEqual([]);
    expect(workflow?.uses?.["../inner"]?.workflow.agent).toEqual([{ agent: "codex" }]);
    write("inner/workflow.md", calling("outer"));
    expect((await load("outer")).problems[0]).toMatch(/^E307 outer\/workflow\.md:7 inner\/workflow\.md:7:\d+: .*outer/);
  });

  it("leaves packages for later", async () => {
    write("a.md", using("'@scope/package/flow@^1'"));
    const { workflow, problems } = await load("a.md");
    expect(problems).toEqual([]);
    expect(workflow?.uses).toBeUndefined();
  });
});

describe("a sub-workflow with problems", () => {
  it("is one problem where it is used, and tells its own", async () => {
    write("a.md", using("./b.md"));
    write("b.md", plain.replace("### Say", "### Say\n```yaml step\nretri: 1\ntimeout: soon\n```"));
    const { workflow, problems, helps, children } = await load("a.md");
    expect(workflow).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^E307 a\.md:7 b\.md:7:\d+: .*retri/);
    expect(helps).toEqual(["`aiw check b.md` shows all that is wrong there"]);
    expect(children).toMatchObject([
      { file: "b.md", problems: [/retri/, /soon/].map((text) => expect.stringMatching(text)) },
    ]);
  });

  it("is found through all that use it, once for each file", async () => {
    write("a.md", using("./b.md", "./c.md"));
    write("b.md", using("./d.md"));
    write("c.md", using("./d.md"));
    write("d.md", plain.replace("sh run", "cobol run"));
    const { problems, children } = await load("a.md");
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^E307 a\.md:7 b\.md:7:\d+: d\.md:6:\d+: /);
    expect(children.map(({ file, problems: own }) => `${file} ${own.length}`)).toEqual(["d.md 1", "b.md 1", "c.md 1"]);
  });

  it("may have warnings", async () => {
    write("a.md", using("./b.md"));
    write("b.md", `${plain}### Context\nSome text.\n`);
    const { workflow, problems, children } = await load("a.md");
    expect(problems).toEqual([]);
    expect(workflow).toBeDefined();
    expect(children[0]?.problems).toHaveLength(1);
  });

  it("that cannot be read is a problem too, with what is near", async () => {
    write("real.md", plain);
    write("data.txt", "x");
    write("empty/.keep", "");
    write("bin.md", "\u0000\u0001");
    write("bad/workflow.md", plain);
    write("bad/config.yaml", "agnet: x\n");
    const messages = async (target: string) => {
      write("a.md", using(target));
      const { problems, helps } = await load("a.md");
      return `${problems.join("\n")} | ${helps.join("\n")}`;
    };
    expect(await messages("./reel.md")).toBe("E307 a.md:7 reel.md does not exist | did you mean real.md?");
    expect(await messages("./data.txt")).toContain("data.txt is no workflow file");
    expect(await messages("./empty")).toContain("holds no workflow file");
    expect(await messages("./bin.md")).toMatch(/^E307 a\.md:7 .*bin\.md/);
    expect(await messages("./bad")).toContain("unknown key 'agnet'");
  });

  it("with tools that cannot be described is a problem of who uses it", async () => {
    write("a.md", using("./b.md"));
    write("b.md", "---\naiw: 1\ntools: { local: ./scripts }\n---\n## Steps\n### A\n```yaml step\ntool: x\n```\n");
    write("scripts/x.js", "1");
    write("scripts/x.yaml", "parametres: {}\n");
    const { problems } = await load("a.md");
    expect(problems).toEqual([expect.stringContaining("E307 a.md:7 scripts/x.yaml:1:1: unknown key 'parametres'")]);
    expect(await load("b.md").catch((error: unknown) => isAiwError(error, "tool_invalid"))).toBe(true);
  });
});

describe("sub-workflows that use each other", () => {
  it("are refused with the path of the cycle", async () => {
    write("a.md", using("./b.md"));
    write("b.md", using("./c/../c/x.md"));
    write("c/x.md", using("../a.md"));
    expect((await load("a.md")).problems[0]).toMatch(
      /^E307 a\.md:7 b\.md:7:6: c\/x\.md:7:6: a\.md uses itself: a\.md → b\.md → c\/x\.md → a\.md$/,
    );
    write("self.md", using("./self.md"));
    expect((await load("self.md")).problems).toEqual(["E307 self.md:7 self.md uses itself: self.md → self.md"]);
    write("bundle/workflow.md", using("../bundle"));
    expect((await load("bundle")).problems[0]).toContain("uses itself");
    symlinkSync("a.md", join(folder, "alias.md"));
    write("c/x.md", using("../alias.md"));
    expect((await load("a.md")).problems[0]).toContain("a.md uses itself: a.md → b.md → c/x.md → alias.md");
  });

  it("may be nested eight deep and no deeper", async () => {
    for (let level = 0; level < 9; level += 1) write(`${level}.md`, using(`./${level + 1}.md`));
    write("9.md", plain);
    expect((await load("1.md")).problems).toEqual([]);
    expect((await load("0.md")).problems[0]).toMatch(/sub-workflows are nested more than 8 deep$/);
  });

  it("are at most sixty-four in all", async () => {
    const many = (count: number, name: string) =>
      using(...Array.from({ length: count }, (_, index) => `./${name}${index}.md`));
    for (let index = 0; index < 8; index += 1) write(`b${index}.md`, many(index < 7 ? 7 : 6, "c"));
    for (let index = 0; index < 8; index += 1) write(`c${index}.md`, plain);
    write("a.md", many(8, "b"));
    expect((await load("a.md")).problems).toEqual([]);
    write("b7.md", many(8, "c"));
    const { problems } = await load("a.md");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^E307 a\.md:\d+ b7\.md:\d+:6: a workflow has at most 64 sub-workflows/);
  });
});

describe("a sub-workflow elsewhere", () => {
  it("is refused outside of the project, wherever links lead", async () => {
    writeFileSync(join(parent, "elsewhere.md"), plain);
    write("flows/a.md", using("../../elsewhere.md"));
    expect((await load("flows/a.md")).problems[0]).toMatch(
      /^E307 flows\/a\.md:7 .*elsewhere\.md lies outside the project$/,
    );
    write("flows/a.md", using("../../none.md"));
    expect((await load("flows/a.md")).problems[0]).toContain("lies outside the project");
    symlinkSync(join(parent, "elsewhere.md"), join(folder, "flows", "link.md"));
    write("flows/a.md", using("./link.md"));
    expect((await load("flows/a.md")).problems[0]).toContain("flows/link.md lies outside the project");
  });

  it("is fine below the folder of the workflow, wherever that is", async () => {
    mkdirSync(join(parent, "common/parts"), { recursive: true });
    writeFileSync(join(parent, "common/main.md"), using("./parts/x.md"));
    writeFileSync(join(parent, "common/parts/x.md"), using("../y.md"));
    writeFileSync(join(parent, "common/y.md"), plain);
    expect((await load("../common/main.md")).problems).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)("that may not be read is a problem", async () => {
    write("a.md", using("./b.md"));
    write("b.md", plain);
    chmodSync(join(folder, "b.md"), 0);
    expect((await load("a.md")).problems[0]).toContain("cannot read b.md");
  });
});
