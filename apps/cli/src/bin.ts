#!/usr/bin/env node
// A named import would be a syntax error on a Node without it, before the check below can speak.
import nodeModule from "node:module";
import { readVersion } from "./version.js";

// better-sqlite3 crashes older versions of Node, so nothing else may be imported before this check.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `error: AIW needs Node 22.18 or newer; this is ${process.versions.node}\n` +
      "help: install a newer Node, for example with `npm install --global node@24`\n",
  );
  process.exitCode = 2;
} else {
  nodeModule.enableCompileCache();
  const args = process.argv.slice(2);
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    process.stdout.write(`${readVersion()}\n`);
  } else {
    const { main } = await import("./main.js");
    process.exitCode = await main(args);
  }
}
