import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./program.mjs";
import { ToolError } from "./tool.mjs";

/** npm, by its own program. Install scripts of packages never run, and nothing is unpacked. */
export const npm = { files: ["package.json", "package-lock.json"], outdated, audit, update };

/** The direct dependencies that have a newer version. */
async function outdated(folder) {
  const project = readProject(folder);
  const { stdout } = await runNpm(folder, ["outdated", "--json"], [0, 1]);
  return Object.entries(parse("outdated", stdout)).flatMap(([name, entry]) => {
    // In a workspace there is an entry for each place.
    const { wanted, latest } = Array.isArray(entry) ? entry[0] : entry;
    const current = project.installed(name);
    const kind = project.kind(name);
    if (kind === undefined || current === latest) return [];
    return [{ name, kind, current, wanted, latest, is_major: major(current) !== major(latest) }];
  });
}

/** Known vulnerabilities of what package-lock.json installs. */
async function audit(folder) {
  readProject(folder);
  const { stdout } = await runNpm(folder, ["audit", "--json", "--package-lock-only"], [0, 1]);
  const report = parse("audit", stdout);
  return Object.values(report.vulnerabilities ?? {}).map(({ name, severity, isDirect, range, via, fixAvailable }) => ({
    name,
    severity,
    is_direct: isDirect,
    range,
    titles: via.map((cause) => (typeof cause === "string" ? `by ${cause}` : cause.title)),
    urls: via.flatMap((cause) => (typeof cause === "string" ? [] : [cause.url])),
    ...(fixAvailable?.version ? { fixed_in: `${fixAvailable.name} ${fixAvailable.version}` } : {}),
  }));
}

/** Sets direct dependencies to versions; `^`, `~` and exact versions stay what they were. */
async function update(folder, updates) {
  const before = readProject(folder);
  const unknown = updates.filter(({ name }) => before.kind(name) === undefined);
  if (unknown.length > 0) {
    throw new ToolError(`npm: no dependency of package.json: ${unknown.map(({ name }) => name).join(", ")}`);
  }
  for (const [prefix, ...options] of [
    ["^", "--save-prefix=^"],
    ["~", "--save-prefix=~"],
    ["", "--save-exact"],
  ]) {
    const group = updates.filter(({ name }) => before.prefix(name) === prefix);
    if (group.length === 0) continue;
    const wanted = group.map(({ name, to }) => `${name}@${to}`);
    await runNpm(folder, ["install", "--package-lock-only", "--no-audit", "--no-fund", ...options, "--", ...wanted]);
  }
  const after = readProject(folder);
  return updates.map(({ name }) => ({ name, version: after.installed(name) }));
}

function readProject(folder) {
  const [manifest, lock] = ["package.json", "package-lock.json"].map((name) => {
    const file = join(folder, name);
    if (!existsSync(file)) throw new ToolError(`npm: ${name} is missing; this tool updates projects with both files`);
    return JSON.parse(readFileSync(file, "utf8"));
  });
  const kinds = ["dependencies", "devDependencies", "optionalDependencies"];
  const kind = (name) => kinds.find((one) => Object.hasOwn(manifest[one] ?? {}, name));
  return {
    kind,
    installed: (name) => lock.packages?.[`node_modules/${name}`]?.version ?? "",
    prefix: (name) => /^[\^~]?/.exec(manifest[kind(name)][name])[0],
  };
}

function runNpm(folder, args, codes) {
  const env = { NPM_CONFIG_UPDATE_NOTIFIER: "false", NPM_CONFIG_IGNORE_SCRIPTS: "true" };
  // An empty address would not mean the usual one.
  const registry = process.env.NPM_CONFIG_REGISTRY ? {} : { NPM_CONFIG_REGISTRY: undefined };
  return run("npm", args, { cwd: folder, env: { ...env, ...registry }, codes, title: `npm ${args[0]}` });
}

/** npm ends with 1 when it found something, and also when it failed: then its JSON tells of an error. */
function parse(command, text) {
  const failed = (why) => new ToolError(`npm ${command}: ${why}`, { temporary: true });
  try {
    const report = JSON.parse(text || "{}");
    if (typeof report.error?.code === "string") throw failed(report.error.summary || report.error.code);
    return report;
  } catch (error) {
    throw error instanceof ToolError ? error : failed(`this is no JSON: ${text.slice(0, 200)}`);
  }
}

function major(version) {
  return version.split(".")[0];
}
