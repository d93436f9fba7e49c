import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The agent programs of these tests, with the versions that `clis/package.json` pins. */
export type RealAgent = "claude" | "codex";

/** Path of an installed agent program; undefined when `scripts/agents.mjs` has not run. */
export function findRealAgent(name: RealAgent): string | undefined {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = process.env.AIW_AGENTS_DIR ? resolve(process.env.AIW_AGENTS_DIR) : join(cache, "aiw", "agents");
  const path = join(folder, "node_modules", ".bin", name);
  return existsSync(path) ? path : undefined;
}

/** Must what is missing fail, instead of being skipped? */
export const isRequired = process.env.AIW_REQUIRE_SERVICES === "1";
