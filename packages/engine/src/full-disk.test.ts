import { AiwError, type Append } from "@aiw/core";
import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, tool, turns, within, workflow } from "./__fixtures__/world.js";

describe("a full disk", () => {
  it("refuses what starts, but keeps what is finished: no step is done twice", async () => {
    const clock = createFakeClock();
    const memory = createMemoryRunStore({ clock });
    let isFull = false;
    // As the store on a disk does it: results may use the space that was kept back.
    const store = {
      ...memory,
      append: async (items: readonly Append[]) => {
        const starts = items.some((item) => item.events.some((event) => event.type === "step.started"));
        if (isFull && starts) throw new AiwError("disk_full", "no space left on the disk", { hint: "make room" });
        return memory.append(items);
      },
    };
    const calls: string[] = [];
    const work = (_: unknown, { run, step }: { run: string; step: string }) => {
      calls.push(`${run} ${step}`);
      return step;
    };
    const operations = {
      work,
      fill: (input: unknown, context: { run: string; step: string }) => {
        isFull = true;
        return work(input, context);
      },
    };
    const { engine, events } = createWorld({ clock, store, operations });
    const flow = workflow([tool("a", "fill"), tool("b", "work", { needs: ["a"] })]);
    const single = workflow([tool("a", "fill")]);
    const starting = ["one", "two"].map((run) => engine.start({ workflow: flow, origin, run }));
    starting.push(engine.start({ workflow: single, origin, run: "three" }));
    const handles = await within(clock, Promise.all(starting));
    const full = (run: string) => ({
      code: "disk_full",
      hint: `make room; then go on with \`aiw resume ${run}\`: completed steps are kept`,
    });
    const [, , whole] = handles;
    expect(await within(clock, whole?.done ?? Promise.reject())).toMatchObject({ status: "completed" });
    for (const { run, done } of handles.slice(0, 2)) await expect(within(clock, done)).rejects.toMatchObject(full(run));
    await turns();
    for (const run of ["one", "two"]) {
      const types = (await events(run)).map((event) => event.type);
      expect(types).toEqual(["run.created", "run.claimed", "step.started", "step.completed"]);
    }
    expect((await events("three")).at(-1)?.type).toBe("run.completed");
    isFull = false;
    for (const run of ["one", "two"]) {
      const handle = await within(clock, engine.resume(run), { stepMs: 1_000 });
      expect((await within(clock, handle.done, { stepMs: 1_000 })).status).toBe("completed");
    }
    expect(calls.toSorted()).toEqual(["one a", "one b", "three a", "two a", "two b"]);
    await engine.close();
  });
});
