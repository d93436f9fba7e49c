import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requireBundle } from "../flows/folder.js";
import { createFakeContext } from "../testing/fake-context.js";
import { bundleInfoCommand } from "./bundle-info.js";
import { bundleListCommand } from "./bundle-list.js";
import { bundleValidateCommand } from "./bundle-validate.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-bundle-test-"));
  write(
    "kit/workflow.md",
    "---\naiw: 1\nsecrets: [TOKEN, KEY]\n---\n# Kit\n\n## Steps\n\n### Greet\n```yaml step\ntool: greet.hello\n```\n",
  );
  write("kit/config.yaml", "agent: [claude, codex/fast]\ntimeout: 10m\n");
  write(
    "kit/tools.yaml",
    "tools:\n  - name: greet\n    script: tools/greet.sh\n    operations: { hello: { description: Says it } }\n",
  );
  write("kit/tools/greet.sh", "#!/bin/sh\necho hi\n", 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
}

describe("bundle info", () => {
  it("shows files, defaults, tools with their scripts, and secrets without their values", async () => {
    const context = createFakeContext({ cwd: folder, env: { TOKEN: "s3cr3t-value" } });
    expect(await bundleInfoCommand("kit", context)).toBe(0);
    const text = context.out();
    expect(text).toMatch(/^kit {2}Kit\n/);
    expect(text).toMatch(/workflow +workflow\.md +1 step\n/);
    expect(text).toMatch(/defaults +config\.yaml +agent claude, codex\/fast; timeout 10m\n/);
    expect(text).toMatch(/greet\.hello +tools\/greet\.sh +Says it\n/);
    expect(text).toMatch(/TOKEN +has a value\n {2}KEY +has no value/);
    expect(text).not.toContain("s3cr3t");
  });

  it("shows what there is also when something is wrong", async () => {
    write("kit/config.yaml", "retries: 3\n");
    const context = createFakeContext({ cwd: folder, json: true });
    expect(await bundleInfoCommand("kit", context)).toBe(0);
    expect(JSON.parse(context.out())).toMatchObject({ path: "kit", tools: [{ name: "greet" }], errors: 1 });
    const text = createFakeContext({ cwd: folder });
    await bundleInfoCommand("kit", text);
    expect(text.out()).toContain("1 error; `aiw bundle validate kit` shows them");
  });

  it("refuses files, folders without a workflow and what is not there", async () => {
    write("plain.md", "x");
    mkdirSync(join(folder, "empty"));
    const context = createFakeContext({ cwd: folder });
    await expect(bundleInfoCommand("plain.md", context)).rejects.toMatchObject({ code: "not_a_bundle" });
    await expect(bundleInfoCommand("empty", context)).rejects.toMatchObject({ code: "not_a_bundle" });
    await expect(bundleInfoCommand("gone", context)).rejects.toMatchObject({ code: "file_not_found" });
    expect(() => requireBundle("plain.md", folder)).toThrow("plain.md is a file; a bundle is a folder");
  });
});

describe("bundle list", () => {
  it("lists bundles with their tools and whether they can run", async () => {
    write("broken/workflow.md", "---\naiw: 1\n---\n## Steps\n\n### A\n```yaml step\ntool: gone\n```\n");
    write("flow.md", "---\naiw: 1\n---\n## Steps\n\n### A\nSay hi.\n");
    const context = createFakeContext({ cwd: folder });
    expect(await bundleListCommand(".", context)).toBe(0);
    expect(
      context
        .out()
        .split("\n")
        .map((line) => line.trimEnd()),
    ).toEqual([
      "bundle  workflow  steps  tools  status",
      "broken                          1 error",
      "kit     Kit       1      greet  ready",
      "",
    ]);
  });
});

describe("bundle validate", () => {
  it("names the secrets that it will ask for", async () => {
    const context = createFakeContext({ cwd: folder, env: { TOKEN: "s3cr3t-value" } });
    expect(await bundleValidateCommand(["kit"], {}, context)).toBe(0);
    expect(context.out()).toBe("✔ 1 file, no problems\n▲ kit asks for the secret KEY, which has no value here\n");
    const json = createFakeContext({ cwd: folder, json: true });
    await bundleValidateCommand(["kit"], {}, json);
    expect(JSON.parse(json.out())).toMatchObject({
      problems: [],
      secrets: [{ bundle: "kit", name: "TOKEN", set: false }, {}],
    });
  });

  it("tells all mistakes of all files at once, without echoes in the workflow", async () => {
    write("kit/config.yaml", "retries: 3\ntimeout: soon\n");
    write("kit/tools.yaml", "tools:\n  - name: greet\n    script: tools/gone.sh\n");
    write("kit/tools/part", "#!/bin/sh\n");
    write(
      "kit/workflow.md",
      "---\naiw: 1\n---\n## Steps\n\n### Greet\n```yaml step\ntool: greet.hello\nretyr: 1\n```\n",
    );
    const context = createFakeContext({ cwd: folder, json: true });
    expect(await bundleValidateCommand(["kit"], {}, context)).toBe(2);
    const { problems } = JSON.parse(context.out());
    expect(problems.map(({ file, line, code }: Record<string, unknown>) => `${file}:${line} ${code}`)).toEqual([
      expect.stringMatching(/^kit\/workflow\.md:9 E/),
      "kit/tools.yaml:3 tool_invalid",
      "kit/tools/part:1 tool_not_executable",
      "kit/config.yaml:1 config_invalid",
      "kit/config.yaml:2 config_invalid",
    ]);
  });

  it("finds an operation that a tool does not have", async () => {
    write("kit/workflow.md", "---\naiw: 1\n---\n## Steps\n\n### Greet\n```yaml step\ntool: greet.helo\n```\n");
    const context = createFakeContext({ cwd: folder });
    expect(await bundleValidateCommand(["kit"], {}, context)).toBe(2);
    expect(context.out()).toContain("did you mean 'hello'?");
  });

  it("tells of a file that it is no bundle", async () => {
    write("flow.md", "---\naiw: 1\n---\n## Steps\n\n### A\nSay hi.\n");
    const context = createFakeContext({ cwd: folder, json: true });
    expect(await bundleValidateCommand(["flow.md"], {}, context)).toBe(2);
    expect(JSON.parse(context.out()).problems).toEqual([
      expect.objectContaining({ code: "not_a_bundle", file: "flow.md" }),
    ]);
  });
});
