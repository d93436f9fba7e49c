import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Readable } from "node:stream";
import { AiwError, type Containment, isAiwError, type ProcessSpec } from "@aiw/core";
import { infoDescriptor, type Launch } from "./containment.js";
import type { Pipe, Pipes } from "./pipes.js";
import { spawnFailed } from "./program.js";
import { groupTree, namespaceTree, type Tree, type TreeRoot } from "./tree.js";

/** A process that runs, with what belongs to it. */
export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly tree: Tree;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** What {@link startProcess} needs besides the spec. */
export interface StartOptions {
  readonly launch: Launch;
  readonly containment: Containment;
  readonly environment: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly nowMs: () => number;
  /** Absent: Node's own, which are sockets. */
  readonly pipes?: Pipes | undefined;
}

/** Starts the program in a session of its own. @throws AiwError `spawn_failed`, `too_many_files`, `disk_full`. */
export async function startProcess(spec: ProcessSpec, options: StartOptions): Promise<Started> {
  const startedMs = options.nowMs();
  const opened: OpenStreams = { pipes: [], theirs: [] };
  try {
    openStreams(spec, options.pipes, opened);
    const child = await spawnChild(spec, options, opened.theirs);
    const [stdout, stderr] = [opened.pipes[0]?.ours ?? child.stdout, opened.pipes[1]?.ours ?? child.stderr];
    if (child.pid === undefined || stdout === null || stderr === null) throw spawnFailed(spec.command, "no_resources");
    // The program may end without reading its input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(spec.stdin ?? "");
    const root = { pid: child.pid, mark: options.mark, startedMs };
    return { child, pid: child.pid, tree: makeTree(child, root, options), stdout, stderr };
  } catch (error) {
    for (const pipe of opened.pipes) pipe.ours.destroy();
    throw startError(spec.command, error);
  } finally {
    for (const descriptor of opened.theirs) if (typeof descriptor === "number") closeSync(descriptor);
  }
}

interface OpenStreams {
  /** Standard output and error, where we make them. */
  readonly pipes: Pipe[];
  /** The three standard streams of the program. */
  readonly theirs: (number | "pipe" | "ignore")[];
}

function openStreams(spec: ProcessSpec, pipes: Pipes | undefined, opened: OpenStreams): void {
  if (spec.stdin === undefined) opened.theirs.push("ignore");
  else opened.theirs.push(pipes === undefined ? "pipe" : pipes.input(spec.stdin));
  for (let stream = 1; stream <= 2; stream++) {
    const pipe = pipes?.output();
    if (pipe !== undefined) opened.pipes.push(pipe);
    opened.theirs.push(pipe?.theirs ?? "pipe");
  }
}

async function spawnChild(
  spec: ProcessSpec,
  options: StartOptions,
  streams: readonly (number | "pipe" | "ignore")[],
): Promise<ChildProcess> {
  const { launch, containment, environment } = options;
  const child = spawn(launch.file, [...launch.args], {
    cwd: spec.cwd,
    env: environment,
    detached: true,
    windowsHide: true,
    stdio: [...streams, ...(containment === "bubblewrap" ? ["pipe" as const] : [])],
  });
  if (child.pid === undefined) await new Promise((_, reject) => child.once("error", reject));
  // Later errors are about signals that could not be sent.
  child.on("error", () => {});
  return child;
}

function startError(command: string, error: unknown): AiwError {
  if (isAiwError(error)) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EMFILE" || code === "ENFILE") {
    return new AiwError("too_many_files", `${command}: no file descriptor is left to start it`, {
      hint: "raise `ulimit -n`, or run less at the same time",
      retryable: true,
      cause: error,
    });
  }
  if (code === "ENOSPC") {
    return new AiwError("disk_full", `${command}: no space for its input`, { hint: "free some space", cause: error });
  }
  if (code === "E2BIG") return spawnFailed(command, "arguments_too_long", error);
  if (code === "EAGAIN" || code === "ENOMEM") return spawnFailed(command, "no_resources", error);
  return spawnFailed(command, code === "ENOENT" ? "not_found" : "not_executable", error);
}

function makeTree(child: ChildProcess, root: TreeRoot, options: StartOptions): Tree {
  if (options.containment === "group") return groupTree(root, options.nowMs);
  const info = child.stdio[infoDescriptor];
  if (info === undefined || info === null || !("read" in info)) {
    return namespaceTree(root, () => undefined, Promise.resolve());
  }
  let text = "";
  const known = new Promise<void>((resolve) => info.once("close", () => resolve()));
  info.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
  });
  info.on("error", () => {});
  const init = () => {
    const pid = /"child-pid": (\d+)/.exec(text)?.[1];
    return pid === undefined ? undefined : Number(pid);
  };
  return namespaceTree(root, init, known);
}
