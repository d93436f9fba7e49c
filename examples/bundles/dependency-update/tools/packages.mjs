import { resolve } from "node:path";
import { npm } from "./lib/npm.mjs";
import { pip } from "./lib/pip.mjs";
import { runTool, ToolError } from "./lib/tool.mjs";

const managers = { npm, pip };

/** The package managers; each has `outdated`, `audit` and `update`, which take the folder of a project. */
function managerOf({ manager }) {
  if (Object.hasOwn(managers, manager)) return managers[manager];
  throw new ToolError(`'${manager}' is no package manager known here: ${Object.keys(managers).join(", ")}`);
}

const versionPattern = /^\d[0-9A-Za-z.+-]*$/;

/** Writes chosen versions into the files of the project; doing it again changes nothing. */
async function update(input) {
  const wrong = input.updates.filter(({ to }) => !versionPattern.test(to));
  if (wrong.length > 0)
    throw new ToolError(`not a version: ${wrong.map(({ name, to }) => `${name} ${to}`).join(", ")}`);
  return await managerOf(input).update(resolve(input.folder), input.updates);
}

await runTool({
  outdated: async (input) => ({ packages: await managerOf(input).outdated(resolve(input.folder)) }),
  audit: async (input) => ({ advisories: await managerOf(input).audit(resolve(input.folder)) }),
  update,
});
