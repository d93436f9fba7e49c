// Packs every public package, checks the tarballs, installs them into an empty folder and imports each export.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workspaceFolders } from "./lib/stamp.mjs";
import { npm, root } from "./lib/toolchain.mjs";

const packages = workspaceFolders()
  .filter((folder) => existsSync(join(root, folder, "src")))
  .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) }))
  .filter(({ manifest }) => !manifest.private);

call("turbo", ["run", "build", "--output-logs=errors-only", "--no-update-notifier"]);
const work = mkdtempSync(join(tmpdir(), "aiw-packages-"));
try {
  const tarballs = packages.map(({ folder, manifest }) => checkTarball(pack(folder), manifest));
  install(tarballs);
  for (const { manifest } of packages) importExports(manifest);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function pack(folder) {
  const before = new Set(readdirSync(work));
  call("pnpm", ["pack", "--pack-destination", work], join(root, folder));
  const name = readdirSync(work).find((file) => file.endsWith(".tgz") && !before.has(file));
  if (!name) throw new Error(`${folder}: pnpm pack made no tarball`);
  return join(work, name);
}

function checkTarball(tarball, manifest) {
  call("publint", ["run", tarball, "--strict"]);
  if (manifest.exports) call("attw", [tarball, "--profile", "esm-only", "--format", "ascii"]);
  return tarball;
}

/** Optional peers come along, because an export may need one. */
function install(tarballs) {
  const peers = packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  const foreign = peers.filter(([name]) => !name.startsWith("@aiw/")).map(([name, range]) => `${name}@${range}`);
  writeFileSync(join(work, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--no-audit", "--no-fund", ...tarballs, ...new Set(foreign)], work);
}

function importExports({ name, exports = {}, bin = {} }) {
  for (const subpath of Object.keys(exports)) {
    const specifier = name + subpath.slice(1);
    const how = subpath.endsWith(".json") ? ', { with: { type: "json" } }' : "";
    const script = `const m = await import(${JSON.stringify(specifier)}${how}); if (Object.keys(m).length === 0) process.exit(3);`;
    call(process.execPath, ["--input-type=module", "--eval", script], work);
    process.stdout.write(`${specifier}: imported\n`);
  }
  for (const program of Object.keys(bin)) {
    call(join(work, "node_modules", ".bin", program), ["version"], work);
    process.stdout.write(`${program}: started\n`);
  }
}

function call(program, args, cwd = root) {
  try {
    return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")} failed\n${error.stdout ?? ""}${error.stderr ?? ""}`);
  }
}
