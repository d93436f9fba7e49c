import { programBuild } from "../../tsup.preset.js";

export default programBuild({ bin: "src/bin.ts" });
