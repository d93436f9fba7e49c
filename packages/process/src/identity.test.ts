import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { isAlive, readBootId, readProcessIdentity, readStartedAt } from "./identity.js";
import { isRunning, parsePs } from "./processes.js";

describe("readProcessIdentity", () => {
  it("names this process, which is alive", () => {
    const identity = readProcessIdentity();
    expect(identity).toMatchObject({ pid: process.pid, startedAt: expect.stringMatching(/./) });
    expect(readProcessIdentity()).toEqual(identity);
    expect(isAlive(identity)).toBe(true);
  });

  it("does not take another process with the same pid for it, and does not guess about other hosts", () => {
    const identity = readProcessIdentity();
    expect(isAlive({ ...identity, startedAt: "1" })).toBe(false);
    expect(isAlive({ ...identity, boot: "other" })).toBeUndefined();
    expect(isAlive({ ...identity, host: "other" })).toBeUndefined();
  });

  it("sees that a process has ended, collected by its parent or not", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    const startedAt = readStartedAt(pid, readBootId());
    expect(startedAt).toContain(readBootId());
    expect(isRunning(pid)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(readStartedAt(pid, readBootId())).toBeUndefined();
    expect(isAlive({ ...readProcessIdentity(), pid })).toBe(false);
  });
});

describe("parsePs", () => {
  it("reads the rows of ps", () => {
    expect(parsePs("  1     0     1 Ss\n 20    1    20 Z+\n\n")).toMatchObject([
      { pid: 1, parent: 0, group: 1, zombie: false },
      { pid: 20, parent: 1, group: 20, zombie: true },
    ]);
  });
});
