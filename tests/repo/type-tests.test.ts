import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageFolders, root } from "./source-files.js";

/** Tests of types in every package: what compiles, and with `@ts-expect-error` what does not. */
function typeTests(): readonly string[] {
  return packageFolders().flatMap((folder) => {
    const source = join(root, folder, "src");
    const files = readdirSync(source, { recursive: true, encoding: "utf8" });
    return files.filter((file) => file.endsWith(".test-d.ts")).map((file) => join(source, file));
  });
}

it("compiles what it should, and nothing that it should not", () => {
  const files = typeTests();
  expect(files.length).toBeGreaterThanOrEqual(1);
  // Where packages of the workspace are found, and nothing else looks at the files.
  const folder = mkdtempSync(join(root, "tests/node_modules/.type-tests-"));
  try {
    // Proves that a wrong case that compiles is seen.
    writeFileSync(join(folder, "canary.ts"), "// @ts-expect-error\nexport const fine: number = 1;\n");
    const settings = { extends: "../../../tsconfig.base.json", files: ["canary.ts", ...files] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
    const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false"], {
      encoding: "utf8",
      cwd: folder,
    });
    expect(tsc.stdout.trim()).toBe("canary.ts(1,1): error TS2578: Unused '@ts-expect-error' directive.");
    expect(tsc.stderr).toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
