import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, loadWorkflow } from "@aiw/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { templates } from "../init/templates.js";
import { createFakeContext } from "../testing/fake-context.js";
import { initCommand } from "./init.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const plain = { force: false, yes: true };
const read = (name: string) => readFileSync(join(folder, name), "utf8");

describe("init", () => {
  it.each(Object.keys(templates))(
    "writes the template %s, which has no problem, and says what to try",
    async (template) => {
      const context = createFakeContext({ cwd: folder });
      expect(await initCommand(".", { ...plain, template }, context)).toBe(0);
      const { file, command } = Object.entries(templates).find(([name]) => name === template)?.[1] ?? templates.hello;
      expect((await loadWorkflow(file, folder)).problems).toEqual([]);
      expect(await loadConfig(folder)).toEqual({});
      expect(context.out()).toContain(`Now try:\n  ${command}`);
      expect(read(".gitignore")).toBe(".aiw/\n");
    },
  );

  it("makes the folder and names it in what to try", async () => {
    const context = createFakeContext({ cwd: folder });
    await initCommand("my project", plain, context);
    expect(context.out()).toContain("  cd 'my project'\n  aiw run flows/hello.md");
    expect(existsSync(join(folder, "my project", "flows", "hello.md"))).toBe(true);
  });

  it("never overwrites without --force, and writes nothing then", async () => {
    mkdirSync(join(folder, "flows"));
    writeFileSync(join(folder, "flows", "hello.md"), "mine");
    const refused = initCommand(".", plain, createFakeContext({ cwd: folder }));
    await expect(refused).rejects.toMatchObject({ code: "file_exists", details: { files: ["flows/hello.md"] } });
    expect(read("flows/hello.md")).toBe("mine");
    expect(existsSync(join(folder, "aiw.yaml"))).toBe(false);
    await initCommand(".", { ...plain, force: true }, createFakeContext({ cwd: folder }));
    expect(read("flows/hello.md")).toBe(templates.hello.text);
  });

  it("leaves a configuration and the lines of .gitignore as they are", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "lease: 20\n");
    writeFileSync(join(folder, ".gitignore"), "node_modules");
    await initCommand(".", plain, createFakeContext({ cwd: folder }));
    await initCommand(".", { ...plain, force: true }, createFakeContext({ cwd: folder }));
    expect(read("aiw.yaml")).toBe("lease: 20\n");
    expect(read(".gitignore")).toBe("node_modules\n.aiw/\n");
  });

  it("refuses a file as folder and an unknown template", async () => {
    writeFileSync(join(folder, "file"), "");
    const context = createFakeContext({ cwd: folder });
    await expect(initCommand("file", plain, context)).rejects.toMatchObject({ code: "usage" });
    await expect(initCommand(".", { ...plain, template: "helo" }, context)).rejects.toMatchObject({
      code: "usage",
      hint: "did you mean 'hello'?",
    });
  });

  it("prints what it wrote as JSON", async () => {
    const context = createFakeContext({ cwd: folder, json: true });
    await initCommand(".", plain, context);
    expect(JSON.parse(context.out())).toEqual({
      folder,
      written: ["flows/hello.md", "aiw.yaml", ".gitignore"],
      next: templates.hello.command,
    });
  });
});
