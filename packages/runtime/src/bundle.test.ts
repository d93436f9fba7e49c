import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Workflow } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findBundleWorkflow, inspectBundle } from "./bundle.js";
import { callTool } from "./tool-call.js";
import { listTools } from "./tool-list.js";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "aiw-bundle-")));
  mkdirSync(join(folder, "tools"));
  write("workflow.md", "---\naiw: 1\n---\n## Steps\n\n### Say\nSay hi.\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string, mode = 0o644): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
}

describe("inspectBundle", () => {
  it("tells the files, the tools with their scripts, and the configuration", async () => {
    write("tools/greet.sh", "#!/bin/sh\necho hi\n", 0o755);
    write("config.yaml", "agent: claude/opus\ntimeout: 5m\n");
    const facts = await inspectBundle(".", folder);
    expect(facts.tools.map(({ tool, file }) => [tool.name, file])).toEqual([["greet", join(folder, "tools/greet.sh")]]);
    expect(facts).toMatchObject({ workflowFile: join(folder, "workflow.md"), problems: [], strays: [] });
    expect(facts.config).toEqual({ agent: [{ agent: "claude", model: "opus" }], timeoutMs: 300_000 });
  });

  it("tells the mistakes of all files at once, each with its place", async () => {
    write("config.yaml", "agent: claude\ntools_dir: x\nretries: 3\n");
    write("tools.yaml", "tools:\n  - name: gone\n    script: tools/gone.sh\n");
    write("tools/secret", "#!/bin/sh\n");
    const { problems, config } = await inspectBundle(".", folder);
    expect(problems.map(({ code, file, line }) => [code, file.slice(folder.length + 1), line])).toEqual([
      ["tool_invalid", "tools.yaml", 3],
      ["tool_not_executable", "tools/secret", 1],
      ["config_invalid", "config.yaml", 2],
      ["config_invalid", "config.yaml", 3],
    ]);
    expect(config).toBeUndefined();
  });

  it("names files in tools/ that are neither tools nor text nor data", async () => {
    write("tools/helper", "echo hi\n");
    write("tools/data.json", "{}");
    write("tools/notes.md", "x");
    expect((await inspectBundle(".", folder)).strays).toEqual([join(folder, "tools/helper")]);
  });

  it("says of a folder which file it runs, if any", async () => {
    expect(await findBundleWorkflow(folder)).toBe(join(folder, "workflow.md"));
    expect(await findBundleWorkflow(join(folder, "tools"))).toBeUndefined();
  });
});

describe("listTools", () => {
  it("puts declared tools before those of the bundle and names each once", async () => {
    mkdirSync(join(folder, "more"));
    write("tools/greet.sh", "#!/bin/sh\n", 0o755);
    write("tools/part.sh", "#!/bin/sh\n", 0o755);
    write("more/greet.py", "print(1)\n");
    const tools: Workflow["tools"] = {
      local: { kind: "scripts", folder: "./more" },
      github: { kind: "mcp", server: { command: ["/usr/bin/github-mcp", "--stdio"] }, env: {} },
      api: { kind: "openapi", document: "./spec.yaml" },
    };
    const listed = await listTools({ tools }, { folder, bundle: true });
    expect(listed.map(({ name, type, from, source }) => [name, type, from, source])).toEqual([
      ["greet", "script", { declared: "local" }, undefined],
      ["github", "mcp", { declared: "github" }, "github-mcp"],
      ["api", "openapi", { declared: "api" }, "./spec.yaml"],
      ["part", "script", { bundle: true }, undefined],
    ]);
    expect(listed[0]?.file).toBe(join(folder, "more/greet.py"));
  });
});

describe("callTool", () => {
  const workflow = (over: Partial<Workflow> = {}): Workflow => ({
    ...{ model: 1, name: "w", inputs: {}, outputs: {}, secrets: ["TOKEN"], env: {}, tools: {}, steps: [] },
    ...over,
  });
  const call = async (over: Partial<Parameters<typeof callTool>[0]> & { readonly script: string }) => {
    write("tools/it.sh", over.script, 0o755);
    const [found] = (await inspectBundle(".", folder)).tools;
    if (found === undefined) throw new Error("no tool");
    const origin = { folder, cwd: folder, bundle: true };
    const env = { PATH: process.env.PATH, TMPDIR: tmpdir(), TOKEN: "s3cr3t-value-of-the-token" };
    const base = { workflow: workflow(), origin, tool: found.tool, operation: "run", input: {}, env };
    return await callTool({ ...base, signal: new AbortController().signal, ...over });
  };

  it("runs the script and gives its result", async () => {
    const { result } = await call({ script: '#!/bin/sh\necho "{\\"got\\": \\"$1\\"}"\n', input: { name: "x" } });
    expect(result).toMatchObject({ status: "completed", output: { got: "--name=x" } });
  });

  it("gives the declared secrets and masks them in everything that it prints", async () => {
    const script = '#!/bin/sh\necho "token $TOKEN"; echo "again $TOKEN" >&2\n';
    const { result } = await call({ script });
    expect(result).toMatchObject({ output: "token [redacted]", stderr: expect.stringContaining("again [redacted]") });
  });

  it("gives a secret as an argument only through the file of arguments", async () => {
    const script = '#!/bin/sh\necho "$# arguments, $(grep -c s3cr3t "$AIW_INPUT") in the file"\n';
    const { result } = await call({ script, input: { key: "{{ secrets.TOKEN }}" } });
    expect(result).toMatchObject({ output: "0 arguments, 1 in the file" });
  });

  it("gives the variables of the workflow and of the step that calls it, as far as they need no run", async () => {
    const text = (value: string) => ({ t: "literal", value }) as const;
    const { result, leftOut } = await call({
      script: '#!/bin/sh\necho "$A $B $C"\n',
      workflow: workflow({
        env: { A: text("one"), B: { t: "expr", expr: "inputs.b" }, D: { t: "expr", expr: "steps.x.text" } },
        inputs: { b: { schema: { type: "string", default: "two" }, required: false } },
        steps: [
          {
            ...{ id: "s", title: "s", needs: [], onError: "fail", kind: "tool", tool: "it", operation: "run" },
            env: { C: text("three") },
          },
        ],
      }),
    });
    expect(result).toMatchObject({ output: "one two three" });
    expect(leftOut).toEqual(["D"]);
  });

  it("ends at its time-out and when it is told to stop", async () => {
    const script = "#!/bin/sh\nsleep 60\n";
    expect((await call({ script, timeoutMs: 100 })).result).toMatchObject({ error: { code: "timeout" } });
    const stop = new AbortController();
    const under = call({ script, signal: stop.signal });
    setTimeout(() => stop.abort(), 200);
    expect((await under).result).toMatchObject({ error: { code: "cancelled" } });
  });

  it("refuses a secret that has no value", async () => {
    const input = { key: "{{ secrets.OTHER }}" };
    await expect(call({ script: "#!/bin/sh\n", input })).rejects.toMatchObject({ code: "secret_missing" });
  });
});
