import { defineConfig } from "vitest/config";
import { sharedTest, sourceResolution } from "./vitest.shared.js";

/** Suites that need the built command line program, real services or real agents. */
export default defineConfig(({ mode }) => ({
  ...sourceResolution,
  test: {
    ...sharedTest(mode),
    testTimeout: 300_000,
    hookTimeout: 120_000,
    projects: ["e2e", "crash", "agents", "bundles"].map((name) => ({
      extends: true as const,
      test: { name, root: "tests", include: [`${name}/**/*.test.ts`] },
    })),
  },
}));
