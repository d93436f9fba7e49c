import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodeContext, CodeStep, Json, Step, StoredEvent, Workflow } from "@aiw/core";
import { createFakeClock, createMemoryArtifactStore, createMemoryStepCache } from "@aiw/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agent, createWorld, fakeAgent, script, tool, type World, within, workflow } from "./__fixtures__/world.js";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "aiw-kinds-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const clock = createFakeClock();
const base = { title: "", needs: [], env: {}, onError: "fail" } as const;

async function run(world: World, file: Workflow, more: { readonly run?: string; readonly noCache?: boolean } = {}) {
  const started = world.engine.start({ workflow: file, origin: { folder: cwd, cwd, bundle: false }, ...more });
  const { run: id, done } = await within(clock, started);
  const summary = await within(clock, done);
  return { summary, events: await world.events(id) };
}

function completedOf(events: readonly StoredEvent[]) {
  return events.flatMap((event) => (event.type === "step.completed" ? [[event.step, event.data] as const] : []));
}

function code(id: string, more: Partial<CodeStep> = {}): CodeStep {
  return { ...base, id, kind: "code", ...more };
}

describe("code steps of a run", () => {
  it("read inputs, earlier steps and their item, and are undone by their own function", async () => {
    const seen: [string, CodeContext["item"], Json, Json | undefined][] = [];
    const functions: Readonly<Record<string, (context: CodeContext) => Json>> = {
      double: ({ step, item, inputs, steps }) => {
        seen.push([step, item, inputs.n ?? null, steps.first]);
        return Number(item) * 2;
      },
      "double!undo": ({ step, item }) => {
        seen.push([step, item, null, undefined]);
        return null;
      },
    };
    const world = createWorld({
      clock,
      scripts: (text) => ({ stdout: "one", exitCode: text === "boom" ? 1 : 0 }),
      engine: { code: (_, step) => functions[step] },
    });
    const foreach = {
      over: { list: [1, 2].map((value) => ({ t: "literal", value }) as const) },
      as: "item",
      maxParallel: 1,
    };
    const steps: Step[] = [
      script("first", "x"),
      code("double", { needs: ["first"], foreach, undo: code("double") }),
      script("last", "boom", { needs: ["double"] }),
    ];
    const { summary } = await run(
      world,
      workflow(steps, { inputs: { n: { schema: { default: 3 }, required: false } } }),
    );
    expect(summary).toMatchObject({ status: "failed", undone: ["double[1]", "double[0]"] });
    expect(seen.map(([path, item, n]) => [path, item, n])).toEqual([
      ["double[0]", 1, 3],
      ["double[1]", 2, 3],
      ["double[1]!undo", 2, null],
      ["double[0]!undo", 1, null],
    ]);
    expect(seen[0]?.[3]).toMatchObject({ text: "one", status: "completed" });
  });
});

describe("results that are used again", () => {
  it("are journaled as such, for each item, and not with noCache", async () => {
    let made = 0;
    const operations = {
      go: () => {
        made += 1;
        return made;
      },
    };
    const world = createWorld({ clock, operations, engine: { cache: createMemoryStepCache() } });
    const literal = (value: Json) => ({ t: "literal", value }) as const;
    const item = { t: "map", entries: { item: { t: "expr", expr: "item" } } } as const;
    const steps = [
      tool("a", "go", { foreach: { over: { list: [literal("x"), literal("y")] }, as: "item" }, with: item }),
      tool("b", "go", { needs: ["a"], with: literal({ of: "b" }) }),
    ];
    const file = workflow(steps, { cache: { forMs: 60_000, files: ["src/**"] }, outputs: { b: "steps.b.output" } });
    const first = await run(world, file);
    expect(completedOf(first.events).some(([, data]) => "cached" in data)).toBe(false);
    const second = await run(world, file);
    expect(made).toBe(3);
    const cached = completedOf(second.events).filter(([, data]) => data.cached !== undefined);
    expect(cached.map(([step]) => step).sort()).toEqual(["a[0]", "a[1]", "b"]);
    expect(second.summary.outputs).toEqual(first.summary.outputs);
    await run(world, file, { noCache: true });
    expect(made).toBe(6);
  });

  it("are told where somebody asks why", async () => {
    const said: string[] = [];
    const world = createWorld({ clock, engine: { cache: createMemoryStepCache(), explainCache: true } });
    world.engine.onProgress?.((_, step, progress) => {
      if (progress.type === "warning") said.push(`${step}: ${progress.message}`);
    });
    const file = workflow([script("s", "x", { cache: { forMs: 60_000, files: ["*.txt"] } })]);
    await run(world, file);
    writeFileSync(join(cwd, "a.txt"), "1");
    await run(world, file);
    await run(world, file);
    expect(said).toEqual([
      "s: not from the cache: there is no earlier result",
      "s: not from the cache: file a.txt added",
      expect.stringContaining("s: from the cache"),
    ]);
  });

  it("never stand in for a conversation, nor for what tidies up", async () => {
    const turns: string[] = [];
    const helper = fakeAgent("helper", ({ prompt, resume }) => {
      turns.push(`${prompt} ${resume ?? "new"}`);
      return { status: "completed", text: "ok", session: "s1" };
    });
    const world = createWorld({ clock, agents: [helper], engine: { cache: createMemoryStepCache() } });
    const steps = [agent("a", "A"), agent("b", "B", { needs: ["a"], session: "a" }), agent("c", "C", { needs: ["b"] })];
    const file = workflow(steps, { cache: { forMs: 60_000, files: [] }, finally: [agent("z", "Z")] });
    await run(world, file);
    await run(world, file);
    expect(turns).toEqual(["A new", "B s1", "C new", "Z new", "A new", "B s1", "Z new"]);
  });
});

describe("artifacts of a run", () => {
  it("are in the journal, by the step's path", async () => {
    const world = createWorld({
      clock,
      scripts: (_, { env = {} }) => {
        writeFileSync(join(cwd, `${String(env.AIW_STEP)}.txt`), "kept");
        return {};
      },
      engine: { artifacts: createMemoryArtifactStore() },
    });
    const list = [{ t: "literal", value: 1 } as const];
    const step = script("s", "x", { artifacts: ["*.txt"], foreach: { over: { list }, as: "item" } });
    const { events } = await run(world, workflow([step]));
    expect(existsSync(join(cwd, "s[0].txt"))).toBe(true);
    const hash = expect.stringMatching(/^sha256-[0-9a-f]{64}$/);
    expect(completedOf(events)[0]).toMatchObject(["s[0]", { artifacts: [{ path: "s[0].txt", bytes: 4, hash }] }]);
  });

  it("need a place before the run starts", async () => {
    const world = createWorld({ clock });
    const file = workflow([script("s", "x", { artifacts: ["*.txt"] })]);
    await expect(run(world, file)).rejects.toMatchObject({ code: "unsupported_option" });
  });
});

describe("the session of a loop", () => {
  it("stays with its agent: who takes over in a later round begins anew", async () => {
    const first = fakeAgent("first", (_request, _context, count) =>
      count === 1
        ? { status: "completed", text: "again", session: "of first" }
        : { status: "failed", error: { code: "auth", message: "logged out" } },
    );
    const second = fakeAgent("second", () => ({ status: "completed", text: "done" }));
    const world = createWorld({ clock, agents: [first, second] });
    const step = agent("a", "A", {
      agent: [{ agent: "first" }, { agent: "second" }],
      repeat: { until: "text == 'done'", max: 3 },
    });
    expect((await run(world, workflow([step]))).summary.status).toBe("completed");
    expect(first.requests.map(({ resume }) => resume)).toEqual([undefined, "of first"]);
    expect(second.requests.map(({ resume }) => resume)).toEqual([undefined]);
  });
});

describe("a session of another step", () => {
  it("is forked by each attempt, so that a retry starts from the same place", async () => {
    const helper = fakeAgent(
      "helper",
      ({ prompt, resume, fork }, _, count) => {
        if (prompt === "A") return { status: "completed", text: "a", session: "start" };
        const session = fork === true ? `fork ${count}` : (resume ?? "new");
        if (count < 4)
          return { status: "failed", error: { code: "overloaded", message: "busy", retryable: true }, session };
        return { status: "completed", text: "b", session };
      },
      { fork: true },
    );
    const world = createWorld({ clock, agents: [helper] });
    const retry = { attempts: 5, backoff: "constant", delayMs: 1_000, maxDelayMs: 1_000 } as const;
    const steps = [agent("a", "A"), agent("b", "B", { needs: ["a"], session: "a", retry })];
    const { summary, events } = await run(world, workflow(steps));
    expect(summary.status).toBe("completed");
    const asked = helper.requests.map(({ resume, fork }) => [resume, fork]);
    expect(asked).toEqual([[undefined, undefined], ...Array(3).fill(["start", true])]);
    expect(completedOf(events).at(-1)?.[1]).toMatchObject({ session: "fork 4" });
  });
});
