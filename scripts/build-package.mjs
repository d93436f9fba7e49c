// Builds the package of the working directory: tsup for JavaScript, tsc for types, side by side.
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";

if (!existsSync("src")) {
  process.stdout.write("nothing to build yet\n");
  process.exit(0);
}
rmSync("dist", { recursive: true, force: true });
const tasks = [["tsup", "--silent"]];
if (existsSync("tsconfig.build.json")) tasks.push(["tsc", "-p", "tsconfig.build.json"]);
const codes = await Promise.all(tasks.map(([program, ...args]) => start(program, args)));
process.exitCode = codes.find((code) => code !== 0) ?? 0;

function start(program, args) {
  const child = spawn(program, args, { stdio: "inherit", shell: process.platform === "win32" });
  return new Promise((resolve, reject) => child.on("error", reject).on("exit", (code) => resolve(code ?? 1)));
}
