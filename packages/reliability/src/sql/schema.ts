import type { MigrationSet } from "@aiw/storage";

/**
 * Tables of the run store. Integer surrogate keys throughout: random text keys cost up to four times the time once a
 * store holds many runs. The journal's rowid is the commit order. No index covers a column that every append changes.
 */
export const runStoreTables: MigrationSet = {
  namespace: "runs",
  migrations: [
    `
    CREATE TABLE runs (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      request TEXT NOT NULL,
      format INTEGER NOT NULL,
      name TEXT NOT NULL,
      status TEXT NOT NULL,
      seq INTEGER NOT NULL,
      fence INTEGER NOT NULL,
      last_append TEXT NOT NULL,
      owner INTEGER,
      held INTEGER NOT NULL,
      due_at REAL,
      error TEXT,
      cost_usd REAL NOT NULL,
      created_at REAL NOT NULL,
      updated_at REAL NOT NULL,
      ended_at REAL
    ) STRICT;
    CREATE INDEX runs_queued ON runs (key) WHERE status = 'queued';
    CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;
    CREATE INDEX runs_held ON runs (owner) WHERE held = 1;
    CREATE INDEX runs_open ON runs (key) WHERE ended_at IS NULL;

    CREATE TABLE journal (
      pos INTEGER PRIMARY KEY,
      run INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      at REAL NOT NULL,
      v INTEGER NOT NULL,
      type TEXT NOT NULL,
      step TEXT,
      data TEXT NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX journal_run ON journal (run, seq);

    CREATE TABLE steps (
      run INTEGER NOT NULL,
      step TEXT NOT NULL,
      status TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      agent TEXT,
      error TEXT,
      cost_usd REAL NOT NULL,
      started_at REAL,
      ended_at REAL,
      PRIMARY KEY (run, step)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE inbox (
      pos INTEGER PRIMARY KEY AUTOINCREMENT,
      run INTEGER NOT NULL,
      id TEXT NOT NULL,
      type TEXT NOT NULL,
      data TEXT NOT NULL,
      at REAL NOT NULL,
      seq INTEGER,
      checksum INTEGER NOT NULL,
      UNIQUE (run, id)
    ) STRICT;
    CREATE INDEX inbox_unread ON inbox (run) WHERE seq IS NULL;

    CREATE TABLE workers (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      owner TEXT,
      beat INTEGER NOT NULL,
      at REAL NOT NULL,
      gone INTEGER NOT NULL
    ) STRICT;
    `,
    `
    ALTER TABLE runs ADD COLUMN parent TEXT;
    CREATE INDEX runs_child ON runs (parent) WHERE parent IS NOT NULL;

    CREATE TABLE locks (
      pos INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      run INTEGER NOT NULL,
      UNIQUE (name, run)
    ) STRICT;
    CREATE INDEX locks_run ON locks (run);
    `,
  ],
};
