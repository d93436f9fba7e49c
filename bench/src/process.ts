import { spawn } from "node:child_process";
import { createSpawner } from "@aiw/process";
import { inFolder, one, scripts, withEngine } from "./embedded.js";
import { interleave, type Suite, timed } from "./report.js";

/** Programs, beside the bare start of the same wrappers. */
export const processSuite: Suite = {
  title: "programs, beside a bare spawn with the same containment",
  async run({ short }) {
    const rounds = short ? 1 : 7;
    const count = short ? 5 : 20;
    const spawner = createSpawner({ baseEnv: process.env });
    const { containment } = spawner;
    const bare = async () => {
      for (let index = 0; index < count; index += 1) await bareRun(wrapped(containment, ["sh", "-e", "/dev/null"]));
    };
    const contained = async () => {
      for (let index = 0; index < count; index += 1) {
        await spawner.run({ command: "sh", args: ["-e", "/dev/null"], cwd: "/" });
      }
    };
    const steps = () =>
      inFolder((folder) =>
        withEngine({ folder }, async (engine) => {
          await one(engine, scripts(2));
          return timed(() => one(engine, scripts(count)));
        }),
      );
    await contained();
    const [limitMs = 0, ms = 0, stepMs = 0] = await interleave(rounds, [
      () => timed(bare),
      () => timed(contained),
      steps,
    ]);
    await spawner.close();
    const beside = { limitMs, limit: `${count} bare spawns, ${containment}`, goal: 1.5 };
    return [
      { name: `${count} programs by the spawner`, ms, ...beside },
      { name: `${count} script steps, journaled`, ms: stepMs, ...beside },
    ];
  },
};

/** What holds a program, without the spawner's own work. */
function wrapped(containment: string, program: readonly string[]): readonly string[] {
  if (containment === "bubblewrap") {
    return ["bwrap", "--die-with-parent", "--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc", "--", ...program];
  }
  if (containment !== "namespace") return program;
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"];
  const pid = ["--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
  return ["setpriv", "--pdeathsig", "KILL", "unshare", ...user, ...pid, "timeout", "--foreground", "0", ...program];
}

function bareRun([file = "", ...args]: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    child.stdout.resume();
    child.stderr.resume();
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`))));
  });
}
