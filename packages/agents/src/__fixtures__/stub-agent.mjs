// Plays an agent program: `stub-agent.mjs claude|codex ARGUMENT...`. The prompt on stdin says what to do:
// `CAPTURE [EXIT_CODE] [TWIST]`, where a twist is garbage, huge, cut, zombie, hang, stubborn or kill.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [agent, ...args] = process.argv.slice(2);

if (args.includes("--version")) {
  if (process.env.STUB_UNLINKED) {
    process.stderr.write("Error: claude native binary not installed.\nEither postinstall did not run (--ignore-scripts)\n");
    process.exit(1);
  }
  process.stdout.write(agent === "claude" ? "2.1.330 (Claude Code)\n" : "codex-cli 0.169.0\n");
  process.exit(0);
}
if (args.join(" ") === "auth status") {
  const loggedIn = process.env.STUB_LOGGED_IN === "1";
  process.stdout.write(`${JSON.stringify({ loggedIn, authMethod: "none" }, null, 2)}\n`);
  process.exit(loggedIn ? 0 : 1);
}
if (args.join(" ") === "login status") {
  const isLoggedIn = process.env.STUB_LOGGED_IN === "1";
  process.stderr.write(isLoggedIn ? "Logged in using ChatGPT\n" : "Not logged in\n");
  process.exit(isLoggedIn ? 0 : 1);
}
if (process.env.STUB_NO_SANDBOX && args.includes("--settings")) {
  const settings = readFileSync(args[args.indexOf("--settings") + 1], "utf8");
  if (settings.includes("failIfUnavailable")) {
    process.stdout.write(readFileSync(new URL("./claude/no-sandbox.jsonl", import.meta.url)));
    process.stderr.write("Error: sandbox required but unavailable: bubblewrap (bwrap) not installed\n");
    process.exit(1);
  }
}

const [capture, code, twist] = readFileSync(0, "utf8").trim().split(/\s+/);
const file = fileURLToPath(new URL(`./${agent}/${capture}.jsonl`, import.meta.url));
const lines = readFileSync(file, "utf8").trimEnd().split("\n");

switch (twist) {
  case "garbage":
    lines.unshift("Warning: not JSON at all", "{ half a line", "[1,2]", '{"type":"from_the_future","data":{}}', "null");
    break;
  case "huge":
    lines.unshift(`{"type":"x","data":"${"x".repeat(20 * 1024 * 1024)}"}`);
    break;
  case "cut":
    lines.pop();
    break;
  case "zombie":
    spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], {
      detached: true,
      stdio: "ignore",
    }).unref();
    break;
  case "stubborn":
    process.on("SIGTERM", () => {});
    break;
  default:
}

const text = `${lines.join("\n")}\n`;
process.stdout.write(text, () => {
  if (twist === "hang" || twist === "stubborn") setInterval(() => {}, 1000);
  else if (twist === "kill") process.kill(process.pid, "SIGKILL");
  else process.exitCode = Number(code ?? 0);
});
