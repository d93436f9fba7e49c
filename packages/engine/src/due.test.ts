import { createFakeClock } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createScene } from "./__fixtures__/scene.js";
import { approval, foreach, repeat, wait } from "./__fixtures__/steps.js";
import { createWorld, origin, tool, turns, workflow } from "./__fixtures__/world.js";

const second = 1_000;
const retryOnce = { attempts: 1, backoff: "constant", delayMs: second, maxDelayMs: second } as const;

describe("what is due", () => {
  it.each([0, 500])(
    "starts no item of a foreach that has failed (the second item begins %d ms later)",
    async (later) => {
      const flow = workflow([
        tool("busy", "hold"),
        tool("each", "late", { foreach: foreach([0, 1]), retry: retryOnce }),
      ]);
      const failed = { status: "failed", error: { code: "tool_failed", message: "no" } } as const;
      const scene = createScene(flow, {
        engine: { limits: { inProcess: 2 } },
        operations: {
          late: async () => {
            if (later > 0) await new Promise<void>((resolve) => scene.clock.after(later, resolve));
            return failed;
          },
        },
      });
      const { done } = await scene.start();
      await scene.pass(20 * second);
      scene.release("busy");
      expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "each" });
      const events = await scene.events();
      const failure = events.findIndex((event) => event.type === "step.failed");
      const after = events.slice(failure).filter((event) => event.type === "step.started");
      expect(failure).toBeGreaterThan(0);
      expect(after).toEqual([]);
      const ended = events.flatMap((event) => (event.type === "step.failed" ? [event.step] : []));
      expect(ended.toSorted()).toEqual(["each", "each[0]", "each[1]"]);
      await scene.close();
    },
  );

  it("is not told twice of an approval: it is answered, or its time is over", async () => {
    const timeoutMs = 60 * second;
    const flow = workflow([
      approval("ask", { timeoutMs, onError: "continue", repeat: repeat("output.approved", 5) }),
      tool("after", "ok", { needs: ["ask"] }),
    ]);
    const scene = createScene(flow);
    await scene.run();
    // Nobody drives the run when its time is over: whoever comes finds the answer and the end of the time at once.
    await scene.pass(59 * second);
    await scene.answer("ask", "ann", { approved: false });
    await scene.pass(2 * second);
    const waiting = await scene.resume();
    expect(waiting).toMatchObject({ status: "suspended", waits: [{ step: "ask#2", waits: "approval" }] });
    const completed = (await scene.events()).filter(({ type }) => type === "step.completed");
    expect(completed).toMatchObject([{ step: "ask", data: { output: { approved: false, by: ["ann"] } } }]);
    await scene.answer("ask#2", "ann");
    expect(await scene.resume()).toMatchObject({ status: "completed", steps: { after: "completed" } });
    expect(await scene.paths("step.completed")).toEqual(["ask", "ask#2", "after"]);
    await scene.close();
  });

  it("is woken in time though something due before it finds no place, and nobody looks all the time", async () => {
    const fake = createFakeClock();
    let timers = 0;
    const clock = {
      ...fake,
      after: (ms: number, call: () => void, hold?: boolean) => {
        timers += 1;
        return fake.after(ms, call, hold);
      },
    };
    const failOnce = (_: unknown, { attempt }: { readonly attempt: number }) =>
      attempt === 1 ? { status: "failed" as const, error: { code: "tool_failed", message: "no" } } : "well";
    let end: ((value: string) => void) | undefined;
    const hold = () =>
      new Promise<string>((resolve) => {
        end = resolve;
      });
    const { engine, events } = createWorld({
      clock,
      operations: { failOnce, hold },
      engine: { limits: { inProcess: 1 } },
    });
    const flow = workflow([
      tool("flaky", "failOnce", { retry: retryOnce }),
      tool("busy", "hold"),
      wait("pause", { for: 10 * second }),
    ]);
    const { done } = await engine.start({ workflow: flow, origin, run: "r" });
    let settled: unknown;
    void done.then((summary) => {
      settled = summary;
    });
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        await turns();
        fake.advance(100);
      }
      await turns();
    };
    await pass(15 * second);
    const all = await events("r");
    const [began = 0] = all.map(({ at }) => at);
    const woken = all.find((event) => event.type === "step.completed" && event.step === "pause");
    expect((woken?.at ?? 0) - began).toBeGreaterThanOrEqual(10 * second);
    expect((woken?.at ?? 0) - began).toBeLessThanOrEqual(11 * second);
    expect(all.filter((event) => event.type === "step.started" && event.step === "flaky")).toHaveLength(1);
    expect(timers).toBeLessThan(60);
    end?.("free");
    await pass(5 * second);
    expect(settled).toMatchObject({ status: "completed", steps: { flaky: "completed", pause: "completed" } });
    await engine.close();
  });
});
