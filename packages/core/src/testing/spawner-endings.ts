import { expect } from "vitest";
import type { Spawner } from "../ports/spawner.js";
import { checkQuiet, contractPrograms, leaveDaemon } from "./spawner-programs.js";

const cwd = "/";
const tempFile = () => `/tmp/aiw-contract-${Math.random().toString(36).slice(2)}`;

/** How programs end, also when they do not want to. */
export const endingTests = {
  async "ends a program at its time-out"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.sleep, cwd, timeoutMs: 200 });
    expect(result).toMatchObject({ ended: "timeout", exitCode: null, signal: "SIGTERM" });
    expect(result.ms).toBeLessThan(2_000);
  },
  async "lets a program end politely"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.politeSleep, cwd, timeoutMs: 300 });
    expect(result).toMatchObject({ ended: "timeout", exitCode: 4, signal: null, stdout: "readybye" });
  },
  async "kills a program that does not want to end, after the grace"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.stubbornSleep, cwd, timeoutMs: 300, graceMs: 200 });
    expect(result).toMatchObject({ ended: "timeout", exitCode: null, signal: "SIGKILL", stdout: "ready" });
    expect(result.ms).toBeGreaterThanOrEqual(480);
  },
  async "ends a silent program at its idle time-out, and lets a talking one go on"(spawner: Spawner) {
    const silent = { ...contractPrograms.sleep, cwd, idleTimeoutMs: 200 };
    expect(await spawner.run(silent)).toMatchObject({ ended: "idle_timeout" });
    const talking = { ...contractPrograms.ticks, cwd, idleTimeoutMs: 2_000 };
    expect(await spawner.run(talking)).toMatchObject({ ended: "exit", stdout: "123" });
  },
  async "does not take a closed output for the end"(spawner: Spawner) {
    const closed = { ...contractPrograms.closeOutputsAndSleep, cwd, timeoutMs: 300 };
    expect(await spawner.run(closed)).toMatchObject({ ended: "timeout" });
  },
  async "does not wait for a child that holds the output open"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.leaveOutputOpen, cwd, timeoutMs: 20_000 });
    expect(result).toMatchObject({ ended: "exit", exitCode: 0, stdout: "done" });
  },
  async "ends a program when the signal aborts"(spawner: Spawner) {
    const controller = new AbortController();
    const onStdout = () => controller.abort();
    const result = await spawner.run({ ...contractPrograms.politeSleep, cwd, onStdout }, controller.signal);
    expect(result).toMatchObject({ ended: "aborted", exitCode: 4 });
  },
  async "starts nothing when the signal has aborted already"(spawner: Spawner) {
    let started = 0;
    const spec = { ...contractPrograms.exitThree, cwd, onStart: () => void started++ };
    expect(await spawner.run(spec, AbortSignal.abort())).toMatchObject({ ended: "aborted", exitCode: null });
    expect(started).toBe(0);
  },
  async "leaves nothing alive after a normal end"(spawner: Spawner) {
    const file = tempFile();
    expect(await spawner.run({ ...leaveDaemon(file), cwd })).toMatchObject({ ended: "exit", exitCode: 0 });
    expect(await spawner.run({ ...checkQuiet(file), cwd })).toMatchObject({ exitCode: 0 });
  },
  async "sweeps what was started for an attempt"(spawner: Spawner) {
    const token = `sweep-${Math.random()}`;
    const other = new AbortController();
    const kept = spawner.run({ ...contractPrograms.sleep, cwd, token: `${token}-other` }, other.signal);
    const swept = new Promise<number>((resolve, reject) => {
      const onStdout = () => void spawner.sweep([token]).then(resolve, reject);
      void spawner.run({ ...contractPrograms.stubbornSleep, cwd, token, onStdout }).catch(reject);
    });
    expect(await swept).toBeGreaterThanOrEqual(1);
    expect(await spawner.sweep([token])).toBe(0);
    other.abort();
    expect(await kept).toMatchObject({ ended: "aborted" });
  },
  async "sweeps nothing for tokens that nobody has"(spawner: Spawner) {
    expect(await spawner.sweep([])).toBe(0);
    expect(await spawner.sweep(["", `nobody-${Math.random()}`])).toBe(0);
  },
  async "kills everything on close, and starts nothing afterwards"(spawner: Spawner) {
    const closed = new Promise<void>((resolve, reject) => {
      const onStdout = () => void spawner.close().then(resolve, reject);
      void spawner.run({ ...contractPrograms.stubbornSleep, cwd, onStdout, graceMs: 60_000 }).catch(reject);
    });
    await closed;
    await spawner.close();
    await expect(spawner.run({ ...contractPrograms.exitThree, cwd })).rejects.toMatchObject({ code: "closed" });
  },
  async "may be fed at any time"(spawner: Spawner) {
    spawner.feed?.();
    await spawner.run({ ...contractPrograms.exitThree, cwd, onStart: () => spawner.feed?.() });
    await spawner.close();
    spawner.feed?.();
  },
} satisfies Readonly<Record<string, (spawner: Spawner) => Promise<void>>>;
