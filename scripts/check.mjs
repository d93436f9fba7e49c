// All static checks; runs each, so that one call shows everything that is wrong.
import { root, run } from "./lib/toolchain.mjs";

const stages = [
  ["format and lint", "biome", ["check", "--error-on-warnings"]],
  ["types", "turbo", ["run", "types", "--output-logs=errors-only", "--no-update-notifier"]],
  ["architecture", "vitest", ["run", "--project", "repo"]],
  ["unused code and dependencies", "knip", []],
  ["packages", process.execPath, ["scripts/check-packages.mjs"]],
];

const failed = [];
for (const [title, command, args] of stages) {
  process.stdout.write(`\n# ${title}\n`);
  const startedAt = performance.now();
  const code = await run(command, args, { cwd: root });
  if (code !== 0) failed.push(title);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`# ${title}: ${code === 0 ? "ok" : "failed"}, ${seconds} s\n`);
}
process.stdout.write(failed.length === 0 ? "\nall checks passed\n" : `\nfailed: ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
