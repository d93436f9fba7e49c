import type { Step, ValueTemplate, Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { base, sourceOf, use, using } from "../__fixtures__/preflight.js";
import { agent, fakeTool, origin, script, tool, workflow } from "../__fixtures__/world.js";
import { type PlanRequest, planRun } from "./plan-run.js";
import type { StepPlan } from "./run-plan.js";

const secret = (name: string): ValueTemplate => ({ t: "expr", expr: `secrets.${name}` });
const literal = (value: string): ValueTemplate => ({ t: "literal", value });

function plan(file: Workflow, more: Partial<PlanRequest> = {}, source: Parameters<typeof sourceOf>[0] = {}) {
  return planRun(sourceOf(source), { workflow: file, origin, ...more });
}

/** The plan of one step, which has no problem. */
async function stepOf(step: Step, more: Partial<Workflow> = {}): Promise<StepPlan> {
  const { waves, problems } = await plan(workflow([step], more));
  expect(problems).toEqual([]);
  const [[first] = []] = waves;
  if (first === undefined) throw new Error("no step");
  return first;
}

describe("the order of a plan", () => {
  it("is that of the waves: branches stand together, loops and conditions are told", async () => {
    const repeat = { until: "true", max: 3, from: "left", everyMs: 5_000 };
    const steps = [
      script("start", "x"),
      script("left", "x", { needs: ["start"], if: "inputs.a == 1" }),
      script("right", "x", { needs: ["start"] }),
      script("end", "x", { needs: ["left", "right"], repeat }),
      script("alone", "x"),
    ];
    const {
      waves,
      onFailure,
      finally: last,
    } = await plan(workflow(steps, { onFailure: [script("f", "x")], finally: [script("z", "x")] }));
    const ids = waves.map((wave) => wave.map(({ id }) => id));
    expect(ids).toEqual([["start", "alone"], ["left", "right"], ["end"]]);
    expect(waves[1]?.[0]).toMatchObject({ if: "inputs.a == 1", needs: ["start"] });
    expect(waves[2]?.[0]?.repeat).toEqual({ max: 3, from: "left", everyMs: 5_000 });
    expect([...onFailure, ...last].map(({ id }) => id)).toEqual(["f", "z"]);
  });

  it("leaves out steps that wait for each other, and says so", async () => {
    const steps = [script("a", "x", { needs: ["b"] }), script("b", "x", { needs: ["a"] }), script("c", "x")];
    const { waves, problems } = await plan(workflow(steps));
    expect(waves.map((wave) => wave.map(({ id }) => id))).toEqual([["c"]]);
    expect(problems).toMatchObject([{ error: { code: "workflow_invalid" } }]);
  });
});

describe("a step in a plan", () => {
  it("tells agent, failover, who was passed over, effort, permissions and tools", async () => {
    const refs = [{ agent: "ill" }, { agent: "able", model: "opus" }, { agent: "forgetful" }];
    const more = { permissions: { write: ["out/"], run: ["git"] }, effort: "high" };
    const step = agent("a", "x", { agent: refs, permissions: { run: ["git", "npm"] }, tools: [] });
    expect(await stepOf(step, more)).toMatchObject({
      kind: "agent",
      agents: [
        {
          chosen: { agent: "able", model: "opus" },
          effort: "high",
          failover: [{ agent: "forgetful" }],
          passedOver: [{ agent: "ill", reason: "ill is not installed" }],
        },
      ],
      permissions: { write: ["out/"], run: ["git"] },
      tools: [],
    });
  });

  it("tells each agent of its matrix", async () => {
    const matrix = { agent: { list: [literal("able"), literal("forgetful/one")] }, size: { expr: "steps.x.output" } };
    const step = agent("a", "x", { foreach: { over: { matrix }, as: "item", maxParallel: 2 } });
    expect(await stepOf(step)).toMatchObject({
      agents: [{ chosen: { agent: "able" } }, { chosen: { agent: "forgetful", model: "one" } }],
      foreach: { items: null, maxParallel: 2 },
    });
  });

  it("tells variables, secrets and where they go, never a value", async () => {
    const step = script("s", "x", { env: { B: literal("1"), KEY: secret("TOKEN") } });
    const other = { env: { A: secret("OTHER") }, secrets: ["TOKEN", "OTHER", "UNUSED"] };
    const source = { secrets: sourceOf().secrets };
    const { waves, secrets, problems } = await plan(workflow([step], other), {}, source);
    expect(waves[0]?.[0]).toMatchObject({ env: ["A", "B", "KEY"], secrets: ["TOKEN", "OTHER"] });
    expect(secrets).toEqual(["TOKEN", "OTHER", "UNUSED"]);
    expect(problems.map(({ error }) => error.code)).toEqual(["secret_missing", "secret_missing"]);
    const any = tool("t", "go", { with: { t: "map", entries: { a: { t: "expr", expr: "secrets[inputs.x]" } } } });
    const found = (await plan(workflow([any], other))).waves[0]?.[0]?.secrets;
    expect(found).toEqual(["TOKEN", "OTHER", "UNUSED"]);
  });

  it("tells the time-out of the operation where the step has none", async () => {
    const slow = { ...fakeTool({ go: () => null }), operations: [{ name: "go", parameters: {}, timeoutMs: 9_000 }] };
    const source = { tools: async () => slow };
    const steps = [tool("a", "go"), tool("b", "go", { timeoutMs: 1_000 })];
    const { waves } = await plan(workflow(steps), {}, source);
    expect(waves[0]?.map(({ timeoutMs }) => timeoutMs)).toEqual([9_000, 1_000]);
    expect(waves[0]?.[0]?.tool).toEqual({ name: "test", operation: "go" });
  });

  it("tells whom an approval asks, what a wait waits for, and what an Undo would do", async () => {
    const field = { schema: { type: "string" }, required: false };
    const approval = {
      ...base("p"),
      kind: "approval",
      prompt: ["?"],
      by: ["ann"],
      min: 2,
      fields: { note: field },
    } as const;
    expect(await stepOf({ ...approval, timeoutMs: 5 })).toMatchObject({
      approval: { by: ["ann"], min: 2, fields: ["note"] },
      timeoutMs: 5,
    });
    const wait = (spec: Extract<Step, { kind: "wait" }>["wait"]) => stepOf({ ...base("w"), kind: "wait", wait: spec });
    expect((await wait({ for: 60_000 })).wait).toEqual({ forMs: 60_000 });
    expect((await wait({ until: "inputs.at" })).wait).toEqual({ until: "inputs.at" });
    expect((await wait({ signal: ["paid"], schema: {} })).wait).toEqual({ signal: "paid", isTyped: true });
    expect((await wait({ signal: ["paid ", { expr: "run.id" }] })).wait).toEqual({ signal: null, isTyped: false });
    const undone = script("s", "x", { undo: tool("s", "go") });
    expect((await stepOf(undone)).undo).toMatchObject({ kind: "tool", tool: { name: "test", operation: "go" } });
  });

  it("tells whether an earlier result would do", async () => {
    const cache = { forMs: 1_000, files: ["src/**"] };
    const steps = [
      script("own", "x", { cache: { forMs: 5, files: [] } }),
      script("default", "x"),
      script("effect", "x", { undo: script("effect", "y") }),
      agent("talk", "x", { agent: [{ agent: "able" }] }),
      agent("on", "x", { session: "talk" }),
    ];
    const file = workflow(steps, { cache, finally: [script("z", "x")] });
    const shown = async (more: Partial<PlanRequest>) => {
      const { waves, finally: last } = await plan(file, more);
      return [...waves.flat(), ...last].flatMap((step) =>
        step.cache === undefined ? [] : [[step.id, step.cache.forMs]],
      );
    };
    expect(await shown({})).toEqual([
      ["own", 5],
      ["default", 1_000],
    ]);
    expect(await shown({ noCache: true })).toEqual([]);
  });
});

describe("the size of a foreach", () => {
  const inputs = { files: { schema: { type: "array", default: ["a", "b"] }, required: false } };
  const over = (expr: string) => script("s", "x", { foreach: { over: { expr }, as: "item" } });
  const sizeOf = async (step: Step, more: Partial<PlanRequest> = {}) =>
    (await plan(workflow([step], { inputs }), more)).waves[0]?.[0]?.foreach?.items;

  it("is known from the file and from the inputs", async () => {
    expect(await sizeOf(over("inputs.files"))).toBe(2);
    expect(await sizeOf(over("inputs.files"), { inputs: { files: [] } })).toBe(0);
    expect(await sizeOf(over("inputs.files.filter(f, f != 'a')"))).toBe(1);
    const list = { list: [literal("a"), { t: "expr", expr: "steps.x.text" }] } as const;
    expect(await sizeOf(script("s", "x", { foreach: { over: list, as: "item" } }))).toBe(2);
    const matrix = { a: { expr: "inputs.files" }, b: list };
    expect(await sizeOf(script("s", "x", { foreach: { over: { matrix }, as: "item" } }))).toBe(4);
  });

  it.each([
    "steps.x.output",
    "inputs.files.map(f, f + steps.x.text)",
    "[now()]",
    "file('x').split(',')",
    "inputs.none",
  ])("is unknown when it is %s", async (expr) => {
    expect(await sizeOf(over(expr))).toBeNull();
  });

  it("is known in a sub-workflow when what it is given is", async () => {
    const child = workflow([over("inputs.files ?? []")], { inputs });
    const sized = async (argument?: ValueTemplate) => {
      const step = {
        ...use("u", "./c.md"),
        kind: "use",
        use: "./c.md",
        ...(argument === undefined ? {} : { with: argument }),
      } as const;
      const { waves } = await plan(workflow([step], using({ "./c.md": child })));
      return waves[0]?.[0]?.child?.waves[0]?.[0]?.foreach?.items;
    };
    expect(await sized()).toBe(2);
    expect(await sized({ t: "map", entries: { files: { t: "literal", value: ["a"] } } })).toBe(1);
    expect(await sized({ t: "map", entries: { files: { t: "expr", expr: "steps.x.output" } } })).toBeNull();
  });
});

describe("a plan of a run that cannot start", () => {
  it("tells all that is wrong, inputs first", async () => {
    const number = { schema: { type: "integer" }, required: true };
    const child = workflow([agent("c", "x", { agent: [{ agent: "nobody" }] })]);
    const file = workflow([agent("a", "x", { agent: [{ agent: "ill" }] }), use("u", "./c.md")], {
      ...using({ "./c.md": child }),
      inputs: { n: number, m: number, ok: number },
    });
    const { inputs, problems, waves } = await plan(file, { inputs: { m: "text", ok: 1, other: 2 } });
    expect(inputs).toEqual({ ok: 1 });
    expect(problems.map(({ within, step, error }) => [...within, step ?? "file", error.code].join(" "))).toEqual([
      "file input_missing",
      "file input_invalid",
      "file input_unknown",
      "a agent_not_installed",
      "u c agent_not_found",
    ]);
    expect(waves[0]?.[0]?.agents).toEqual([
      { chosen: null, failover: [], passedOver: [{ agent: "ill", reason: "ill is not installed" }] },
    ]);
  });

  it("executes nothing", async () => {
    const spawner = { ...sourceOf().spawner, run: () => Promise.reject(new Error("started")) };
    const { problems } = await plan(workflow([script("a", "x"), agent("b", "x")]), {}, { spawner });
    expect(problems).toEqual([]);
  });
});
