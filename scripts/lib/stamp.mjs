import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./toolchain.mjs";

const groups = ["packages", "apps", "examples"];

/** Folders of the workspace, relative to the root. */
export function workspaceFolders() {
  const grouped = groups.flatMap((group) => folders(group).map((name) => `${group}/${name}`));
  return [...grouped, "bench", "tests"].filter((folder) => existsSync(join(root, folder, "package.json")));
}

/** Changes when a manifest, the lockfile or the version of Node changes. */
export function installStamp(node) {
  const hash = createHash("sha256").update(node);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json"])
    hash.update(readFileSync(join(root, file)));
  for (const folder of workspaceFolders()) hash.update(folder).update(readFileSync(join(root, folder, "package.json")));
  return hash.digest("hex");
}

/** Changes when a source of the command line program changes; sizes and times only, so that it costs milliseconds. */
export function buildStamp(installed) {
  const hash = createHash("sha256").update(installed);
  for (const file of ["tsup.preset.ts", "apps/cli/tsup.config.ts"]) addFile(hash, join(root, file));
  for (const folder of [
    ...groups.slice(0, 2).flatMap((group) => folders(group).map((name) => `${group}/${name}/src`)),
  ]) {
    addFolder(hash, join(root, folder));
  }
  return hash.digest("hex");
}

function folders(group) {
  const path = join(root, group);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function addFolder(hash, folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.name.endsWith(".test.ts")) addFile(hash, join(entry.parentPath, entry.name));
  }
}

function addFile(hash, path) {
  const { size, mtimeMs } = statSync(path);
  hash.update(`${path}\0${size}\0${mtimeMs}\n`);
}
