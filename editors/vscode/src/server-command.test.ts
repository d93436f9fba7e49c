import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { serverCommand } from "./server-command.js";

it("takes the program of the setting, relative to the folder", () => {
  const place = { folder: "/work", isWindows: false };
  expect(serverCommand({ ...place, path: "/opt/aiw" })).toBe("/opt/aiw");
  expect(serverCommand({ ...place, path: "bin/aiw" })).toBe(join("/work", "bin", "aiw"));
  expect(serverCommand({ ...place, path: "aiw-next" })).toBe("aiw-next");
  expect(serverCommand({ path: "bin/aiw", folder: undefined, isWindows: false })).toBe("bin/aiw");
});

it("takes that of the folder where it has one, else the one in PATH", () => {
  const folder = mkdtempSync(join(tmpdir(), "aiw-vscode-"));
  expect(serverCommand({ path: "", folder, isWindows: false })).toBe("aiw");
  mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
  writeFileSync(join(folder, "node_modules", ".bin", "aiw"), "");
  writeFileSync(join(folder, "node_modules", ".bin", "aiw.cmd"), "");
  expect(serverCommand({ path: "", folder, isWindows: false })).toBe(join(folder, "node_modules", ".bin", "aiw"));
  expect(serverCommand({ path: "", folder, isWindows: true })).toBe(join(folder, "node_modules", ".bin", "aiw.cmd"));
  expect(serverCommand({ path: "", folder: undefined, isWindows: false })).toBe("aiw");
  rmSync(folder, { recursive: true });
});
