import { programBuild } from "../tsup.preset.js";

export default programBuild({ main: "src/main.ts" }, ["better-sqlite3"]);
