import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Secret, type Step, type StepCache } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AttemptBench, type AttemptOptions, createAttemptBench, warningsOf } from "../__fixtures__/attempts.js";
import { agent, fakeAgent, fakeTool, script, tool } from "../__fixtures__/world.js";

let bench: AttemptBench;
let made: number;
/** What the script prints, and the files it writes. */
let prints: string;
beforeEach(() => {
  made = 0;
  prints = "7";
  bench = createAttemptBench((text, spec) => {
    made += 1;
    if (text.includes("write")) write("out/a.txt", `made ${made}`);
    if (text.includes("boom")) return { exitCode: 1 };
    return { stdout: text.includes("env") ? String(spec.env?.A) : prints };
  });
});
afterEach(() => bench.close());

function write(path: string, text: string): void {
  mkdirSync(dirname(join(bench.cwd, path)), { recursive: true });
  writeFileSync(join(bench.cwd, path), text);
}

const day = 86_400_000;
function run(step: Step = script("s", "echo"), more: AttemptOptions = {}) {
  return bench.run(step, { cache: { forMs: day, files: ["src/**"] }, ...more });
}

describe("the cache of a step", () => {
  it("gives the earlier result, with its key and age, and makes nothing", async () => {
    const step = script("s", "echo", { output: { type: "integer" } });
    const first = await run(step);
    expect(first).toMatchObject({ status: "completed", output: 7, text: "7", exitCode: 0 });
    expect(first).not.toHaveProperty("cached");
    const at = bench.clock.now();
    bench.clock.advance(1_000);
    const second = await run(step);
    expect(second).toEqual({
      status: "completed",
      output: 7,
      text: "7",
      exitCode: 0,
      cached: { key: expect.stringMatching(/^[0-9a-f]{64}$/), at },
    });
    expect(made).toBe(1);
    expect(warningsOf(bench)).toEqual([
      "not from the cache: there is no earlier result",
      expect.stringMatching(/^from the cache: made \d{4}-.*key [0-9a-f]{12}$/),
    ]);
  });

  it("is not asked by a step without it", async () => {
    await run();
    await bench.run(script("s", "echo"));
    expect(made).toBe(2);
  });

  it("forgets what is too old", async () => {
    await run();
    bench.clock.advance(day);
    expect(await run()).not.toHaveProperty("cached");
    expect(warningsOf(bench).at(-1)).toBe("not from the cache: the result is older than 1d");
    expect(await run()).toHaveProperty("cached");
  });

  it("keeps no failure, no cut output and nothing that fail-if refuses", async () => {
    await run(script("s", "boom"));
    await run(script("s", "boom"));
    expect(made).toBe(2);
    prints = "x".repeat(2 * 1024 * 1024);
    await run();
    expect(await run()).toMatchObject({ truncated: true });
    expect(made).toBe(4);
    prints = "7";
    const refused = script("f", "echo", { failIf: "exit_code == 0" });
    await run(refused);
    expect(await run(refused)).toMatchObject({ error: { code: "condition_failed" } });
    expect(made).toBe(6);
  });

  it("checks an earlier result again", async () => {
    const step = script("s", "echo", { failIf: "inputs.strict" });
    await run(step, { names: { inputs: { strict: false } } });
    expect(await run(step, { names: { inputs: { strict: true } } })).toMatchObject({ status: "failed" });
    expect(made).toBe(2);
    expect(warningsOf(bench).at(-1)).toContain("does not pass the step's checks");
  });

  it("keeps no secret", async () => {
    prints = "it is hunter2-hunter2";
    const kept: string[] = [];
    const cache: StepCache = {
      get: async () => undefined,
      put: async (key, entry) => void kept.push(key, JSON.stringify(entry)),
    };
    const env = { A: new Secret("TOKEN", "hunter2-hunter2") };
    await run(script("s", "echo", { output: { type: "string" } }), { input: { env }, options: { cache } });
    expect(kept.join()).toContain("it is [redacted]");
    expect(kept.join()).not.toContain("hunter2");
  });

  it("costs nothing but the reuse when it fails", async () => {
    const broken: StepCache = {
      get: () => Promise.reject(new Error("no disk")),
      put: () => Promise.reject(new Error("no space")),
    };
    expect(await run(undefined, { options: { cache: broken } })).toMatchObject({ status: "completed" });
    expect(warningsOf(bench).join("\n")).toMatch(/cannot be read: no disk[\s\S]*was not kept for later runs: no space/);
  });
});

describe("the key of a result", () => {
  const same: readonly (readonly [string, AttemptOptions])[] = [
    ["another run, attempt, fence and key", { run: "run_2", attempt: 2, fence: 9, key: "other" }],
    ["another item with the same input", { path: "s[4]" }],
    ["another value of a secret", { input: { env: { A: new Secret("TOKEN", "another-value") } } }],
  ];
  it.each(same)("is the same for %s", async (_, more) => {
    const input = { env: { A: new Secret("TOKEN", "hunter2-hunter2") } };
    await run(undefined, more.input === undefined ? {} : { input });
    expect(await run(undefined, more)).toHaveProperty("cached");
  });

  const others: [string, AttemptOptions, Parameters<typeof script>[2]?][] = [
    ["a variable", { input: { env: { A: "2" } } }],
    ["another secret", { input: { env: { A: new Secret("OTHER", "hunter2-hunter2") } } }],
    ["an argument", { input: { env: { A: "1" }, with: { x: 1 } } }],
    ["a later round", { path: "s#2" }],
    ["the output type", {}, { output: { type: "integer" } }],
    ["the language", {}, { lang: "sh" }],
    ["the artifacts", {}, { artifacts: ["out/**"] }],
  ];
  it.each(others)("is another with another %s", async (_, more, step) => {
    await run(undefined, { input: { env: { A: "1" } } });
    expect(await run(script("s", "echo", step), { input: { env: { A: "1" } }, ...more })).not.toHaveProperty("cached");
    expect(made).toBe(2);
  });

  it("is made of the declared files, and says which of them changed", async () => {
    write("src/a.ts", "1");
    write("src/b.ts", "1");
    write("other.ts", "1");
    await run();
    write("other.ts", "2");
    expect(await run()).toHaveProperty("cached");
    write("src/a.ts", "2");
    rmSync(join(bench.cwd, "src/b.ts"));
    symlinkSync("/etc/hosts", join(bench.cwd, "src/c.ts"));
    expect(await run()).not.toHaveProperty("cached");
    expect(warningsOf(bench).at(-1)).toBe(
      "not from the cache: file src/a.ts changed, file src/b.ts removed, file src/c.ts added",
    );
    await run(script("s", "echo other"), { input: { env: { B: "1" }, with: { list: [1] } } });
    expect(warningsOf(bench).at(-1)).toBe("not from the cache: env B added, script changed, with list added");
  });

  it("takes only so many files, below the working directory", async () => {
    expect(await run(undefined, { cache: { forMs: day, files: ["../**"] } })).toMatchObject({
      error: { code: "permission_denied" },
    });
  });

  it("is made of tool, operation and the tool's version", async () => {
    let version = "1";
    const go = () => {
      made += 1;
      return null;
    };
    const work = { kind: "tool", tool: { ...fakeTool({ go }), version: async () => version } } as const;
    await run(tool("t", "go"), { work });
    expect(await run(tool("t", "go"), { work })).toHaveProperty("cached");
    version = "2";
    await run(tool("t", "go"), { work });
    expect(made).toBe(2);
    expect(warningsOf(bench).at(-1)).toBe("not from the cache: tool version changed");
  });

  it("is made of agent, version, model, effort, permissions and prompt", async () => {
    const claude = fakeAgent("claude", () => ({ status: "completed", text: "hi", model: "opus-4" }));
    const base = { agent: claude, model: "opus", options: {} };
    const ask = (work: object = {}, host: object = {}, prompt = "Hello") =>
      run(agent("a", "Hello"), { work: { kind: "agent", ...base, ...work }, host, input: { env: {}, prompt } });
    await ask();
    expect(await ask()).toMatchObject({ agent: "claude", model: "opus-4", text: "hi", cached: {} });
    const differs: (() => ReturnType<typeof ask>)[] = [
      () => ask({ model: "sonnet" }),
      () => ask({ options: { effort: "high" } }),
      () => ask({ options: { permissions: { write: [] } } }),
      () => ask({ resume: "session-1" }),
      () => ask({ agent: fakeAgent("codex", () => ({ status: "completed", text: "hi" })) }),
      () => ask({}, { agentVersion: "2.0" }),
      () => ask({}, {}, "Bye"),
    ];
    for (const other of differs) expect(await other()).not.toHaveProperty("cached");
  });
});

describe("artifacts of an earlier result", () => {
  const step = script("s", "write", { artifacts: ["out/**"] });
  const file = () => join(bench.cwd, "out/a.txt");

  it("are put back as they were", async () => {
    expect(await run(step)).toMatchObject({ artifacts: [{ path: "out/a.txt", bytes: 6 }] });
    rmSync(join(bench.cwd, "out"), { recursive: true });
    expect(await run(step)).toMatchObject({ cached: {}, artifacts: [{ path: "out/a.txt" }] });
    expect(readFileSync(file(), "utf8")).toBe("made 1");
    writeFileSync(file(), "changed by hand");
    await run(step);
    expect(readFileSync(file(), "utf8")).toBe("made 1");
    expect(made).toBe(1);
  });

  it("have to be there, and below the folder", async () => {
    await run(step);
    rmSync(join(bench.cwd, "out"), { recursive: true });
    const artifacts = { ...bench.options.artifacts, get: async () => undefined, put: bench.options.artifacts?.put };
    expect(await run(step, { options: { artifacts: Object(artifacts) } })).not.toHaveProperty("cached");
    expect(warningsOf(bench).at(-1)).toContain("an artifact of the result is gone");
    rmSync(join(bench.cwd, "out"), { recursive: true });
    const outside = mkdtempSync(join(tmpdir(), "aiw-outside-"));
    symlinkSync(outside, join(bench.cwd, "out"));
    expect(await run(step)).toMatchObject({ status: "failed", error: { code: "permission_denied" } });
    rmSync(outside, { recursive: true });
  });

  it("may be none, which is a warning", async () => {
    expect(await bench.run(script("s", "echo", { artifacts: ["none/*"] }))).toMatchObject({ artifacts: [] });
    expect(warningsOf(bench)).toEqual(["no file matches `artifacts` (none/*)"]);
  });
});
