import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process as the system lists it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Dead, only not yet collected by its parent. */
  readonly zombie: boolean;
  /** Clock ticks since boot; empty where the system does not tell. */
  readonly startedAt: string;
}

const hasProc = process.platform === "linux";

/** All processes that can be seen. */
export function listProcesses(): readonly ProcessEntry[] {
  if (!hasProc) return parsePs(ps(["-axo", "pid=,ppid=,pgid=,stat="]));
  return processIds().flatMap((pid) => readProcess(pid) ?? []);
}

/** One process, or undefined when there is none. Reads /proc; elsewhere it asks `ps`. */
export function readProcess(pid: number): ProcessEntry | undefined {
  if (!hasProc) return parsePs(ps(["-o", "pid=,ppid=,pgid=,stat=", "-p", String(pid)]))[0];
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything, so fields count from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    zombie: state === "Z" || state === "X",
    startedAt: fields[19] ?? "",
  };
}

/** Is a process with this pid alive? A zombie is not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return readProcess(pid)?.zombie === false;
}

/** All ids of processes, or those above one. */
export function processIds(above = 0): readonly number[] {
  if (!hasProc) return listProcesses().map((entry) => entry.pid);
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return pid > above ? [pid] : [];
  });
}

/** Those of the processes that were started with the variable set to one of the values. */
export function markedProcesses(pids: readonly number[], variable: string, values: ReadonlySet<string>): Set<number> {
  if (!hasProc) return markedByPs(variable, values);
  const start = `${variable}=`;
  return new Set(
    pids.filter((pid) => {
      // Unreadable: it ended, or belongs to somebody else, who has to end it.
      const environment = readText(`/proc/${pid}/environ`);
      if (environment === undefined || !environment.includes(start)) return false;
      return environment.split("\0").some((item) => item.startsWith(start) && values.has(item.slice(start.length)));
    }),
  );
}

/** The processes below one, children of children included. */
export function descendants(root: number, entries: readonly ProcessEntry[]): readonly number[] {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of entries) {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const found: number[] = [];
  for (let open = [root]; open.length > 0; ) {
    open = open.flatMap((pid) => children.get(pid) ?? []);
    found.push(...open);
  }
  return found;
}

/** Sends a signal; false when there is no such process or it is not ours. A negative pid names a group. */
export function sendSignal(pid: number, signal: "SIGTERM" | "SIGKILL"): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Rows of `pid ppid pgid stat`. The group stands for the session, which `ps` does not tell everywhere. */
export function parsePs(text: string): readonly ProcessEntry[] {
  return text.split("\n").flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (pid === undefined || pid === "" || group === undefined) return [];
    const session = Number(group);
    const zombie = state?.startsWith("Z") === true;
    return [{ pid: Number(pid), parent: Number(parent), group: session, session, zombie, startedAt: "" }];
  });
}

function markedByPs(variable: string, values: ReadonlySet<string>): Set<number> {
  const lines = ps(["-axEww", "-o", "pid=,command="]).split("\n");
  const marks = [...values].map((value) => ` ${variable}=${value}`);
  const marked = lines.filter((line) => marks.some((mark) => `${line} `.includes(`${mark} `)));
  return new Set(marked.map((line) => Number.parseInt(line, 10)));
}

function ps(args: readonly string[]): string {
  try {
    return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 64 << 20 });
  } catch {
    // `ps -p` of a process that is gone ends with 1.
    return "";
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
