import { closeSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createPipes } from "./pipes.js";

describe.skipIf(process.platform !== "linux")("createPipes", () => {
  it("takes the first folder that can be written and removes its own at the end", () => {
    const parent = mkdtempSync(join(tmpdir(), "aiw-parent-"));
    const pipes = createPipes(["/no/such/folder", parent], process.env.PATH);
    expect(pipes?.folder.startsWith(parent)).toBe(true);
    pipes?.close();
    expect(readdirSync(parent)).toEqual([]);
    rmSync(parent, { recursive: true });
    expect(createPipes(["/no/such/folder"], process.env.PATH)).toBeUndefined();
  });

  it("goes on when somebody cleans up its folder", () => {
    const pipes = createPipes([tmpdir()], process.env.PATH);
    for (let round = 0; round < 2; round++) {
      rmSync(pipes?.folder ?? "", { recursive: true });
      const pipe = pipes?.output();
      pipe?.ours.destroy();
      closeSync(pipe?.theirs ?? -1);
      rmSync(pipes?.folder ?? "", { recursive: true });
      const input = pipes?.input("again") ?? -1;
      expect(readFileSync(input, "utf8")).toBe("again");
      closeSync(input);
    }
    pipes?.close();
    expect(existsSync(pipes?.folder ?? "")).toBe(false);
  });

  it("uses nothing that another put where its folder was", () => {
    const parent = mkdtempSync(join(tmpdir(), "aiw-parent-"));
    const other = mkdtempSync(join(tmpdir(), "aiw-other-"));
    const pipes = createPipes([parent], process.env.PATH);
    const first = pipes?.folder ?? "";
    rmSync(first, { recursive: true });
    symlinkSync(other, first);
    const input = pipes?.input("secret") ?? -1;
    closeSync(input);
    const pipe = pipes?.output();
    pipe?.ours.destroy();
    closeSync(pipe?.theirs ?? -1);
    expect(readdirSync(other)).toEqual([]);
    expect(pipes?.folder).not.toBe(first);
    pipes?.close();
    expect(readdirSync(parent)).toEqual([basename(first)]);
    for (const folder of [parent, other]) rmSync(folder, { recursive: true });
  });
});
