// Sets the checkout up, then runs a command in it: node scripts/setup.mjs [--build] [COMMAND ARGUMENT...]
// Every root script goes through here, so that each works from a fresh clone on a machine with an old Node.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { buildStamp, installStamp } from "./lib/stamp.mjs";
import { ensureNode, ensurePnpm, root, run, taskEnv, toolsDir } from "./lib/toolchain.mjs";

const args = process.argv.slice(2);
const needsBuild = args[0] === "--build";
const [command, ...rest] = needsBuild ? args.slice(1) : args;

try {
  const node = ensureNode();
  const env = taskEnv(node);
  const installed = install(node, env);
  if (needsBuild) build(installed, env);
  if (command) process.exitCode = await run(command, rest, { cwd: root, env });
} catch (error) {
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = 1;
}

function install(node, env) {
  const stamp = () => installStamp(node);
  once({ name: "install", stamp, result: "node_modules/.modules.yaml" }, () => {
    process.stderr.write("setup: installing dependencies\n");
    toStderr(node, [ensurePnpm(), "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"], env);
  });
  return stamp();
}

function build(installed, env) {
  once({ name: "build", stamp: () => buildStamp(installed), result: "apps/cli/dist/bin.js" }, () => {
    process.stderr.write("setup: building the command line program\n");
    toStderr("turbo", ["run", "build", "--filter=@aiw/cli", "--output-logs=errors-only", "--no-update-notifier"], env);
  });
}

/**
 * Does the work unless the stamp of the last time is the same and its result is still there. The time of the stamp's file
 * says when that was known last: `./aiw` asks here only when a source is newer.
 */
function once({ name, stamp, result }, work) {
  const file = join(toolsDir, `${name}.stamp`);
  const isDone = () => {
    if (!existsSync(join(root, result)) || !existsSync(file)) return false;
    const now = new Date();
    if (readFileSync(file, "utf8") !== stamp()) return false;
    utimesSync(file, now, now);
    return true;
  };
  if (isDone()) return;
  withLock(join(toolsDir, `${name}.lock`), () => {
    if (isDone()) return;
    // Taken before the work: a source edited meanwhile must be built again.
    const now = new Date();
    const before = stamp();
    work();
    writeFileSync(file, before);
    utimesSync(file, now, now);
  });
}

function toStderr(program, programArgs, env) {
  const options = { cwd: root, env, encoding: "utf8", shell: process.platform === "win32" };
  const result = spawnSync(program, programArgs, options);
  if (result.error) throw result.error;
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout}${result.stderr}`);
  throw new Error(`${[program, ...programArgs].join(" ")} failed`);
}
