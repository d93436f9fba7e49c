import { spawnSync } from "node:child_process";
import { AiwError, type Containment, type Logger } from "@aiw/core";
import { which } from "./program.js";

/** How programs are started on this machine. */
export interface Launcher {
  readonly containment: Containment;
  /** What to start for a program given by its absolute path. */
  wrap(file: string, args: readonly string[]): Launch;
}

/** A command line. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
}

/** File descriptor on which bubblewrap tells the pid of the namespace's first process. */
export const infoDescriptor = 3;

/**
 * The firmest containment that works here, found by a trial run (once per spawner, about 5 ms).
 *
 * 1. `bubblewrap`: a pid namespace that ends with its driver. The file system stays what it is.
 * 2. `namespace`: the same from `setpriv` and `unshare`, with GNU `timeout` as first process, because signals that a
 *    first process sends to itself are ignored and programs rely on them.
 * 3. `group`: a session of its own; what leaves it is found by its environment.
 *
 * The tie to the driver is one to the *thread* that spawned (Linux, prctl(2), PR_SET_PDEATHSIG): in a worker thread
 * programs end with the thread.
 *
 * @throws AiwError `dependency_missing` when a certain containment is asked for and does not work.
 */
export function chooseLauncher(wanted: "auto" | Containment, path: string | undefined, logger?: Logger): Launcher {
  const ladder = [
    ...(wanted === "namespace" ? [] : bubblewrap(path)),
    ...(wanted === "bubblewrap" ? [] : unshare(path)),
  ];
  if (wanted !== "group") {
    for (const launcher of ladder) if (works(launcher)) return launcher;
  }
  if (wanted !== "auto" && wanted !== "group") {
    throw new AiwError("dependency_missing", `${wanted}: this containment does not work here`, {
      hint: "install bubblewrap, allow user namespaces, or let AIW choose",
      details: { containment: wanted },
    });
  }
  if (wanted === "auto") {
    logger?.warn("no pid namespace can be made here: processes are held by group only", {
      hint: "install bubblewrap or allow user namespaces",
    });
  }
  return { containment: "group", wrap: (file, args) => ({ file, args }) };
}

function bubblewrap(path: string | undefined): readonly Launcher[] {
  const file = which("bwrap", path);
  if (process.platform !== "linux" || file === undefined) return [];
  const head = ["--die-with-parent", "--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc"];
  const options = [...head, "--info-fd", String(infoDescriptor), "--"];
  return [{ containment: "bubblewrap", wrap: (program, args) => ({ file, args: [...options, program, ...args] }) }];
}

function unshare(path: string | undefined): readonly Launcher[] {
  const [setpriv, program, timeout] = ["setpriv", "unshare", "timeout"].map((name) => which(name, path));
  if (process.platform !== "linux" || setpriv === undefined || program === undefined || timeout === undefined)
    return [];
  const launcher = (user: readonly string[]): Launcher => {
    const pid = ["--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
    const options = ["--pdeathsig", "KILL", program, ...user, ...pid, timeout, "--foreground", "0"];
    return { containment: "namespace", wrap: (file, args) => ({ file: setpriv, args: [...options, file, ...args] }) };
  };
  const asUser = launcher(["--user", "--map-current-user"]);
  return process.getuid?.() === 0 ? [launcher([]), asUser] : [asUser];
}

/** Does a program start, see its /proc, and does the signal that ends it arrive? */
function works(launcher: Launcher): boolean {
  const { file, args } = launcher.wrap("/bin/sh", ["-c", "test -r /proc/self/stat && kill -TERM $$"]);
  const result = spawnSync(file, args, {
    env: {},
    // "ignore" would leave the info descriptor closed.
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    timeout: 5_000,
    killSignal: "SIGKILL",
  });
  return result.status === 128 + 15;
}
