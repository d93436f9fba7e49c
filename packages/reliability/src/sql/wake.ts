import type { Clock } from "@aiw/core";
import type { SqliteDatabase } from "@aiw/storage";

/** How often another process's commits are looked for, in ms. */
const everyMs = 50;

/** Tells listeners that something may have happened, here or in another process. */
export interface Wakes {
  listen(listener: () => void): () => void;
  /** Something happened here. */
  notify(): void;
  close(): void;
}

/** Looks at the database's version only while somebody listens. */
export function createWakes(database: SqliteDatabase, clock: Clock): Wakes {
  const listeners = new Set<() => void>();
  let cancel: (() => void) | undefined;
  let seen = 0;

  const call = () => {
    for (const listener of listeners) listener();
  };
  const look = () => {
    cancel = clock.after(everyMs, () => {
      const version = currentVersion(database, seen);
      const isNew = version !== seen;
      seen = version;
      look();
      if (isNew) call();
    });
  };
  const stop = () => {
    cancel?.();
    cancel = undefined;
  };

  return {
    listen(listener) {
      const own = () => listener();
      listeners.add(own);
      if (cancel === undefined) {
        seen = currentVersion(database, seen);
        look();
      }
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) stop();
      };
    },
    notify() {
      if (listeners.size > 0) queueMicrotask(call);
    },
    close() {
      listeners.clear();
      stop();
    },
  };
}

/** A hint need not be right: where the version cannot be read now, polling finds what there is. */
function currentVersion(database: SqliteDatabase, otherwise: number): number {
  try {
    return database.dataVersion();
  } catch {
    return otherwise;
  }
}
