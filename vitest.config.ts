import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { sharedTest, sourceResolution } from "./vitest.shared.js";

const packages = ["packages", "apps", "examples", "editors"]
  .filter((group) => existsSync(group))
  .flatMap((group) => readdirSync(group).map((name) => ({ name, root: `${group}/${name}` })))
  .filter(({ root }) => existsSync(`${root}/src`));

/** Every package and the tests over the repository itself; they run from sources and need no build. */
export default defineConfig(({ mode }) => ({
  ...sourceResolution,
  test: {
    ...sharedTest(mode),
    projects: [
      ...packages.map(({ name, root }) => ({
        extends: true as const,
        test: { name, root, include: ["src/**/*.test.ts"] },
      })),
      ...["repo", "docs", "language"].map((name) => ({
        extends: true as const,
        test: { name, root: "tests", include: [`${name}/**/*.test.ts`] },
      })),
    ],
  },
}));
