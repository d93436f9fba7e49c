import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerOwner } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProcessIdentity } from "./identity.js";
import { makeOwnedFolder } from "./owned-folder.js";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "aiw-owned-test-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const ownerWith = (pid: number): WorkerOwner => ({ host: "here", boot: "now", pid, startedAt: "1" });

/** Process 1 lives, 2 is dead, of others nothing is known. */
const make = (pid = 1) =>
  makeOwnedFolder(parent, "aiw-x-", {
    owner: ownerWith(pid),
    isAlive: (owner) => (owner.pid === 1 ? true : owner.pid === 2 ? false : undefined),
  });

describe("makeOwnedFolder", () => {
  it("gives each caller a folder that only its owner reads", () => {
    const [one, other] = [make(), make()];
    expect(one).not.toBe(other);
    expect(statSync(one).mode & 0o777).toBe(0o700);
    expect(statSync(join(one, "owner.json")).mode & 0o777).toBe(0o600);
  });

  it("removes what a killed process left, and nothing of one that lives or is not known", () => {
    const [living, unknown, killed] = [make(1), make(3), make(2)];
    writeFileSync(join(killed, "input.json"), "secret");
    make();
    expect([living, unknown, killed].map((folder) => existsSync(folder))).toEqual([true, true, false]);
  });

  it("knows by itself which processes are dead", () => {
    const dead = makeOwnedFolder(parent, "aiw-x-", { owner: { ...readProcessIdentity(), startedAt: "1" } });
    const [own, next] = [makeOwnedFolder(parent, "aiw-x-"), makeOwnedFolder(parent, "aiw-x-")];
    expect([dead, own, next].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  });

  it("follows no link that somebody put there", () => {
    const victim = join(parent, "victim");
    mkdirSync(victim);
    writeFileSync(join(victim, "owner.json"), JSON.stringify(ownerWith(2)));
    symlinkSync(victim, join(parent, "aiw-x-planted"));
    make();
    expect(existsSync(join(victim, "owner.json"))).toBe(true);
  });
});
