import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadMarkdown } from "@aiw/markdown";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSurroundings } from "./workflow-surroundings.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-surroundings-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const steps = (text: string) => `---\naiw: 1\n---\n## Steps\n\n${text.replaceAll("'''", "```")}\n`;

function write(name: string, text: string, mode?: number): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text, mode === undefined ? {} : { mode });
}

describe("openSurroundings", () => {
  it("gives the tools of a bundle", async () => {
    write("bundle/tools/lint", "#!/bin/sh\necho ok\n", 0o755);
    write("bundle/workflow.md", "");
    const { options, faults } = await openSurroundings("bundle/workflow.md", folder);
    expect(faults).toEqual([]);
    expect(options.file).toBe(join("bundle", "workflow.md"));
    expect(options.tools?.map(({ name }) => name)).toEqual(["lint"]);
    const { problems } = loadMarkdown(steps("### Go\n'''yaml step\ntool: lnit\n'''"), options);
    expect(problems).toMatchObject([{ code: "E301", help: "did you mean 'lint'?" }]);
  });

  it("gives a file that belongs to no bundle no tools", async () => {
    write("flow.md", "");
    const { options } = await openSurroundings("flow.md", folder);
    expect(options.tools).toBeUndefined();
  });

  it("finds sub-workflows and tells their problems", async () => {
    write("child.md", steps("### Read\nRead {{ inputs.file }}."));
    const { options, children } = await openSurroundings("flow.md", folder);
    const { problems } = loadMarkdown(steps("### Go\n'''yaml step\nuse: ./child.md\n'''"), options);
    expect(problems).toMatchObject([{ code: "E307" }]);
    expect(children()).toMatchObject([{ file: "child.md", problems: [{ code: "E201" }] }]);
  });

  it("says what is wrong with the files of a bundle, and goes on without them", async () => {
    write("bundle/workflow.md", "");
    write("bundle/config.yaml", "nosuch: 1\n");
    const { options, faults } = await openSurroundings("bundle/workflow.md", folder);
    expect(faults.map(({ code }) => code)).toEqual(["config_invalid"]);
    expect(options.config).toBeUndefined();
    write("bundle/tools.yaml", "tools: 1\n");
    const broken = await openSurroundings("bundle/workflow.md", folder);
    expect(broken.faults.map(({ code }) => code)).toEqual(["tool_invalid", "config_invalid"]);
    expect(loadMarkdown(steps("### Go\n'''yaml step\ntool: any\n'''"), broken.options).problems).toEqual([]);
  });
});
