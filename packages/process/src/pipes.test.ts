import { closeSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
});
