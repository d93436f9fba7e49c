import { defineConfig } from "tsup";

/** One file with the client of the protocol inside; the editor gives `vscode`. */
export default defineConfig({
  entry: { extension: "src/extension.ts" },
  format: "cjs",
  target: "node20",
  platform: "node",
  dts: false,
  external: ["vscode"],
  outExtension: () => ({ js: ".cjs" }),
});
