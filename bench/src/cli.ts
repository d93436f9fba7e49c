import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interleave, type Suite, timed } from "./report.js";

const cli = fileURLToPath(new URL("../../apps/cli/dist/bin.js", import.meta.url));
const oneStep = "---\naiw: 1\n---\n# One\n\n## Steps\n\n### Step\n```sh run\ntrue\n```\n";

/** Start of the command line program beside bare Node. */
export const cliSuite: Suite = {
  title: "command line, beside bare node",
  async run({ short }) {
    const folder = mkdtempSync(join(tmpdir(), "aiw-bench-"));
    try {
      const file = join(folder, "one.md");
      writeFileSync(file, oneStep);
      // A bare environment: variables such as NODE_EXTRA_CA_CERTS triple the start of Node.
      const env = { PATH: process.env.PATH ?? "", HOME: folder, AIW_HOME: join(folder, "state") };
      const node = (args: readonly string[]) => async () =>
        await timed(() => {
          const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
          if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
        });
      const works = [node(["-e", "0"]), node([cli, "--version"]), node([cli, "check", file]), node([cli, "run", file])];
      // The first call of each fills caches.
      await interleave(1, works);
      const [bare = 0, version = 0, check = 0, run = 0] = await interleave(short ? 5 : 25, works);
      const beside = { limitMs: bare, limit: "node -e 0" };
      return [
        { name: "aiw --version", ms: version, goal: 1.5, ...beside },
        { name: "aiw check of a small file", ms: check, goal: 3, ...beside },
        { name: "aiw run of one script step", ms: run, goal: 4, ...beside },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
