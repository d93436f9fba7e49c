import { AiwError, type StoredEvent } from "@aiw/core";
import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, script, tool, turns, untilAborted, within, workflow } from "./__fixtures__/world.js";

const hang = {
  hang: async (_: unknown, { signal }: { signal: AbortSignal }) => {
    await untilAborted(signal);
    return { status: "failed" as const, error: { code: "killed", message: "killed" } };
  },
};

describe("cancel", () => {
  it("stops running attempts, skips the rest and ends the run as cancelled", async () => {
    const clock = createFakeClock();
    const { engine } = createWorld({ clock, operations: hang });
    const flow = workflow([tool("a", "hang"), tool("b", "hang", { needs: ["a"] })]);
    const { run, done } = await within(clock, engine.start({ workflow: flow, origin }));
    await turns();
    expect(await within(clock, engine.cancel(run, "ann", { reason: "enough" }))).toBe("requested");
    const summary = await within(clock, done);
    expect(summary).toMatchObject({ status: "cancelled", reason: "enough", steps: { a: "failed", b: "skipped" } });
    expect(await within(clock, engine.cancel(run, "ann"))).toBe("ended");
    await expect(engine.cancel("nobody", "ann")).rejects.toMatchObject({ code: "run_not_found" });
    await engine.close();
  });

  it("ends a suspended run that nobody drives", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const first = createWorld({ clock, store, scripts: () => ({ exitCode: 1 }) });
    const flow = workflow([
      script("a", "a", { retry: { attempts: 1, backoff: "constant", delayMs: 3_600_000, maxDelayMs: 3_600_000 } }),
    ]);
    const { run } = await within(clock, first.engine.start({ workflow: flow, origin }));
    while ((await first.engine.get(run)).status !== "suspended") await new Promise((resolve) => setTimeout(resolve, 2));
    await first.engine.close();
    const second = createWorld({ clock, store });
    await within(clock, second.engine.cancel(run, "ann"));
    const watch = second.engine.watch(run);
    const seen: StoredEvent[] = [];
    await within(
      clock,
      (async () => {
        for await (const event of watch) seen.push(event);
      })(),
    );
    expect(seen.at(-1)?.type).toBe("run.cancelled");
    await second.engine.close();
  });
});

describe("a store that fails", () => {
  it("drops what is in memory, aborts attempts and rejects with the typed error; a resume finishes the run", async () => {
    const clock = createFakeClock();
    let isFull = false;
    const store = createMemoryRunStore({
      clock,
      before: (operation) => {
        if (isFull && operation === "append") throw new AiwError("disk_full", "no space left on the disk");
      },
    });
    let wasAborted = false;
    const calls: string[] = [];
    const { engine, events } = createWorld({
      clock,
      store,
      operations: {
        a: () => {
          calls.push("a");
          return 1;
        },
        b: () => {
          calls.push("b");
          isFull = calls.length === 2;
          return 2;
        },
        hang: (_, { signal }) =>
          wasAborted
            ? 3
            : untilAborted(signal).then(() => {
                wasAborted = true;
                return 3;
              }),
      },
    });
    const flow = workflow([tool("a", "a"), tool("b", "b", { needs: ["a"] }), tool("c", "hang")]);
    const { run, done } = await within(clock, engine.start({ workflow: flow, origin }));
    await expect(within(clock, done)).rejects.toMatchObject({
      code: "disk_full",
      hint: expect.stringContaining(`aiw resume ${run}`),
    });
    await turns();
    expect(wasAborted).toBe(true);
    expect((await events(run)).filter((event) => event.type === "step.completed").map((event) => event.step)).toEqual([
      "a",
    ]);
    isFull = false;
    const handle = await within(clock, engine.resume(run), { stepMs: 1_000 });
    expect((await within(clock, handle.done, { stepMs: 1_000 })).status).toBe("completed");
    expect(calls.filter((step) => step === "a")).toEqual(["a"]);
    await engine.close();
  });
});

describe("watch", () => {
  it("gives what is there, then what comes, until the run ends", async () => {
    const clock = createFakeClock();
    let go = () => {};
    const { engine } = createWorld({
      clock,
      operations: {
        wait: () =>
          new Promise((resolve) => {
            go = () => resolve(1);
          }),
      },
    });
    const { run } = await within(clock, engine.start({ workflow: workflow([tool("a", "wait")]), origin }));
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of engine.watch(run)) seen.push(event.type);
    })();
    await turns();
    expect(seen).toEqual(["run.created", "run.claimed", "step.started"]);
    go();
    await within(clock, watching);
    expect(seen).toEqual(["run.created", "run.claimed", "step.started", "step.completed", "run.completed"]);
    await engine.close();
  });
});

describe("close", () => {
  it("stops an attempt whose start was being committed, and journals it as interrupted", async () => {
    const clock = createFakeClock();
    const memory = createMemoryRunStore({ clock });
    let isSlow = false;
    const store = {
      ...memory,
      append: async (items: Parameters<typeof memory.append>[0]) => {
        if (isSlow) await turns(5);
        return memory.append(items);
      },
    };
    const world = createWorld({ clock, store, operations: { ok: () => 1, ...hang } });
    const flow = workflow([tool("a", "ok"), tool("b", "hang", { needs: ["a"] })]);
    isSlow = true;
    const { run, done } = await within(clock, world.engine.start({ workflow: flow, origin }));
    await turns(2);
    const closed = within(clock, world.engine.close());
    await expect(done).rejects.toMatchObject({ code: "closed" });
    await closed;
    const events = await world.events(run);
    const started = events.filter((event) => event.type === "step.started").map((event) => event.step);
    const interrupted = events.filter(
      (event) => event.type === "step.attempt_failed" && event.data.interrupted === true,
    );
    expect(interrupted).toHaveLength(started.includes("b") ? 1 : 0);
    await expect(world.engine.start({ workflow: flow, origin })).rejects.toMatchObject({ code: "closed" });
  });
});
