import type { Append, RunStore } from "@aiw/core";
import { createSystemClock } from "@aiw/core";
import { createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, tool, workflow } from "./__fixtures__/world.js";

/** A store that counts transactions. */
function counting(): { readonly store: RunStore; readonly counts: { commits: number; most: number } } {
  const memory = createMemoryRunStore();
  const counts = { commits: 0, most: 0 };
  const append = (items: readonly Append[]) => {
    counts.commits += 1;
    counts.most = Math.max(
      counts.most,
      items.reduce((sum, item) => sum + item.events.length, 0),
    );
    return memory.append(items);
  };
  return { store: { ...memory, append }, counts };
}

const operations = { work: async () => "sixteen bytes...." };
const chain = (length: number) =>
  workflow(
    Array.from({ length }, (_, index) => tool(`s${index}`, "work", { needs: index === 0 ? [] : [`s${index - 1}`] })),
  );

describe("scale", () => {
  it("a sequential step costs one commit", async () => {
    const { store, counts } = counting();
    const { engine } = createWorld({ store, clock: createSystemClock(), operations });
    const { done } = await engine.start({ workflow: chain(1_000), origin });
    expect((await done).status).toBe("completed");
    expect(counts.commits).toBe(1_001);
    await engine.close();
  });

  it("1,000 parallel steps share their commits", async () => {
    const { store, counts } = counting();
    const { engine } = createWorld({ store, clock: createSystemClock(), operations });
    const flow = workflow(Array.from({ length: 1_000 }, (_, index) => tool(`s${index}`, "work")));
    const { done } = await engine.start({ workflow: flow, origin });
    expect((await done).status).toBe("completed");
    expect(counts.commits).toBeLessThanOrEqual(20);
    await engine.close();
  });

  it("1,000 runs of 5 steps share their commits", async () => {
    const { store, counts } = counting();
    const { engine } = createWorld({ store, clock: createSystemClock(), operations });
    const flow = chain(5);
    const handles = await Promise.all(Array.from({ length: 1_000 }, () => engine.start({ workflow: flow, origin })));
    const ends = await Promise.all(handles.map((handle) => handle.done));
    expect(ends.every((end) => end.status === "completed")).toBe(true);
    expect(counts.commits).toBeLessThanOrEqual(100);
    expect(counts.most).toBeLessThan(4_100);
    await engine.close();
  });

  it("step 5,000 costs about what step 500 costs", async () => {
    const times: number[] = [];
    const note = async () => {
      times.push(performance.now());
      return 1;
    };
    const { engine } = createWorld({ store: counting().store, clock: createSystemClock(), operations: { work: note } });
    const { done } = await engine.start({ workflow: chain(5_000), origin });
    expect((await done).status).toBe("completed");
    const span = (from: number) => (times[from + 400] ?? 0) - (times[from] ?? 0);
    // Generous: shared machines are noisy; quadratic growth would be ten times.
    expect(span(4_500)).toBeLessThan(span(500) * 4 + 50);
    await engine.close();
  });
});
