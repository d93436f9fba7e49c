import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allowTable } from "./allow-table.js";
import { escapes, packageFolders, root, type SourceFile, sourceFiles } from "./source-files.js";

const folders = packageFolders();

describe.each(folders)("%s", (folder) => {
  const files = sourceFiles(folder);

  it("imports only what the allow-table grants, types included", () => {
    expect(allowTable, "add the package to tests/repo/allow-table.ts").toHaveProperty([folder]);
    const violations = files.flatMap((file) =>
      file.specifiers.filter((specifier) => !isAllowed(file, specifier)).map((name) => `${file.path} imports ${name}`),
    );
    expect(violations).toEqual([]);
  });

  it("keeps no mutable state at module level", () => {
    const violations = files
      .filter((file) => !file.isTest)
      .flatMap((file) => file.mutable.map((n) => `${file.path}: ${n}`));
    expect(violations).toEqual([]);
  });

  it("depends in its manifest only on packages of the workspace that the allow-table grants", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const granted = grantsOf(folder);
    const asked = ["dependencies", "peerDependencies"].flatMap((field) => dependencyNames(manifest, field));
    expect(asked.filter((name) => name.startsWith("@aiw/") && !granted.includes(name))).toEqual([]);
  });
});

function isAllowed(file: SourceFile, specifier: string): boolean {
  if (specifier.startsWith(".")) return !escapes(file, specifier);
  const name = packageName(specifier);
  if (file.isTest) return !name.startsWith("@aiw/") || name === "@aiw/core" || grantsOf(file.owner).includes(name);
  return (allowTable[file.area] ?? []).includes(isBuiltin(specifier) ? "node" : name);
}

/** Everything granted to a package and to its subpaths. */
function grantsOf(folder: string): string[] {
  return Object.entries(allowTable)
    .filter(([area]) => area === folder || area.startsWith(`${folder}/`))
    .flatMap(([, names]) => names);
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function dependencyNames(manifest: unknown, field: string): string[] {
  if (typeof manifest !== "object" || manifest === null || !(field in manifest)) return [];
  return Object.keys(Object(Reflect.get(manifest, field)));
}
