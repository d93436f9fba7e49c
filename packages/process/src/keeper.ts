import { type ChildProcess, spawn } from "node:child_process";
import type { Logger } from "@aiw/core";
import { keeperSource } from "./keeper-source.js";

/**
 * Outlives the driver and ends its trees: when the driver is gone, or has not fed for its lease because it is frozen.
 * A process of its own, in its own session, started with the first tree (35 ms beside it, 9 MB).
 */
export interface Keeper {
  /**
   * A tree with this mark is about to start. It is in the keeper's pipe when this returns, whether or not the keeper runs
   * already: wrappers tie themselves to their driver only some ms after they were started, and it may be killed before.
   */
  add(mark: string): void;
  /** It is gone. */
  remove(mark: string): void;
  feed(): void;
  /** Ends the keeper; what is still registered is killed. */
  close(): Promise<void>;
}

/** What a keeper needs. */
export interface KeeperOptions {
  /** 0: never frozen. */
  readonly leaseMs: number;
  /** Removed by the keeper when it ends. */
  readonly folders: readonly string[];
  readonly logger?: Logger | undefined;
}

const maxStarts = 4;

/** A keeper that starts when it is first needed, and again when it is killed. */
export function createKeeper(options: KeeperOptions): Keeper {
  const marks = new Set<string>();
  let unsent: string[] = [];
  let helper: ChildProcess | undefined;
  let starts = 0;
  let isClosed = false;

  const send = (line: string) => {
    if (helper?.stdin?.writable !== true) return;
    helper.stdin.write(`${[...unsent, line].join("\n")}\n`);
    unsent = [];
  };
  const lost = (cause: unknown) => {
    helper = undefined;
    if (isClosed) return;
    options.logger?.warn("the keeper of processes ended", { cause: String(cause), starts });
    if (marks.size > 0) start();
  };
  const start = () => {
    if (isClosed || helper !== undefined) return;
    if (starts++ >= maxStarts) {
      options.logger?.error("no keeper of processes: a frozen driver would keep its programs", { starts });
      return;
    }
    helper = startHelper(options, lost);
    for (const mark of marks) helper.stdin?.write(`+ ${mark}\n`);
  };

  return {
    add(mark) {
      marks.add(mark);
      if (helper === undefined) start();
      else send(`+ ${mark}`);
    },
    remove(mark) {
      // A mark that is gone harms nobody: it travels with the next line.
      if (marks.delete(mark) && helper !== undefined) unsent.push(`- ${mark}`);
      if (unsent.length > 100) send("f");
    },
    feed() {
      send("f");
    },
    async close() {
      isClosed = true;
      const ending = helper;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      ending.ref();
      const ended = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
      // With nothing to end it need not even come up first.
      if (marks.size === 0) ending.kill("SIGKILL");
      else ending.stdin?.end();
      await ended;
    },
  };
}

function startHelper(options: KeeperOptions, lost: (cause: unknown) => void): ChildProcess {
  const flags = ["--input-type=commonjs", "--v8-pool-size=0", "--max-semi-space-size=1"];
  const helper = spawn(process.execPath, [...flags, "-e", keeperSource, String(options.leaseMs), ...options.folders], {
    cwd: "/",
    env: {},
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Either of them, once.
  let isLost = false;
  const once = (cause: unknown) => {
    if (!isLost) lost(cause);
    isLost = true;
  };
  helper.once("error", once);
  helper.once("exit", (code, signal) => once(signal ?? code));
  helper.stdin.on("error", () => {});
  helper.unref();
  if ("unref" in helper.stdin && typeof helper.stdin.unref === "function") helper.stdin.unref();
  return helper;
}
