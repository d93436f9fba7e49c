import { arch, cpus, platform } from "node:os";
import { checkSuite } from "./check.js";
import { runChild } from "./child.js";
import { cliSuite } from "./cli.js";
import { engineSuite } from "./engine.js";
import { expressionSuite } from "./expressions.js";
import { growthSuite } from "./growth.js";
import { memorySuite } from "./memory.js";
import { processSuite } from "./process.js";
import { recoverySuite } from "./recovery.js";
import { printFigures, type Suite } from "./report.js";
import { storeSuite } from "./store.js";

const suites: Readonly<Record<string, Suite>> = {
  cli: cliSuite,
  check: checkSuite,
  store: storeSuite,
  engine: engineSuite,
  growth: growthSuite,
  memory: memorySuite,
  recovery: recoverySuite,
  process: processSuite,
  expressions: expressionSuite,
};

// main.js [--short] [SUITE...], and `--child NAME FOLDER` for what has to be measured in a process of its own.
const args = process.argv.slice(2);
const [first, child = "", folder = ""] = args;
if (first === "--child") await runChild(child, folder);
else await measure(args);

async function measure(options: readonly string[]): Promise<void> {
  const short = options.includes("--short");
  const wanted = options.filter((option) => !option.startsWith("--"));
  const machine = `node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} cores`;
  process.stdout.write(`${machine}${short ? ", short" : ""}\n`);
  for (const [name, suite] of Object.entries(suites)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    printFigures(suite.title, await suite.run({ short }));
  }
}
