import { chmodSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AttemptContext, Secret, type ToolInput } from "@aiw/core";
import { describeTool } from "@aiw/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { makeContext, makeSpawner } from "./__fixtures__/context.js";
import { makeFolder } from "./__fixtures__/folders.js";
import { loadScriptTools } from "./script-tools.js";

const spawner = makeSpawner();
afterAll(() => spawner.close());

const dump = `
import { readFileSync } from "node:fs";
const { env, argv } = process;
console.log(JSON.stringify({ argv: argv.slice(2), cwd: process.cwd(), env, input: JSON.parse(readFileSync(env.AIW_INPUT, "utf8")) }));
`;

interface Options extends Partial<AttemptContext> {
  readonly secrets?: readonly Secret[];
  readonly operation?: string;
}

/** Calls a script of a bundle. */
async function call(files: Readonly<Record<string, string>>, input: ToolInput = {}, options: Options = {}) {
  const folder = makeFolder(files);
  const { tools, problems } = loadScriptTools(join(folder, "tools"), { root: folder });
  expect(problems).toEqual([]);
  const { operation = "run", ...rest } = options;
  return await tools[0]?.call(operation, input, makeContext(spawner, rest));
}

describeTool("script tool", () => {
  const script = `case "$1" in
  echo) cat "$AIW_INPUT" ;;
  fail) echo "no luck" >&2; exit 3 ;;
  sleep) sleep 300 ;;
  add) echo '{"sum": 3}' ;;
esac
`;
  const manifest = `operations:
  add: { parameters: { a: integer, b: integer }, output: { sum: integer } }
  echo: { parameters: { value: any } }
  fail: {}
  sleep: {}
`;
  const folder = makeFolder({ "tools/t.sh": script, "tools/t.yaml": manifest });
  const [tool] = loadScriptTools(join(folder, "tools")).tools;
  if (!tool) throw new Error("no tool");
  return {
    tool,
    context: (signal, secrets) => makeContext(spawner, { signal, secrets }),
    works: { operation: "add", input: { a: 1, b: 2 } },
    fails: { operation: "fail", input: {} },
    hangs: { operation: "sleep", input: {} },
    misfits: { operation: "add", input: { a: "one" } },
    echoes: { operation: "echo" },
  };
});

describe("a call of a script", () => {
  it("passes arguments by name, without a shell, and all of them as JSON", async () => {
    const input = { text: "a b'\"$(id)", yes: true, no: false, none: null, list: [1], map: { k: "v" } };
    const result = await call({ "tools/t.mjs!": dump, "tools/t.yaml": "arguments: argv\n" }, input);
    expect(result).toMatchObject({
      status: "completed",
      output: {
        argv: ["--text=a b'\"$(id)", "--yes", "--list=[1]", '--map={"k":"v"}'],
        input: { text: "a b'\"$(id)", yes: true, no: false, none: null, list: [1], map: { k: "v" } },
      },
    });
  });

  it("names the operation first when operations are declared, and fills defaults in", async () => {
    const yaml = "operations:\n  go: { parameters: { n: integer = 5, m?: string } }\n";
    const result = await call({ "tools/t.js": dump, "tools/t.yaml": yaml }, {}, { operation: "go" });
    expect(result).toMatchObject({ output: { argv: ["go", "--n=5"], env: { AIW_TOOL: "t", AIW_OPERATION: "go" } } });
  });

  it("gives the variables of the step and the operation, and none of ours", async () => {
    const yaml = "env: { B: '2', C: operation }\ncwd: work\n";
    const files = { "tools/t.js": dump, "tools/t.yaml": yaml, "work/x": "" };
    process.env.AIW_TEST_LEAK = "leaked";
    const result = await call(files, {}, { env: { A: "1", C: "step" } });
    delete process.env.AIW_TEST_LEAK;
    expect(result).toMatchObject({
      output: { env: { A: "1", B: "2", C: "operation" }, cwd: expect.stringMatching(/work$/) },
    });
    expect(JSON.stringify(result)).not.toContain("leaked");
  });

  it("never puts a secret on the command line, and masks it in what comes back", async () => {
    const secret = new Secret("TOKEN", "tok-123456789");
    const result = await call({ "tools/t.js": dump }, { token: secret, x: 1 }, { secrets: [secret] });
    expect(result).toMatchObject({ output: { argv: ["--x=1"], input: { token: "[redacted]" } } });
    expect(JSON.stringify(result)).not.toContain("tok-123456789");
  });

  it("keeps the file with the arguments for its owner alone", async () => {
    const script = 'stat -c %a "$AIW_INPUT" 2>/dev/null || stat -f %Lp "$AIW_INPUT"\n';
    expect(await call({ "tools/t.sh": script })).toMatchObject({ output: 600 });
  });

  it("passes large arguments through the file alone when asked to", async () => {
    const input = { big: "x".repeat(200_000) };
    const refused = await call({ "tools/t.js": dump }, input);
    expect(refused).toMatchObject({
      status: "failed",
      error: { code: "tool_arguments", hint: expect.stringMatching(/arguments: file/) },
    });
    const script =
      'const { big } = JSON.parse(require("fs").readFileSync(process.env.AIW_INPUT)); console.log(big.length, process.argv.length);';
    const result = await call({ "tools/t.js": script, "tools/t.yaml": "arguments: file\n" }, input);
    expect(result).toMatchObject({ status: "completed", text: "200000 2" });
  });

  it.each([
    ["JSON", "echo ' {\"a\": [1]} '", { a: [1] }, '{"a": [1]}'],
    ["text", "printf 'two\\nlines\\n\\n'", "two\nlines", "two\nlines"],
    ["nothing", ":", { success: true }, ""],
    ["a written file, which wins", 'echo log; echo 7 > "$AIW_OUTPUT"', 7, "log"],
    ["an empty file, which does not", 'echo 8; : > "$AIW_OUTPUT"', 8, "8"],
    ["a pipe instead of a file", 'mkfifo "$AIW_OUTPUT"; echo 9', 9, "9"],
  ])("reads %s", async (_, script, output, text) => {
    expect(await call({ "tools/t.sh": `${script}\n` })).toMatchObject({ status: "completed", output, text });
  });

  it("reports the exit code with what the script said", async () => {
    const failed = await call({ "tools/t.sh": "echo out; echo why >&2; exit 4\n" });
    expect(failed).toMatchObject({
      status: "failed",
      exitCode: 4,
      text: "out",
      error: { code: "exit", message: "t.run ended with exit code 4: why", details: { exitCode: 4 } },
    });
    expect(await call({ "tools/t.sh": "echo only; exit 1\n" })).toMatchObject({
      error: { message: "t.run ended with exit code 1: only" },
    });
    expect(await call({ "tools/t.sh": "exit 75\n" })).toMatchObject({ error: { code: "exit", retryable: true } });
    expect(await call({ "tools/t.sh": "kill -9 $$\n" })).toMatchObject({ error: { code: "killed" } });
  });

  it("checks the result against its declared type", async () => {
    const result = await call({ "tools/t.sh": 'echo \'{"n": "x"}\'\n', "tools/t.yaml": "output: { n: integer }\n" });
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "invalid_output", message: expect.stringMatching(/n is/) },
    });
  });

  it("cuts long text with a mark, and fails when JSON was cut", async () => {
    const bytes = 9 * 1024 * 1024;
    const text = `node -e 'process.stdout.write("x".repeat(${bytes}))'\n`;
    expect(await call({ "tools/t.sh": text })).toMatchObject({ status: "completed", truncated: true });
    const json = `node -e 'process.stdout.write("[" + "1,".repeat(${bytes}) + "1]")'\n`;
    expect(await call({ "tools/t.sh": json })).toMatchObject({ status: "failed", error: { code: "output_too_large" } });
    const file = `head -c 17000000 /dev/zero > "$AIW_OUTPUT"\n`;
    expect(await call({ "tools/t.sh": file })).toMatchObject({ status: "failed", error: { code: "output_too_large" } });
  });

  it("says what to install when the interpreter is missing", async () => {
    const folder = makeFolder({ "tools/t.rb": "" });
    const [tool] = loadScriptTools(join(folder, "tools")).tools;
    const empty = makeFolder({});
    const context = makeContext(spawner, { env: { PATH: empty } });
    expect(await tool?.call("run", {}, context)).toMatchObject({
      status: "failed",
      error: { code: "spawn_failed", hint: expect.stringMatching(/install ruby/) },
    });
  });

  it("notices that a script is gone or may no longer be executed", async () => {
    const folder = makeFolder({ "tools/t!": "#!/bin/sh\n" });
    const [tool] = loadScriptTools(join(folder, "tools")).tools;
    const file = join(folder, "tools", "t");
    chmodSync(file, 0o644);
    expect(statSync(file).mode & 0o111).toBe(0);
    const context = makeContext(spawner);
    expect(await tool?.call("run", {}, context)).toMatchObject({ error: { code: "tool_not_executable" } });
    rmSync(file);
    expect(await tool?.call("run", {}, context)).toMatchObject({ error: { code: "tool_not_found" } });
  });
});

describe("the version of a script tool", () => {
  it("changes with the script and with its description", async () => {
    const folder = makeFolder({ "tools/t.sh": "echo 1", "tools/t.yaml": "operations:\n  run: {}\n" });
    const load = () => loadScriptTools(join(folder, "tools")).tools[0];
    const tool = load();
    const first = await tool?.version?.();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await load()?.version?.()).toBe(first);
    writeFileSync(join(folder, "tools/t.sh"), "echo 2");
    const second = await tool?.version?.();
    expect(second).not.toBe(first);
    writeFileSync(join(folder, "tools/t.yaml"), "operations:\n  run: { parameters: { a: integer } }\n");
    expect(await load()?.version?.()).not.toBe(second);
    rmSync(join(folder, "tools/t.sh"));
    expect(await tool?.version?.()).toMatch(/^[0-9a-f]{64}$/);
  });
});
