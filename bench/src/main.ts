import { arch, cpus, platform } from "node:os";
import { cliSuite } from "./cli.js";
import { engineSuite } from "./engine.js";
import { printFigures, type Suite } from "./report.js";
import { storeSuite } from "./store.js";

const suites: readonly Suite[] = [cliSuite, storeSuite, engineSuite];

const short = process.argv.includes("--short");
process.stdout.write(
  `node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} cores${short ? ", short" : ""}\n`,
);
for (const suite of suites) printFigures(suite.title, await suite.run({ short }));
