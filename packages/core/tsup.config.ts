import { libraryBuild } from "../../tsup.preset.js";

export default libraryBuild({
  index: "src/index.ts",
  "builder/index": "src/builder/index.ts",
  "testing/index": "src/testing/index.ts",
});
