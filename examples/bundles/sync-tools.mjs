// Copies the tools of `_shared/tools` into the bundles that use them, so that each bundle stands alone as a folder. With
// `--check` it writes nothing, and fails when a copy differs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const shared = join(here, "_shared", "tools");

/** Bundle to the tools that it has. */
const bundles = {
  "code-review": ["github", "security"],
  "daily-standup": ["jira", "slack"],
  "dependency-update": ["git", "github", "packages"],
  "incident-response": ["datadog", "github", "jira", "pagerduty", "slack"],
  "sprint-planning": ["confluence", "jira", "slack"],
};

const isCheck = process.argv.includes("--check");
const stale = Object.entries(bundles).flatMap(([bundle, tools]) => syncBundle(bundle, tools));
for (const file of stale) console.log(`${isCheck ? "differs" : "written"}: ${file}`);
if (isCheck && stale.length > 0) {
  console.error("run node examples/bundles/sync-tools.mjs");
  process.exitCode = 1;
}

/** Gives the files that were not as they should be. */
function syncBundle(bundle, tools) {
  const folder = join(here, bundle, "tools");
  const wanted = withImports(tools.map((tool) => `${tool}.mjs`));
  const changed = [...wanted].filter((file) => syncFile(join(shared, file), join(folder, file)));
  const left = filesOf(folder).filter((file) => !wanted.has(file));
  if (!isCheck) for (const file of left) rmSync(join(folder, file));
  return [...changed, ...left].map((file) => `${bundle}/tools/${file}`);
}

function syncFile(from, to) {
  const text = readFileSync(from, "utf8");
  if (existsSync(to) && readFileSync(to, "utf8") === text) return false;
  if (!isCheck) {
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
  return true;
}

/** The files and everything that they import. */
function withImports(files) {
  const found = new Set();
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(join(shared, file), "utf8");
    for (const [, target] of text.matchAll(/^import .* from "(\.\/[^"]+)";$/gm)) open.push(join(dirname(file), target));
  }
  return found;
}

function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
