import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerOwner } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openScratch } from "./scratch.js";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "aiw-scratch-test-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const ownerWith = (pid: number): WorkerOwner => ({ host: "here", boot: "now", pid, startedAt: "1" });

/** Process 1 lives, 2 is dead, of others nothing is known. */
const open = (pid = 1) =>
  openScratch({
    env: { TMPDIR: parent },
    owner: ownerWith(pid),
    isAlive: (owner) => (owner.pid === 1 ? true : owner.pid === 2 ? false : undefined),
  });

describe("openScratch", () => {
  it("gives each caller a folder that only its owner reads, and removes it", () => {
    const [one, other] = [open(), open()];
    expect(one.folder).not.toBe(other.folder);
    expect(statSync(one.folder).mode & 0o777).toBe(0o700);
    one.close();
    one.close();
    expect(existsSync(one.folder)).toBe(false);
    expect(existsSync(other.folder)).toBe(true);
    other.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  it("removes what a killed process left, and nothing of one that lives or is not known", () => {
    const [living, unknown, killed] = [open(1), open(3), open(2)];
    writeFileSync(join(killed.folder, "input.json"), "secret");
    const next = open();
    expect([living, killed, unknown, next].map(({ folder }) => existsSync(folder))).toEqual([true, false, true, true]);
    for (const scratch of [living, killed, unknown, next]) scratch.close();
  });

  it("follows no link that somebody put there", () => {
    const victim = join(parent, "victim");
    mkdirSync(victim);
    writeFileSync(join(victim, "owner.json"), JSON.stringify(ownerWith(2)));
    symlinkSync(victim, join(parent, "aiw-scratch-planted"));
    open().close();
    expect(existsSync(join(victim, "owner.json"))).toBe(true);
  });

  it("takes XDG_RUNTIME_DIR only where it is a folder of ours", () => {
    const runtime = join(parent, "runtime");
    const openIn = () => {
      const env = { XDG_RUNTIME_DIR: runtime, TMPDIR: parent };
      const scratch = openScratch({ env, owner: ownerWith(1), isAlive: () => undefined });
      scratch.close();
      return scratch.folder.startsWith(runtime);
    };
    expect(openIn()).toBe(false);
    mkdirSync(runtime);
    expect(openIn()).toBe(true);
  });

  it("says what to do when there is no place", () => {
    const place = join(parent, "missing");
    const failing = () => openScratch({ env: { TMPDIR: place }, owner: ownerWith(1), isAlive: () => undefined });
    expect(failing).toThrow(expect.objectContaining({ code: "store_io", hint: expect.stringContaining("TMPDIR") }));
  });
});
