import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** README files of packages, and the pages of docs/. */
function pages(): readonly string[] {
  const readmes = readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`);
  const docs = readdirSync(join(root, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : []));
  return ["README.md", ...readmes, ...docs];
}

/** The TypeScript fences of a page by the name of a file for each, which tells where it stands. */
function snippetsOf(page: string): readonly (readonly [string, string])[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    return [`${page.replaceAll("/", "-")}-line-${line}.ts`, match[1] ?? ""];
  });
}

it("shows only TypeScript that compiles, in one program", () => {
  const snippets = pages().flatMap(snippetsOf);
  expect(snippets.length).toBeGreaterThanOrEqual(10);
  // Beside the links to the packages, where nothing else looks at the files.
  const folder = mkdtempSync(join(root, "tests/node_modules/.snippets-"));
  try {
    // A fence without imports is a module too.
    for (const [name, text] of snippets) writeFileSync(join(folder, name), `${text}export {};\n`);
    const settings = {
      extends: "../../../tsconfig.base.json",
      compilerOptions: { noUnusedLocals: false },
      files: snippets.map(([name]) => name),
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
    const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false"], {
      encoding: "utf8",
      cwd: folder,
    });
    expect({ status: tsc.status, stdout: tsc.stdout, stderr: tsc.stderr }).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
