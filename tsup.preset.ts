import { defineConfig, type Options } from "tsup";

const shared: Options = {
  format: "esm",
  target: "node22",
  platform: "node",
  dts: false,
  splitting: true,
  sourcemap: true,
};

/** A package: ESM that keeps its dependencies as imports; `tsc` emits the types. */
export function libraryBuild(entry: Record<string, string>) {
  return defineConfig({ ...shared, entry });
}

/**
 * A program: few files with everything inside except what its manifest lists under `dependencies`, read from the sources of
 * the workspace, so that it starts fast and needs no other build.
 *
 * @param external - Packages that cannot be bundled and are no dependency of the manifest.
 */
export function programBuild(entry: Record<string, string>, external: string[] = []) {
  return defineConfig({
    ...shared,
    entry,
    external,
    minifySyntax: true,
    // Bundled CommonJS libraries still call `require` for Node's own modules.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    esbuildOptions: (options) => {
      options.conditions = ["@aiw/source"];
    },
  });
}
