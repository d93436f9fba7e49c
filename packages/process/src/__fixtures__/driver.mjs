// A driver that tests kill: runs one step and says what happens, one JSON value a line.
import { createSpawner } from "../spawner.ts";

const { containment, script, env, token, leaseMs, feed, tempFolder } = JSON.parse(process.argv[2]);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const logger = { debug() {}, info() {}, warn: (warning) => say({ warning }), error: (warning) => say({ warning }) };
const spawner = createSpawner({ containment, baseEnv: process.env, leaseMs, tempFolder, logger });
if (feed) setInterval(() => spawner.feed(), leaseMs / 4).unref();
const onStdout = (text) => say({ stdout: text });
const result = await spawner.run({ command: "sh", args: ["-c", script], cwd: "/", env, token, onStdout });
say({ result });
await spawner.close();
