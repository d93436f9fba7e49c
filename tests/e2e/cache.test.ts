import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, type Project } from "../support/cli.js";
import { linesOf, script, writeFlow } from "../support/flow.js";

let project: Project;
let file: string;
beforeEach(() => {
  project = createProject("aiw-cache-");
  project.write("words.txt", "one two\n");
  file = writeFlow(
    project,
    "count.md",
    [
      script(
        "Count",
        "echo made >> made.log; wc -w < words.txt | tee count.txt",
        "cache: { for: 7d, files: [words.txt] }\nartifacts: [count.txt]\noutput: integer",
      ),
    ],
    "outputs: { words: steps.count.output }\n",
  );
});
afterEach(() => project.remove());

async function count(...flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.aiw(["run", file, ...flags]);
  expect(code, stderr).toBe(0);
  return stdout;
}

const made = () => linesOf(project, "made.log").length;
const entries = () =>
  readdirSync(join(project.folder, "state/cache")).map((name) => join(project.folder, "state/cache", name));

describe("cache", () => {
  it("uses a result again until a declared file changes, and tells why", async () => {
    expect(await count("--explain-cache")).toMatch(/not from the cache/);
    const again = await count("--explain-cache");
    expect(again).toMatch(/count: from the cache: made \d{4}-/);
    expect(again).toContain("(from the cache)");
    expect(again).toContain("words: 2");
    expect(made()).toBe(1);
    project.write("words.txt", "one two three\n");
    const changed = await count("--explain-cache");
    expect(changed).toContain("not from the cache: file words.txt changed");
    expect(changed).toContain("words: 3");
    expect(made()).toBe(2);
  });

  it("is left aside with --no-cache, and filled all the same", async () => {
    await count();
    await count("--no-cache");
    expect(made()).toBe(2);
    await count();
    expect(made()).toBe(2);
  });

  it("puts artifacts back, and keeps them under the hash of their content", async () => {
    await count();
    writeFileSync(join(project.folder, "count.txt"), "another");
    await count();
    expect(readFileSync(join(project.folder, "count.txt"), "utf8").trim()).toBe("2");
    const kept = readdirSync(join(project.folder, "state/artifacts"));
    expect(kept).toEqual([expect.stringMatching(/^sha256-[0-9a-f]{64}$/)]);
  });

  it.each([
    ["truncated", (entry: string) => truncateSync(entry, 40)],
    ["emptied", (entry: string) => truncateSync(entry, 0)],
    ["poisoned", (entry: string) => writeFileSync(entry, readFileSync(entry, "utf8").replaceAll("2", "9"))],
    ["replaced", (entry: string) => writeFileSync(entry, '{"output":99,"text":"99"}')],
  ])("does not use an entry that was %s", async (_how, spoil) => {
    await count();
    const files = entries();
    expect(files.length).toBeGreaterThan(0);
    for (const entry of files) spoil(entry);
    expect(await count()).toContain("words: 2");
    expect(made()).toBe(2);
    expect(await count()).toContain("words: 2");
    expect(made()).toBe(2);
  });

  it("does not use a result whose artifact is gone or was changed", async () => {
    await count();
    const folder = join(project.folder, "state/artifacts");
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), "99\n");
    expect(await count()).toContain("words: 2");
    expect(readFileSync(join(project.folder, "count.txt"), "utf8").trim()).toBe("2");
  });
});
