import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { dropLocks } from "./lib/clone.mjs";
import { npm } from "./lib/npm.mjs";
import { pip } from "./lib/pip.mjs";
import { run } from "./lib/program.mjs";
import { runTool, ToolError } from "./lib/tool.mjs";

const managers = { npm, pip };

/** The package managers; each has `outdated`, `audit` and `update`, which take the folder of a project. */
function managerOf({ manager }) {
  if (Object.hasOwn(managers, manager)) return managers[manager];
  throw new ToolError(`'${manager}' is no package manager known here: ${Object.keys(managers).join(", ")}`);
}

const versionPattern = /^\d[0-9A-Za-z.+-]*$/;

/** Writes chosen versions into the files of the project; doing it again gives the same. */
async function update(input) {
  const wrong = input.updates.filter(({ to }) => !versionPattern.test(to));
  if (wrong.length > 0)
    throw new ToolError(`not a version: ${wrong.map(({ name, to }) => `${name} ${to}`).join(", ")}`);
  const manager = managerOf(input);
  const folder = resolve(input.folder);
  await restore(folder, manager.files);
  return { updated: await manager.update(folder, input.updates), files: manager.files };
}

/** An update that was interrupted may have left half a file. */
async function restore(folder, files) {
  if (!existsSync(join(folder, ".git"))) return;
  dropLocks(folder);
  await run("git", ["checkout", "--quiet", "HEAD", "--", ...files], { cwd: folder, title: "git checkout" });
}

await runTool({
  outdated: async (input) => ({ packages: await managerOf(input).outdated(resolve(input.folder)) }),
  audit: async (input) => ({ advisories: await managerOf(input).audit(resolve(input.folder)) }),
  update,
});
