import { expect, it } from "vitest";
import { createMemoryRunStore } from "./memory-run-store.js";
import { describeRunStore } from "./run-store-contract.js";
import { appendOne, createItem } from "./run-store-fixture.js";

const deadOwner = { host: "here", boot: "b", pid: 99, startedAt: "1" };

describeRunStore("memory", (clock) => {
  const store = createMemoryRunStore({ clock, isDead: (owner) => owner.host === "here" && owner.pid === 99 });
  return { store, other: store.handle(), deadOwner, close: () => store.close() };
});

it("throws what a test injects before anything is written", async () => {
  const broken = createMemoryRunStore({
    before: (operation) => {
      if (operation === "append") throw new Error("no disk");
    },
  });
  await expect(appendOne(broken, createItem("r"))).rejects.toThrow("no disk");
  expect((await broken.list({})).runs).toEqual([]);
});

it("refuses work after close", async () => {
  const store = createMemoryRunStore();
  await store.close();
  await store.close();
  await expect(store.list({})).rejects.toMatchObject({ code: "closed" });
});
