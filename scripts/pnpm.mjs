// Runs the pinned pnpm: node scripts/pnpm.mjs install
import { ensureNode, ensurePnpm, root, run, taskEnv } from "./lib/toolchain.mjs";

const node = ensureNode();
process.exitCode = await run(node, [ensurePnpm(), ...process.argv.slice(2)], { cwd: root, env: taskEnv(node) });
