import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkCwd, resolveProgram } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "aiw-program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string, mode = 0o755): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

const resolved = (command: string, path?: string) => resolveProgram({ command, cwd: folder }, path);
const failsWith = (reason: string) =>
  expect.objectContaining({ code: "spawn_failed", details: expect.objectContaining({ reason }) });

describe("resolveProgram", () => {
  it("searches PATH in order and skips what may not be executed", () => {
    const first = put("tool", "not executable", 0o644);
    mkdirSync(join(folder, "bin"));
    const second = put("bin/tool", "#!/bin/sh\n");
    expect(resolved("tool", `${folder}:${folder}/bin`)).toBe(second);
    expect(resolved("tool", `:bin`)).toBe(second);
    expect(() => resolved("tool", folder)).toThrow(failsWith("not_executable"));
    expect(first).not.toBe(second);
  });

  it("takes a path as relative to the working directory", () => {
    const file = put("here.sh", "#!/bin/sh\n");
    symlinkSync(file, join(folder, "link"));
    expect(resolved("./here.sh")).toBe(file);
    expect(resolved("./link")).toBe(join(folder, "link"));
    expect(resolved(file)).toBe(file);
  });

  it("uses the usual folders when there is no PATH", () => {
    expect(resolved("sh", undefined)).toMatch(/\/bin\/sh$/);
  });

  it("refuses what the system could not start", () => {
    put("text", "echo hello\n");
    put("empty", "");
    put("lost", "#!/no/such/interpreter -x\n");
    mkdirSync(join(folder, "dir"));
    expect(() => resolved("./text")).toThrow(failsWith("not_executable"));
    expect(() => resolved("./empty")).toThrow(failsWith("not_executable"));
    expect(() => resolved("./dir")).toThrow(failsWith("not_executable"));
    expect(() => resolved("./lost")).toThrow(failsWith("not_found"));
    expect(() => resolved("./text/below")).toThrow(failsWith("not_found"));
    expect(() => resolved("")).toThrow(failsWith("not_found"));
    expect(() => resolved("nul\0")).toThrow(failsWith("arguments_invalid"));
  });
});

describe("checkCwd", () => {
  it("wants an absolute path of a folder", () => {
    expect(() => checkCwd(folder)).not.toThrow();
    const file = put("file", "x");
    for (const cwd of ["relative", file, join(folder, "none"), "/a\0b", join(file, "below")]) {
      expect(() => checkCwd(cwd)).toThrow(expect.objectContaining({ code: "cwd_invalid" }));
    }
  });
});
