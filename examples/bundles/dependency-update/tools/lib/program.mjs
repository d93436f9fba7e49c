import { spawn } from "node:child_process";
import { ToolError } from "./tool.mjs";

/**
 * Runs a program without a shell and gives back `{ code, stdout, stderr }`. Fails when the code is not one of `codes`;
 * the message has the end of what the program said.
 */
export function run(command, args, { cwd, env = {}, codes = [0], title = command } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const out = collect(child.stdout);
    const err = collect(child.stderr);
    child.once("error", (cause) => reject(new ToolError(`${command} cannot be started: ${cause.message}`, { cause })));
    child.once("close", (code, signal) => {
      const result = { code, stdout: out(), stderr: err() };
      if (codes.includes(code)) return resolve(result);
      const said = (result.stderr.trim() || result.stdout.trim()).slice(-1_500);
      reject(new ToolError(`${title} ended with ${signal ?? code}: ${said}`));
    });
  });
}

function collect(stream) {
  const chunks = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
