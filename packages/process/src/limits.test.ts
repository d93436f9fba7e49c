import { afterAll, describe, expect, it } from "vitest";
import { availableContainments } from "./__fixtures__/containments.js";
import { createMark } from "./__fixtures__/trees.js";
import { createSpawner } from "./spawner.js";

describe.each(availableContainments())("with %s", (containment) => {
  const spawner = createSpawner({ containment, baseEnv: process.env });
  afterAll(() => spawner.close());

  it("says that arguments are too long", async () => {
    const running = spawner.run({ command: "true", args: ["x".repeat(200_000)], cwd: "/" });
    const details = expect.objectContaining({ reason: "arguments_too_long" });
    await expect(running).rejects.toMatchObject({ code: "spawn_failed", details });
  });

  it("ends whatever moment it is aborted at", async () => {
    const mark = createMark();
    const abortedAfter = async (delayMs: number) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), delayMs);
      const spec = { command: "sleep", args: ["60"], cwd: "/", env: mark.env, graceMs: 200 };
      expect(await spawner.run(spec, controller.signal)).toMatchObject({ ended: "aborted", exitCode: null });
    };
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 8 }, (_, at) => abortedAfter(round * 8 + at)));
    }
    expect(mark.alive()).toEqual([]);
  });

  it("reads an endless output without keeping it", async () => {
    const spec = { command: "sh", args: ["-c", "head -c 200000000 /dev/zero"], cwd: "/", maxOutputBytes: 1_000 };
    const before = process.memoryUsage().rss;
    const result = await spawner.run(spec);
    expect(result).toMatchObject({ exitCode: 0, stdoutDropped: 199_999_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  });

  it("runs many at once", async () => {
    const echo = (at: number) => spawner.run({ command: "cat", cwd: "/", stdin: `input ${at}` });
    const results = await Promise.all(Array.from({ length: 80 }, (_, at) => echo(at)));
    expect(results.map((result) => result.stdout)).toEqual(results.map((_, at) => `input ${at}`));
  });
});

describe("createSpawner", () => {
  it("does nothing before its first use", async () => {
    const spawner = createSpawner({ baseEnv: {} });
    spawner.feed?.();
    await spawner.close();
    await spawner.close();
  });

  it("refuses a containment that does not work", () => {
    const spawner = createSpawner({ containment: "bubblewrap", baseEnv: { PATH: "/nowhere" } });
    expect(() => spawner.containment).toThrow(expect.objectContaining({ code: "dependency_missing" }));
  });

  it("takes the group where nothing firmer works, and says so", async () => {
    const warnings: string[] = [];
    const log = () => {};
    const logger = { debug: log, info: log, error: log, warn: (message: string) => void warnings.push(message) };
    const spawner = createSpawner({ baseEnv: { PATH: "/nowhere" }, logger });
    expect(spawner.containment).toBe("group");
    expect(warnings).toHaveLength(1);
    expect(await spawner.run({ command: "/bin/sh", args: ["-c", "echo $0"], cwd: "/" })).toMatchObject({ exitCode: 0 });
    await spawner.close();
  });
});
