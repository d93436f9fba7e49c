import { expect } from "vitest";
import { createMasker } from "../mask.js";
import type { Spawner, StartedProcess } from "../ports/spawner.js";
import { Secret } from "../secret.js";
import { contractPrograms } from "./spawner-programs.js";

const cwd = "/";

/** What comes back. */
export const outputTests = {
  async "gives exit code and both streams"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.exitThree, cwd });
    const streams = { stdout: "out", stderr: "err", stdoutDropped: 0, stderrDropped: 0 };
    expect(result).toMatchObject({ exitCode: 3, signal: null, ended: "exit", ...streams });
    expect(result.ms).toBeGreaterThanOrEqual(0);
  },
  async "gives the signal that ended a program"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.killItself, cwd });
    expect(result).toMatchObject({ exitCode: null, signal: "SIGKILL", ended: "exit" });
  },
  async "tells once that the process exists"(spawner: Spawner) {
    const started: StartedProcess[] = [];
    await spawner.run({ ...contractPrograms.exitThree, cwd, onStart: (each) => started.push(each) });
    expect(started).toHaveLength(1);
    expect(started[0]).toMatchObject({ pid: expect.any(Number), containment: spawner.containment });
  },
  async "hands output on as it arrives"(spawner: Spawner) {
    const parts: string[] = [];
    const { stdout } = await spawner.run({ ...contractPrograms.ticks, cwd, onStdout: (text) => parts.push(text) });
    expect(stdout).toBe("123");
    expect(parts).toEqual(["1", "2", "3"]);
  },
  async "keeps the start of a long output, marks the cut and counts the rest"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.manyBytes, cwd, maxOutputBytes: 1_000 });
    expect(result.stdout).toBe(`${"€".repeat(333)}… [truncated: 29001 bytes dropped]`);
    expect(result).toMatchObject({ stdoutDropped: 29_001, stderrDropped: 0, stderr: "", exitCode: 0 });
  },
  async "hands on also what it does not keep"(spawner: Spawner) {
    let length = 0;
    const onStdout = (text: string) => {
      length += text.length;
    };
    await spawner.run({ ...contractPrograms.manyBytes, cwd, maxOutputBytes: 10, onStdout });
    expect(length).toBe(10_000);
  },
  async "keeps a megabyte when nothing else is said"(spawner: Spawner) {
    const stdin = "x".repeat((1 << 20) + 5);
    const result = await spawner.run({ ...contractPrograms.copyInput, cwd, stdin });
    expect(result.stdoutDropped).toBe(5);
  },
  async "masks secrets in both streams before anybody sees them"(spawner: Spawner) {
    const masker = createMasker([new Secret("PASSWORD", "hunter2-hunter2")]);
    const seen: string[] = [];
    const see = (text: string) => void seen.push(text);
    const result = await spawner.run({ ...contractPrograms.slowSecret, cwd, masker, onStdout: see, onStderr: see });
    expect(result).toMatchObject({ stdout: "a [redacted] b", stderr: "[redacted]" });
    expect(seen.join("|")).not.toContain("hunter2");
  },
  async "gives what a listener throws, when nothing is alive any more"(spawner: Spawner) {
    const onStdout = () => {
      throw new RangeError("listener");
    };
    await expect(spawner.run({ ...contractPrograms.politeSleep, cwd, onStdout })).rejects.toThrow("listener");
  },
} satisfies Readonly<Record<string, (spawner: Spawner) => Promise<void>>>;
