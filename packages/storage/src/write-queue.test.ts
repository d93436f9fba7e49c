import { createFakeClock } from "@aiw/core/testing";
import { expect, it } from "vitest";
import { createWriteQueue, type WriteQueueOptions } from "./write-queue.js";

const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });

function options(fulls: number, log: string[]): WriteQueueOptions {
  let left = fulls;
  const transactions = {
    begin() {},
    commit() {
      log.push("commit");
      left -= 1;
      if (left >= 0) throw full;
    },
    rollback() {},
    reclaim: () => void log.push("reclaim"),
  };
  // Another process has given it free already.
  const reserve = { release() {}, isUsed: () => true };
  return { path: "/a.db", transactions, reserve, clock: createFakeClock(), random: () => 0, busyTimeoutMs: 1_000 };
}

it("tries results once more in the space that another process gave free", async () => {
  const log: string[] = [];
  expect(await createWriteQueue(options(1, log)).add(() => "kept", true)).toBe("kept");
  expect(log).toEqual(["commit", "reclaim", "commit"]);
});

it("gives results up when the disk stays full", async () => {
  const log: string[] = [];
  await expect(createWriteQueue(options(9, log)).add(() => "lost", true)).rejects.toMatchObject({ code: "disk_full" });
  expect(log).toEqual(["commit", "reclaim", "commit"]);
});

it("tries nothing new on a full disk", async () => {
  const log: string[] = [];
  await expect(createWriteQueue(options(1, log)).add(() => "new", false)).rejects.toMatchObject({ code: "disk_full" });
  expect(log).toEqual(["commit"]);
});
