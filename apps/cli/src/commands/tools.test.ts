import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeContext, hostileText } from "../testing/fake-context.js";
import { type ToolsCallOptions, toolsCallCommand } from "./tools-call.js";
import { toolsInfoCommand } from "./tools-info.js";
import { toolsListCommand } from "./tools-list.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-tools-test-"));
  write("aiw.yaml", "");
  write("kit/workflow.md", flow("secrets: [TOKEN]"));
  write("kit/tools/list.yaml", description);
  write("kit/tools/list.sh", '#!/bin/sh\necho "$@"\n', 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const description = `description: Lists things
operations:
  files:
    description: Lists files
    parameters: { folder: string, depth: integer = 1, tags?: [string] }
    output: string
  fail: {}
`;
const flow = (front: string) => `---\naiw: 1\n${front}\n---\n## Steps\n\n### Say\nSay hi.\n`;

function write(name: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
}

describe("tools list", () => {
  it("lists the operations of a workflow with where they come from", async () => {
    write("flow.md", flow("tools: { mine: ./own, gh: { mcp: { command: [gh-mcp] } } }"));
    write("own/say.sh", "#!/bin/sh\n", 0o755);
    const context = createFakeContext({ cwd: folder });
    expect(await toolsListCommand("kit", context)).toBe(0);
    expect(context.out()).toMatch(/list\.files +script +bundle +kit\/tools\/list\.sh +Lists files\n/);
    expect(await toolsListCommand("flow.md", context)).toBe(0);
    expect(context.out()).toMatch(
      /say\.run +script +declared as mine +own\/say\.sh *\ngh +mcp +declared as gh +gh-mcp/,
    );
  });

  it("lists those of the whole project, and names what it left out", async () => {
    write("broken.md", flow("toolz: 1"));
    const context = createFakeContext({ cwd: folder, json: true });
    expect(await toolsListCommand(undefined, context)).toBe(0);
    expect(JSON.parse(context.out())).toMatchObject({
      tools: [{ name: "list", type: "script", workflow: "kit", from: "bundle", operations: [{ name: "files" }, {}] }],
    });
    expect(context.err()).toContain("left out: broken.md has errors");
  });
});

describe("tools info", () => {
  it("shows parameters with types and defaults, and the result", async () => {
    const context = createFakeContext({ cwd: folder });
    expect(await toolsInfoCommand("kit", "list", context)).toBe(0);
    const text = context.out();
    expect(text).toMatch(/^list {2}Lists things\nscript, bundle, kit\/tools\/list\.sh\n/);
    expect(text).toMatch(
      /list\.files {2}Lists files\n {2}folder +string\n {2}depth +integer = 1\n {2}tags +\[string\], optional\n/,
    );
    expect(text).toContain("gives string, at most 5m");
    expect(text).toContain("list.fail\n  any arguments");
  });

  it("gives the schemas of one operation as JSON", async () => {
    const context = createFakeContext({ cwd: folder, json: true });
    await toolsInfoCommand("kit", "list.files", context);
    expect(JSON.parse(context.out())).toMatchObject({
      name: "list",
      operations: [
        { name: "files", parameters: { required: ["folder"] }, output: { type: "string" }, timeout_ms: 300_000 },
      ],
    });
  });

  it.each([
    ["lits", "did you mean 'list'?"],
    ["list.file", "did you mean 'files'?"],
  ])("refuses %s with the nearest name", async (name, hint) => {
    const context = createFakeContext({ cwd: folder });
    await expect(toolsInfoCommand("kit", name, context)).rejects.toMatchObject({ code: "tool_not_found", hint });
  });
});

describe("tools call", () => {
  const env = { PATH: process.env.PATH, TMPDIR: tmpdir() };
  const call = async (name: string, over: Partial<ToolsCallOptions> = {}, json = false) => {
    const context = createFakeContext({ cwd: folder, env: { ...env, TOKEN: "s3cr3t-value-of-it" }, json });
    const code = await toolsCallCommand({ path: "kit", name }, { arg: [], ...over }, context);
    return { code, out: context.out(), err: context.err() };
  };

  it("runs the operation with arguments by their types, over those of a file", async () => {
    write("args.json", '{ "folder": "src", "depth": 9 }');
    const { code, out } = await call("list.files", { input: "args.json", arg: ["depth=3", "tags=a,b"] });
    expect([code, out]).toEqual([0, 'files --depth=3 --folder=src --tags=["a","b"]\n']);
  });

  it("prints everything of the call as JSON, with secrets masked", async () => {
    write("kit/tools/list.sh", '#!/bin/sh\necho "it is $TOKEN"; echo "err $TOKEN" >&2\n', 0o755);
    const { out } = await call("list.files", { arg: ["folder=x"] }, true);
    expect(JSON.parse(out)).toEqual({
      ...{ operation: "list.files", status: "completed", output: "it is [redacted]", text: "it is [redacted]" },
      ...{ stderr: "err [redacted]\n", duration_ms: expect.any(Number) },
    });
  });

  it("ends like a step that failed, and prints the error where errors go", async () => {
    write("kit/tools/list.sh", "#!/bin/sh\necho nothing here >&2; exit 3\n", 0o755);
    const { code, out, err } = await call("list.fail");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("error[exit] list.fail ended with exit code 3: nothing here");
    const timeout = await call("list.fail", { timeout: "30s" });
    expect(timeout.code).toBe(1);
    write("kit/tools/list.sh", "#!/bin/sh\nsleep 60\n", 0o755);
    expect((await call("list.fail", { timeout: "0.2s" })).code).toBe(5);
  });

  it("lets no output steer the terminal", async () => {
    write("kit/tools/list.sh", `#!/bin/sh\ncat <<'EOF'\n${hostileText}\nEOF\n`, 0o755);
    expect((await call("list.fail")).out.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    [{ arg: ["depth"] }, { code: "usage" }],
    [{ arg: ["depth=deep"] }, { code: "tool_arguments", message: expect.stringContaining("argument 'depth'") }],
    [{ input: "gone.json" }, { code: "file_not_found" }],
    [{ timeout: "soon" }, { code: "usage" }],
    [{ arg: ["folder={{ secrets.OTHER }}"] }, { code: "secret_missing" }],
  ])("refuses %j before anything starts", async (over, error) => {
    await expect(call("list.files", over)).rejects.toMatchObject(error);
  });

  it("refuses a tool that only its server knows", async () => {
    write("kit/workflow.md", flow("tools: { gh: { mcp: { command: [gh-mcp] } } }"));
    await expect(call("gh.list")).rejects.toMatchObject({ code: "not_in_this_version" });
  });
});
