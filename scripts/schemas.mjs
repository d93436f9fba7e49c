// Writes the published JSON Schemas: their tests compare the files with what the code says, and here they write them.
import { root, run } from "./lib/toolchain.mjs";

const projects = ["core", "markdown", "runtime"].flatMap((name) => ["--project", name]);
process.exitCode = await run("vitest", ["run", "--update", ...projects, "src/schemas/"], { cwd: root });
