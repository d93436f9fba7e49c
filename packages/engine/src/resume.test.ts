import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import {
  agent,
  createWorld,
  fakeAgent,
  origin,
  script,
  tool,
  turns,
  untilAborted,
  within,
  workflow,
} from "./__fixtures__/world.js";

const hang = {
  hang: async (_: unknown, { signal }: { signal: AbortSignal }) => {
    await untilAborted(signal);
    return { status: "failed" as const, error: { code: "killed", message: "killed" } };
  },
};

describe("resume", () => {
  it("takes a failed run up again: completed steps stay, failed and skipped ones run with a new key", async () => {
    const clock = createFakeClock();
    const calls: string[] = [];
    let isFixed = false;
    const { engine, events } = createWorld({
      clock,
      operations: {
        ok: (_, { step }) => {
          calls.push(step);
          return step;
        },
        bad: (_, { step }) => {
          calls.push(step);
          return isFixed ? step : { status: "failed", error: { code: "tool_failed", message: "no" } };
        },
      },
    });
    const flow = workflow([tool("a", "ok"), tool("b", "bad", { needs: ["a"] }), tool("c", "ok", { needs: ["b"] })]);
    const { run, done } = await within(clock, engine.start({ workflow: flow, origin }));
    expect((await within(clock, done)).status).toBe("failed");
    isFixed = true;
    const again = await within(clock, engine.resume(run, { by: "ann" }));
    expect(await within(clock, again.done)).toMatchObject({
      status: "completed",
      steps: { a: "completed", b: "completed", c: "completed" },
    });
    expect(calls).toEqual(["a", "b", "b", "c"]);
    const reopened = (await events(run)).find((event) => event.type === "run.reopened");
    expect(reopened?.data).toEqual({ by: "ann", reset: ["b", "c"], epoch: 1 });
    const third = await within(clock, engine.resume(run));
    expect((await third.done).status).toBe("completed");
    await expect(engine.resume("nobody")).rejects.toMatchObject({ code: "run_not_found" });
    await engine.close();
  });

  it("waits for a long retry without holding the run, over a restart of the engine", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const delay = 3_600_000;
    const flow = workflow([
      script("a", "a", { retry: { attempts: 1, backoff: "constant", delayMs: delay, maxDelayMs: delay } }),
    ]);
    const first = createWorld({ clock, store, scripts: () => ({ exitCode: 1 }) });
    const { run, done } = await within(clock, first.engine.start({ workflow: flow, origin }));
    done.catch(() => undefined);
    while ((await first.engine.get(run)).status !== "suspended") await new Promise((resolve) => setTimeout(resolve, 2));
    await first.engine.close();
    const second = createWorld({ clock, store, scripts: () => ({ stdout: "now" }) });
    const handle = await within(clock, second.engine.resume(run));
    const summary = await within(clock, handle.done, { stepMs: 10_000, steps: 1_000 });
    expect(summary.status).toBe("completed");
    const events = await second.events(run);
    const failed = events.find((event) => event.type === "step.attempt_failed");
    const started = events.filter((event) => event.type === "step.started");
    expect(started[1]?.at).toBeGreaterThanOrEqual((failed?.at ?? 0) + delay);
    expect(events.map((event) => event.type)).toContain("step.resumed");
    await second.engine.close();
  });

  it("stays attached to its own suspended run and goes on when it is due", async () => {
    const clock = createFakeClock();
    let count = 0;
    const { engine } = createWorld({
      clock,
      scripts: () => {
        count += 1;
        return { exitCode: count === 1 ? 1 : 0 };
      },
    });
    const flow = workflow([
      script("a", "a", { retry: { attempts: 1, backoff: "constant", delayMs: 60_000, maxDelayMs: 60_000 } }),
    ]);
    const { done } = await within(clock, engine.start({ workflow: flow, origin }));
    expect((await within(clock, done, { stepMs: 1_000 })).status).toBe("completed");
    await engine.close();
  });

  it("asks after an interruption where the step says so, and does what the answer says", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const flow = workflow([tool("a", "work", { onInterrupt: "ask" })]);
    const first = createWorld({ clock, store, operations: { work: hang.hang } });
    const { run, done } = await within(clock, first.engine.start({ workflow: flow, origin }));
    await turns();
    await first.engine.close();
    await expect(done).rejects.toMatchObject({ code: "closed" });
    const second = createWorld({ clock, store, operations: { work: () => "fine" } });
    const asked = await within(clock, second.engine.resume(run));
    expect(await within(clock, asked.done)).toMatchObject({ status: "suspended", steps: { a: "suspended" } });
    const answered = await within(clock, second.engine.resume(run, { interrupted: "retry" }));
    expect(await within(clock, answered.done)).toMatchObject({ status: "completed" });
    await second.engine.close();
  });

  it("goes on with an agent's session after a crash, and fails an editing agent without one", async () => {
    for (const session of ["s-1", undefined]) {
      const clock = createFakeClock();
      const store = createMemoryRunStore({ clock });
      const flow = workflow([agent("a", "do it")]);
      const claude = fakeAgent("claude", async (request, context, count) => {
        if (count === 1) {
          if (session !== undefined) context.progress({ type: "session", id: session });
          await untilAborted(context.signal);
          return { status: "failed", error: { code: "killed", message: "killed" } };
        }
        return { status: "completed", text: `resumed ${request.resume}` };
      });
      const first = createWorld({ clock, store, agents: [claude] });
      const { run } = await within(clock, first.engine.start({ workflow: flow, origin }));
      await turns(20);
      await first.engine.close();
      const second = createWorld({ clock, store, agents: [claude] });
      const handle = await within(clock, second.engine.resume(run));
      const summary = await within(clock, handle.done);
      expect(summary.status).toBe(session === undefined ? "failed" : "completed");
      expect(claude.requests[1]?.resume).toBe(session);
      await second.engine.close();
    }
  });
});
