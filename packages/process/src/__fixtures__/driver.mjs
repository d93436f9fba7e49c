// A driver that tests kill: runs one step and says what happens, one JSON value a line.
import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { createSpawner } from "../spawner.ts";

const { containment, script, env, token, leaseMs, feed, tempFolder, dieMs } = JSON.parse(process.argv[2]);
if (dieMs !== undefined) {
  const { spawn } = childProcess;
  childProcess.spawn = (file, args, options) => {
    const child = spawn(file, args, options);
    // Of what the spawner starts only programs get a variable.
    if (Object.keys(options.env).length === 0) return child;
    for (const end = performance.now() + dieMs; performance.now() < end; );
    process.kill(process.pid, "SIGKILL");
    return child;
  };
  syncBuiltinESMExports();
}
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const logger = { debug() {}, info() {}, warn: (warning) => say({ warning }), error: (warning) => say({ warning }) };
const spawner = createSpawner({ containment, baseEnv: process.env, leaseMs, tempFolder, logger });
if (feed) setInterval(() => spawner.feed(), leaseMs / 4).unref();
const onStdout = (text) => say({ stdout: text });
const result = await spawner.run({ command: "sh", args: ["-c", script], cwd: "/", env, token, onStdout });
say({ result });
await spawner.close();
