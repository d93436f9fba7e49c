import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doctorCommand, renderChecks } from "../commands/doctor.js";
import { createStyle } from "../output/style.js";
import { createFakeContext, hostileText } from "../testing/fake-context.js";
import { checkClock, checkNode } from "./machine.js";
import { checkHome } from "./project.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-doctor-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({ PATH: process.env.PATH, HOME: folder, AIW_HOME: join(folder, "state") });
const status = (json: string) =>
  new Map((JSON.parse(json).checks as { id: string; status: string }[]).map((check) => [check.id, check.status]));

describe("doctor", () => {
  it("finds a healthy machine, and makes no state", async () => {
    const context = createFakeContext({ cwd: folder, json: true, env: env() });
    expect(await doctorCommand(context)).toBe(0);
    const found = status(context.out());
    for (const id of ["node", "sqlite", "state", "disk", "clock", "config", "database", "agent.offline"]) {
      expect([id, found.get(id)]).toEqual([id, "ok"]);
    }
    expect(existsSync(join(folder, "state"))).toBe(false);
  });

  it("ends with 1 for a configuration with a mistake, and names the fix", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "leese: 5\n");
    const context = createFakeContext({ cwd: folder, env: env() });
    expect(await doctorCommand(context)).toBe(1);
    expect(context.out()).toMatch(/✖ aiw\.yaml +aiw\.yaml:1:1: unknown key 'leese'\n {4}fix: did you mean 'lease'\?/);
  });

  it("ends with 1 when an agent that the configuration names is not there", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "agents:\n  mine: { command: aiw-no-such-program }\n");
    const context = createFakeContext({ cwd: folder, json: true, env: env() });
    expect(await doctorCommand(context)).toBe(1);
    expect(status(context.out()).get("agent.mine")).toBe("error");
  });

  it("ends with 1 when the database is no database", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    writeFileSync(join(home, "aiw.db"), "x".repeat(8_192));
    const context = createFakeContext({ cwd: folder, json: true, env: { ...env(), AIW_HOME: home } });
    expect(await doctorCommand(context)).toBe(1);
    expect(status(context.out()).get("database")).toBe("error");
  });

  it("sees an old Node, a clock in the past and a state folder that is a file", () => {
    expect(checkNode("20.20.2").status).toBe("error");
    expect(checkNode("22.18.0").status).toBe("ok");
    expect(checkClock(Date.UTC(2001, 0)).status).toBe("warning");
    writeFileSync(join(folder, "file"), "");
    expect(checkHome(join(folder, "file")).status).toBe("error");
  });

  it("prints each fix below its check, and nothing that steers the terminal", () => {
    const check = { id: "x", title: hostileText, status: "warning", message: hostileText, fix: hostileText } as const;
    const text = renderChecks([{ id: "a", title: "A", status: "ok", message: "fine" }, check], createStyle(false));
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(text.split("\n")).toHaveLength(5);
    expect(text).toMatch(/works here; 1 to know about$/);
  });
});
