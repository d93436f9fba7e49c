import type { ForeachSpec, InputSpec, Step, StepBase, Workflow } from "@aiw/core";
import fc from "fast-check";
import { condition, env, filled, line, map, ms, schema, template, text, texts, value } from "./random-values.js";

const word = fc.constantFrom("alpha", "beta", "gamma", "delta", "ä_1", "翻訳");
const name = fc.constantFrom("s", "t", "u", "v_1", "Value");

const common = fc.record(
  {
    if: condition,
    onError: fc.constantFrom("fail" as const, "continue" as const),
    retry: fc.record({
      attempts: fc.integer({ min: 0, max: 100 }),
      backoff: fc.constantFrom("exponential" as const, "constant" as const),
      delayMs: ms,
      maxDelayMs: ms,
    }),
    timeoutMs: ms,
    budget: fc.record({ usd: fc.double({ min: 0.01, max: 1e6, noNaN: true }), onExceed: fc.constantFrom("stop" as const, "ask" as const) }),
  },
  { requiredKeys: ["onError"] },
);
const work = fc.record(
  {
    env,
    cwd: filled,
    output: schema,
    idleTimeoutMs: ms,
    onInterrupt: fc.constantFrom("retry" as const, "ask" as const),
    cache: fc.record({ forMs: ms, files: texts }),
    artifacts: texts,
    sandbox: fc.constantFrom("off" as const, "auto" as const),
  },
  { requiredKeys: ["env"] },
);
const foreach: fc.Arbitrary<ForeachSpec> = fc.record(
  {
    over: fc.oneof(
      fc.array(value, { maxLength: 3 }).map((list) => ({ list })),
      fc.constant({ expr: "inputs.list" }),
      fc.constant({ matrix: { size: { list: [{ t: "literal", value: "s" } as const] }, file: { expr: "inputs.list" } } }),
    ),
    as: fc.constantFrom("item", "file"),
    maxParallel: fc.integer({ min: 1, max: 1000 }),
  },
  { requiredKeys: ["over", "as"] },
);
const loops = fc.record({ foreach, repeat: fc.constant({ until: "inputs.ok", max: 3, everyMs: 1_500 }) }, { requiredKeys: [] });

type Kind = Step extends infer S ? (S extends Step ? Omit<S, "id" | "title" | "needs" | "undo"> : never) : never;

const script: fc.Arbitrary<Kind> = fc
  .tuple(common, work, fc.constantFrom("bash" as const, "sh" as const, "python" as const), text, fc.option(map, { nil: undefined }))
  .map(([base, more, lang, source, given]) => ({
    ...base,
    ...more,
    kind: "script",
    lang,
    script: source === "" ? "" : `${source.replaceAll("\u0000", "")}\n`,
    ...(given === undefined ? {} : { with: given }),
  }));
const tool: fc.Arbitrary<Kind> = fc
  .tuple(common, work, fc.constantFrom("run", "create", "a.b"), map)
  .map(([base, more, operation, given]) => ({ ...base, ...more, kind: "tool", tool: "git-hub", operation, with: given }));
const agent: fc.Arbitrary<Kind> = fc
  .tuple(
    common,
    work,
    filled,
    fc.record(
      {
        agent: fc.constantFrom([{ agent: "claude" }], [{ agent: "claude", model: "opus" }, { agent: "codex" }]),
        model: fc.constantFrom("1.10", "opus"),
        effort: fc.constant("high"),
        permissions: fc.record({ read: texts, net: texts }, { requiredKeys: [] }),
        effects: fc.constant([{ kind: "patch" as const }, { kind: "comment" as const, max: 3 }]),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([base, more, prompt, given]) => ({ ...base, ...more, kind: "agent", prompt, ...given }));
const use: fc.Arbitrary<Kind> = fc
  .tuple(common, map)
  .map(([base, given]) => ({ ...base, env: {}, kind: "use", use: "./child.md", with: given }));
const approval: fc.Arbitrary<Kind> = fc
  .tuple(filled, fc.integer({ min: 1, max: 5 }), texts, fc.option(ms, { nil: undefined }))
  .map(([prompt, min, by, timeoutMs]) => ({
    kind: "approval",
    prompt,
    min,
    by,
    env: {},
    onError: "fail",
    fields: { note: { schema: { type: "string" }, required: false } },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }));
const wait: fc.Arbitrary<Kind> = fc
  .oneof(
    ms.map((time) => ({ wait: { for: time } })),
    fc.constant({ wait: { until: "inputs.s" } }),
    fc.tuple(ms, schema).map(([timeoutMs, type]) => ({ wait: { signal: ["go-", { expr: "inputs.s" }], schema: type }, timeoutMs })),
  )
  .map((spec) => ({ kind: "wait", env: {}, onError: "fail", ...spec }));

const body = fc.oneof(
  { weight: 3, arbitrary: agent },
  { weight: 2, arbitrary: script },
  ...[tool, use, approval, wait].map((arbitrary) => ({ weight: 1, arbitrary })),
);
const undo = fc.oneof(agent, script, tool).map(({ ...step }) => {
  const { if: _if, cache: _cache, ...own } = step;
  return { ...own, onError: "fail" as const };
});

interface Draft {
  readonly title: string;
  readonly body: Kind;
  readonly loops: Pick<StepBase, "foreach" | "repeat">;
  readonly undo: Kind | undefined;
  /** Which of the steps before it waits for. */
  readonly needs: readonly boolean[] | undefined;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  title: fc.oneof(
    word,
    line.filter((each) => each !== ""),
  ),
  body,
  loops: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: loops }),
  undo: fc.option(undo, { nil: undefined }),
  needs: fc.option(fc.array(fc.boolean(), { maxLength: 6 }), { nil: undefined }),
});

function stepsOf(drafts: readonly Draft[], prefix: string, isMain: boolean): readonly Step[] {
  let open: string[] = [];
  return drafts.map(({ title, body: own, loops: turns, undo: compensation, needs: wanted }, index) => {
    const id = `${prefix}${index}`;
    const needs = wanted === undefined ? open : drafts.slice(0, index).flatMap((_, at) => (wanted[at] === true ? [`${prefix}${at}`] : []));
    open = wanted === undefined ? [id] : [...open.filter((name) => !needs.includes(name)), id];
    const hasUndo = isMain && compensation !== undefined && own.kind !== "approval" && own.kind !== "wait";
    const step = { ...own, ...turns, id, title, needs: isMain ? needs : [] } as Step;
    return hasUndo ? ({ ...step, undo: { ...compensation, id, title: "Undo", needs: [] } } as Step) : step;
  });
}

const inputs: Readonly<Record<string, InputSpec>> = {
  s: { schema: { type: "string", default: "x" }, required: false },
  n: { schema: { type: "integer", default: 3 }, required: false },
  ok: { schema: { type: "boolean", default: true }, required: false },
  list: { schema: { type: "array", items: { type: "string" }, default: [] }, required: false },
};

/** Workflows that a file can hold and the checks accept, full of what is hard to write. */
export const randomWorkflow: fc.Arbitrary<Workflow> = fc
  .record({
    name: line.filter((each) => each !== ""),
    description: text.map((each) => each.trim()),
    more: fc.dictionary(name, schema.map((type): InputSpec => ({ schema: type, required: false }))),
    instructions: fc.option(
      template.filter((parts) => parts.length > 0),
      { nil: undefined },
    ),
    steps: fc.array(draft, { minLength: 1, maxLength: 5 }),
    onFailure: fc.array(draft, { maxLength: 2 }),
    last: fc.array(
      draft.filter(({ body: own }) => own.kind !== "approval"),
      { maxLength: 2 },
    ),
    settings: fc.record(
      {
        version: fc.constantFrom("1.10", "2"),
        timeoutMs: ms,
        permissions: fc.constant({ write: ["reports/"] }),
        concurrency: filled.map((key) => ({ key, busy: "skip" as const })),
        routing: fc.constant({ any: [{ agent: "claude" }], by: "cost" as const, needs: ["vision"] }),
        on: fc.constant([
          { type: "manual" as const },
          { type: "schedule" as const, cron: "0 7 * * mon-fri", overlap: "skip" as const, missed: "once" as const, inputs: {} },
        ]),
      },
      { requiredKeys: [] },
    ),
    env,
  })
  .map(({ name: title, description, more, instructions, steps, onFailure, last, settings, env: variables }) => ({
    model: 1,
    name: title,
    inputs: { ...more, ...inputs },
    outputs: { score: "inputs.n" },
    secrets: ["TOKEN"],
    env: variables,
    tools: {},
    steps: stepsOf(steps, "a", true),
    ...settings,
    ...(description === "" ? {} : { description }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(onFailure.length === 0 ? {} : { onFailure: stepsOf(onFailure, "b", false) }),
    ...(last.length === 0 ? {} : { finally: stepsOf(last, "c", false) }),
  }));
