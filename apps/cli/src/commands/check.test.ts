import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFakeContext } from "../testing/fake-context.js";
import { checkCommand } from "./check.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-check-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const good = "---\naiw: 1\n---\n# Good\n\n## Steps\n\n### Say\n```sh run\necho hi\n```\n";
const bad = good.replace("```sh", "```yaml step\nretyr: 2\n```\n```sh");
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

it("sums up files without problems", async () => {
  write("a.md", good);
  write("b.md", good);
  const context = createFakeContext({ cwd: folder });
  expect(await checkCommand(["a.md", "b.md", "./a.md"], context)).toBe(0);
  expect(context.out()).toBe("✔ 2 files, no problems\n");
});

it("reports all files in one pass, also those that cannot be read", async () => {
  write("a.md", good);
  write("b.md", bad);
  const context = createFakeContext({ cwd: folder });
  expect(await checkCommand(["b.md", "missing.md", "a.md"], context)).toBe(2);
  const text = context.out();
  expect(text).toContain("b.md:10:1");
  expect(text).toContain("did you mean 'retry'?");
  expect(text).toContain("error[file_not_found] missing.md does not exist");
  expect(text).toMatch(/✖ 3 files, 1 error, 1 not readable\n$/);
});

it("prints one JSON object, in which an unreadable file is a problem at its start", async () => {
  write("b.md", bad);
  const context = createFakeContext({ cwd: folder, json: true });
  expect(await checkCommand(["b.md", "missing.md"], context)).toBe(2);
  const lines = context.out().trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    problems: [
      expect.objectContaining({
        code: expect.stringMatching(/^E/),
        severity: "error",
        file: "b.md",
        line: 10,
        column: 1,
        endLine: 10,
        endColumn: 6,
      }),
      expect.objectContaining({ code: "file_not_found", severity: "error", file: "missing.md", line: 1, column: 1 }),
    ],
  });
});

it("annotates in GitHub Actions", async () => {
  write("b.md", bad);
  const context = createFakeContext({ cwd: folder, env: { GITHUB_ACTIONS: "true" } });
  await checkCommand(["b.md"], context);
  expect(context.out()).toMatch(/^::error file=b\.md,line=10,endLine=10,col=1,endColumn=5,title=E/m);
});
