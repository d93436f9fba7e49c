// Installs the exact agent programs that tests/agents runs into a cache folder outside the workspace.
// Usage: node scripts/agents.mjs [--print]   (AIW_AGENTS_DIR overrides the folder; works on Node 20 and newer)
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { npm, root } from "./lib/toolchain.mjs";

const pins = join(root, "tests", "agents", "clis");
const files = ["package.json", "package-lock.json"];
const folder = agentsFolder();

try {
  if (!process.argv.includes("--print")) install();
  process.stdout.write(`${folder}\n`);
} catch (error) {
  process.stderr.write(`agents: ${error.message}\n`);
  process.exitCode = 1;
}

function agentsFolder() {
  if (process.env.AIW_AGENTS_DIR) return resolve(process.env.AIW_AGENTS_DIR);
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "aiw", "agents");
}

function install() {
  const stamp = createHash("sha256");
  for (const file of files) stamp.update(readFileSync(join(pins, file)));
  const wanted = stamp.digest("hex");
  const mark = join(folder, "installed");
  const isDone = () => existsSync(mark) && readFileSync(mark, "utf8") === wanted;
  if (isDone()) return;
  mkdirSync(folder, { recursive: true });
  withLock(join(folder, "lock"), () => {
    if (isDone()) return;
    process.stderr.write(`agents: installing claude and codex into ${folder} (about 770 MB)\n`);
    for (const file of files) copyFileSync(join(pins, file), join(folder, file));
    npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder);
    linkClaude();
    for (const name of ["claude", "codex"]) report(name);
    writeFileSync(mark, wanted);
  });
}

/** npm may skip install scripts (by setting or by default); the one that claude needs links its native program. */
function linkClaude() {
  const home = join(folder, "node_modules", "@anthropic-ai", "claude-code");
  const result = spawnSync(process.execPath, ["install.cjs"], { cwd: home, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`claude's install script failed\n${result.stdout}${result.stderr}`);
}

function report(name) {
  const program = join(folder, "node_modules", ".bin", name);
  const result = spawnSync(program, ["--version"], { encoding: "utf8", shell: process.platform === "win32" });
  if (result.status !== 0) throw new Error(`${program} --version failed\n${result.stdout}${result.stderr}`);
  process.stderr.write(`agents: ${name} ${result.stdout.trim()}\n`);
}
