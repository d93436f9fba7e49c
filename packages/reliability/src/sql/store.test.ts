import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeRunStore } from "@aiw/core/testing";
import { openSqlite } from "@aiw/storage";
import { createSqliteRunStore } from "./store.js";

const deadOwner = { host: "here", boot: "b", pid: 99, startedAt: "1" };

describeRunStore("sqlite", async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), "aiw-store-"));
  const isDead = (owner: typeof deadOwner) => owner.host === "here" && owner.pid === 99;
  const open = async () => {
    const database = await openSqlite(join(folder, "aiw.db"), { synchronous: "normal" });
    return { database, store: await createSqliteRunStore(database, { clock, isDead }) };
  };
  const first = await open();
  const second = await open();
  return {
    store: first.store,
    other: second.store,
    deadOwner,
    async close() {
      for (const { store, database } of [first, second]) {
        await store.close();
        await database.close();
      }
      rmSync(folder, { recursive: true });
    },
  };
});
