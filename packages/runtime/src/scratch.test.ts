import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openScratch } from "./scratch.js";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "aiw-scratch-test-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe("openScratch", () => {
  it("removes its own folder and no other", () => {
    const [one, other] = [openScratch({ TMPDIR: parent }), openScratch({ TMPDIR: parent })];
    one.close();
    one.close();
    expect([one, other].map(({ folder }) => existsSync(folder))).toEqual([false, true]);
    other.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  it("takes XDG_RUNTIME_DIR only where it is a folder of ours", () => {
    const runtime = join(parent, "runtime");
    const opensThere = () => {
      const scratch = openScratch({ XDG_RUNTIME_DIR: runtime, TMPDIR: parent });
      scratch.close();
      return scratch.folder.startsWith(runtime);
    };
    expect(opensThere()).toBe(false);
    mkdirSync(runtime);
    expect(opensThere()).toBe(true);
  });

  it("says what to do when there is no place", () => {
    const failing = () => openScratch({ TMPDIR: join(parent, "missing") });
    expect(failing).toThrow(expect.objectContaining({ code: "store_io", hint: expect.stringContaining("TMPDIR") }));
  });
});
