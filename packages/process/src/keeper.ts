import { type ChildProcess, spawn } from "node:child_process";
import type { Logger } from "@aiw/core";
import { keeperSource } from "./keeper-source.js";

/**
 * Outlives the driver and ends its trees: when the driver is gone, or has not fed for its lease because it is frozen.
 * A process of its own, in its own session, started with the first tree (35 ms beside it, 9 MB).
 */
export interface Keeper {
  /** A tree with this mark is about to start. Registered at once when `eager`, else when it lives for 20 ms. */
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
  /** Register before the tree starts: where nothing else ends it with its driver. */
  readonly eager: boolean;
  /** Removed by the keeper when it ends. */
  readonly folders: readonly string[];
  readonly logger?: Logger | undefined;
}

const maxStarts = 4;

/** Where a namespace ends with its driver, the keeper is for frozen drivers only, and short programs do not need it. */
const delayMs = 20;

/** A keeper that starts when it is first needed, and again when it is killed. */
export function createKeeper(options: KeeperOptions): Keeper {
  const marks = new Set<string>();
  const waiting = new Map<string, NodeJS.Timeout>();
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

  const register = (mark: string) => {
    waiting.delete(mark);
    marks.add(mark);
    if (helper === undefined) start();
    else send(`+ ${mark}`);
  };

  return {
    add(mark) {
      if (options.eager) register(mark);
      else waiting.set(mark, setTimeout(register, delayMs, mark).unref());
    },
    remove(mark) {
      clearTimeout(waiting.get(mark));
      waiting.delete(mark);
      // A mark that is gone harms nobody: it travels with the next line.
      if (marks.delete(mark) && helper !== undefined) unsent.push(`- ${mark}`);
      if (unsent.length > 100) send("f");
    },
    feed() {
      send("f");
    },
    async close() {
      isClosed = true;
      for (const timer of waiting.values()) clearTimeout(timer);
      const ending = helper;
      if (ending === undefined || ending.exitCode !== null) return;
      ending.ref();
      const ended = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
      ending.stdin?.end(unsent.map((line) => `${line}\n`).join(""));
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
