import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";

/** Resolves packages of the workspace to their sources. */
export const sourceResolution = {
  resolve: { conditions: ["@aiw/source", "module", "node", "development|production"] },
  ssr: { resolve: { conditions: ["@aiw/source", "module", "node", "development|production"] } },
} satisfies ViteUserConfig;

/** Settings of every suite; `--mode full` sets `AIW_TEST_FULL=1`, which asks for the long variant of a test. */
export function sharedTest(mode: string) {
  return {
    passWithNoTests: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: mode === "full" ? { AIW_TEST_FULL: "1" } : {},
    reporters: ["default", fileURLToPath(new URL("scripts/lib/summary-reporter.ts", import.meta.url))],
  } satisfies ViteUserConfig["test"];
}
