import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeContext } from "../testing/fake-context.js";
import { fmtCommand } from "./fmt.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-fmt-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const neat = "---\naiw: 1\n---\n# Good\n\n## Steps\n\n### Say it\n```sh run\necho hi\n```\n";
const messy = "---\naiw:   1\n---\n# Good\n## Steps\n### Say it\n```sh run\necho hi\n```";
const write = (name: string, text: string) => {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const plain = { check: false, pinIds: false, stdin: false };

describe("aiw fmt", () => {
  it("formats the files that it is given and leaves the others", async () => {
    write("a.md", messy);
    write("b.md", neat);
    write("c.md", messy);
    const context = createFakeContext({ cwd: folder });
    expect(await fmtCommand(["a.md", "b.md", "./a.md"], plain, context)).toBe(0);
    expect(context.out()).toBe("formatted a.md\n✔ 2 files, 1 formatted\n");
    expect([read("a.md"), read("b.md"), read("c.md")]).toEqual([neat, neat, messy]);
    expect(readdirSync(folder)).toEqual(["a.md", "b.md", "c.md"]);
  });

  it("finds the workflows below a folder, in bundles too, and no prompts", async () => {
    write("flows/a.md", messy);
    write("bundle/workflow.md", messy);
    write("bundle/tools/x.sh", "#!/bin/sh\n");
    write("notes.md", "# Notes  \n\n\n\n");
    write("node_modules/x.md", messy);
    const context = createFakeContext({ cwd: folder });
    expect(await fmtCommand([], plain, context)).toBe(0);
    expect(context.out()).toContain("2 files, 2 formatted");
    expect([read("flows/a.md"), read("bundle/workflow.md"), read("notes.md"), read("node_modules/x.md")]).toEqual([
      neat,
      neat,
      "# Notes  \n\n\n\n",
      messy,
    ]);
    expect(await fmtCommand(["flows"], plain, context)).toBe(0);
    expect(context.out()).toBe("✔ 1 file, all in their layout\n");
  });

  it("shows what would change and writes nothing with --check", async () => {
    write("a.md", messy);
    write("b.md", neat);
    const context = createFakeContext({ cwd: folder });
    expect(await fmtCommand(["a.md", "b.md"], { ...plain, check: true }, context)).toBe(1);
    expect(context.out()).toBe(
      [
        "--- a.md",
        "+++ a.md",
        "@@ -1,9 +1,11 @@",
        " ---",
        "-aiw:   1",
        "+aiw: 1",
        " ---",
        " # Good",
        "+",
        " ## Steps",
        "+",
        " ### Say it",
        " ```sh run",
        " echo hi",
        "-```",
        "\\ No newline at end of file",
        "+```",
        "",
        "✖ 2 files, 1 would change",
        "",
      ].join("\n"),
    );
    expect(read("a.md")).toBe(messy);
    expect(await fmtCommand(["b.md"], { ...plain, check: true }, context)).toBe(0);
  });

  it("pins ids", async () => {
    write("a.md", messy);
    await fmtCommand(["a.md"], { ...plain, pinIds: true }, createFakeContext({ cwd: folder }));
    expect(read("a.md")).toContain("### Say it\n```yaml step\nid: say_it\n```\n```sh run\n");
  });

  it("goes on after a file that it cannot format", async () => {
    write("a.md", messy.replace("aiw:   1", "aiw: [1"));
    write("b.md", messy);
    const context = createFakeContext({ cwd: folder });
    expect(await fmtCommand(["a.md", "missing.md", "b.md"], plain, context)).toBe(2);
    const text = context.out();
    expect(text).toContain("error[workflow_invalid] a.md:");
    expect(text).toContain("error[file_not_found] missing.md does not exist");
    expect(text).toMatch(/✖ 3 files, 1 formatted, 2 not formatted\n$/);
    expect(read("b.md")).toBe(neat);
  });

  it("prints one JSON object", async () => {
    write("a.md", messy);
    const context = createFakeContext({ cwd: folder, json: true });
    expect(await fmtCommand(["a.md", "missing.md"], { ...plain, check: true }, context)).toBe(2);
    expect(JSON.parse(context.out())).toEqual({
      files: [
        { file: "a.md", status: "would_change" },
        { file: "missing.md", status: "error", error: expect.objectContaining({ code: "file_not_found" }) },
      ],
    });
  });

  it("writes through a link and keeps windows line ends and a byte order mark", async () => {
    write("real/a.md", `\ufeff${messy.replaceAll("\n", "\r\n")}`);
    symlinkSync(join(folder, "real/a.md"), join(folder, "link.md"));
    expect(await fmtCommand(["link.md"], plain, createFakeContext({ cwd: folder }))).toBe(0);
    expect(read("real/a.md")).toBe(`\ufeff${neat.replaceAll("\n", "\r\n")}`);
    expect(readdirSync(join(folder, "real"))).toEqual(["a.md"]);
  });

  it("refuses YAML, and files beside --stdin", async () => {
    write("a.flow.yaml", "aiw: 1\n");
    const context = createFakeContext({ cwd: folder });
    const usage = expect.objectContaining({ code: "usage" });
    await expect(fmtCommand(["a.flow.yaml"], plain, context)).rejects.toEqual(usage);
    await expect(fmtCommand(["a.md"], { ...plain, stdin: true }, context)).rejects.toEqual(usage);
  });
});
