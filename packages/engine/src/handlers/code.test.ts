import { AiwError, type CodeFunction, type CodeStep, type JsonSchema } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AttemptBench, createAttemptBench } from "../__fixtures__/attempts.js";

let bench: AttemptBench;
beforeEach(() => {
  bench = createAttemptBench();
});
afterEach(() => bench.close());

function code(output?: JsonSchema): CodeStep {
  const base = { id: "sum", title: "Sum", needs: [], env: {}, onError: "fail" } as const;
  return { ...base, kind: "code", ...(output === undefined ? {} : { output }) };
}

function call(run: CodeFunction, output?: JsonSchema) {
  const data = { inputs: { a: 1 }, steps: { before: { output: 2 } }, item: "x" };
  return bench.run(code(output), { work: { kind: "code", run }, path: "sum[1]#2", attempt: 3, code: () => data });
}

describe("a code step", () => {
  it("gets inputs, earlier steps, its item and its key, and gives a value", async () => {
    const result = await call(({ inputs, steps, item, step, attempt, idempotencyKey, run }) => {
      return { inputs, steps, item, step, attempt, idempotencyKey, run };
    });
    expect(result).toEqual({
      status: "completed",
      text: null,
      output: {
        inputs: { a: 1 },
        steps: { before: { output: 2 } },
        item: "x",
        step: "sum[1]#2",
        attempt: 3,
        idempotencyKey: "key",
        run: "run_1",
      },
    });
  });

  it("may give a text", async () => {
    expect(await call(async () => "done with hunter2-hunter2")).toMatchObject({
      output: "done with hunter2-hunter2",
      text: "done with [redacted]",
    });
  });

  it("is checked against its type", async () => {
    const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    expect(await call(() => ({ n: 1 }), schema)).toMatchObject({ status: "completed" });
    expect(await call(() => ({ n: "1" }), schema)).toMatchObject({ error: { code: "invalid_output" } });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  it.each([
    ["a Map", new Map()],
    ["a Date in a field", { at: new Date() }],
    ["a function", [() => 1]],
    ["no number", { n: Number.NaN }],
    ["part of itself", cyclic],
  ])("refuses what is no JSON: %s", async (_, value) => {
    // As a caller without types would.
    const result = await call(() => JSON.parse("null") ?? Object(value));
    expect(result).toMatchObject({ status: "failed", error: { code: "invalid_output" } });
  });

  it("leaves out fields without a value", async () => {
    expect(await call(() => Object({ a: undefined, b: 1 }))).toMatchObject({ output: { b: 1 } });
    expect(await call(() => Object.create(null))).toMatchObject({ output: {} });
  });

  it("fails with what its function throws, retryable unless that says otherwise", async () => {
    const plain = await call(() => {
      throw new Error("no luck with hunter2-hunter2");
    });
    expect(plain).toMatchObject({
      status: "failed",
      error: { code: "code_failed", message: expect.stringContaining("no luck with [redacted]"), retryable: true },
    });
    const own = await call(() => {
      throw new AiwError("network", "gone");
    });
    expect(own).toMatchObject({ status: "failed", error: { code: "network", message: "gone" } });
  });

  it("is told to stop, and given up when it does not", async () => {
    const good: CodeFunction = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const stopped = bench.start(code(), { work: { kind: "code", run: good }, timeoutMs: 1_000 });
    bench.clock.advance(1_000);
    expect(await stopped.ended).toMatchObject({ status: "failed", error: { code: "timeout" } });
    const deaf = bench.start(code(), { work: { kind: "code", run: () => new Promise(() => undefined) } });
    deaf.abort(new AiwError("cancelled", "stop"));
    bench.clock.advance(10_000);
    expect(await deaf.ended).toMatchObject({ error: { code: "cancelled", details: { abandoned: true } } });
  });
});
