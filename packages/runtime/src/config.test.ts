import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { loadConfig } from "./config.js";
import { projectConfigSchema } from "./config-schema.js";
import { keysAt, wordsFor } from "./config-words.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("loadConfig", () => {
  it("is empty without a file and reads what is there", async () => {
    expect(await loadConfig(folder)).toEqual({});
    writeFileSync(join(folder, "aiw.yaml"), "lease: 5\nagents:\n  mine: { command: cat }\n");
    expect(await loadConfig(folder)).toEqual({ lease: 5, agents: { mine: { command: "cat" } } });
  });

  it.each([
    ["leese: 5\n", /aiw\.yaml:1:1: unknown key 'leese'/],
    ["lease: soon\n", 'aiw.yaml:1:8: lease cannot be "soon": it takes seconds, a number from 1 to 3600'],
    ["auto: claude\n", 'aiw.yaml:1:7: auto cannot be "claude": it takes a list of agent names'],
    ["auto: [1]\n", "aiw.yaml:1:8: auto[0] cannot be 1: it takes a list of agent names"],
    ["agents: { mine: {} }\n", "aiw.yaml:1:11: agents.mine.command is missing"],
    ["agents: { Mine: { command: cat } }\n", "aiw.yaml:1:11: 'Mine' is no name of an agent"],
    ["agents:\n  mine: { comand: cat }\n", "aiw.yaml:2:11: unknown key 'comand' in agents.mine"],
    ["approvals: { role: {} }\n", "aiw.yaml:1:14: unknown key 'role' in approvals"],
    ["approvals: { self: maybe }\n", 'aiw.yaml:1:20: approvals.self cannot be "maybe": it takes true or false'],
    [
      "approvals: { roles: { maintainer: alice } }\n",
      'aiw.yaml:1:35: approvals.roles.maintainer cannot be "alice": it takes a list of users, such as [alice, bob]',
    ],
    ["approvals: { roles: { ops: [1] } }\n", "approvals.roles.ops[0] cannot be 1: it takes a list of users"],
    ['approvals: { roles: { "": [a] } }\n', "aiw.yaml:1:23: a role has no name"],
    ["- 1\n", "aiw.yaml:1:1: the file is no map of settings"],
    ["a: [\n", /aiw\.yaml:/],
    ["lease: *x\n", /aiw\.yaml/],
  ])("refuses %j with its place", async (text, message) => {
    writeFileSync(join(folder, "aiw.yaml"), text);
    await expect(loadConfig(folder)).rejects.toThrow(message);
    await expect(loadConfig(folder)).rejects.toMatchObject({ code: "config_invalid" });
  });
});

describe("mistakes in aiw.yaml", () => {
  it("are told all at once, with a suggestion at every level", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "limits: { proceses: 2, agents: 0 }\ncodex:\n  provider: { idd: x }\n");
    const at = { file: "aiw.yaml", line: 1 };
    await expect(loadConfig(folder)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^aiw\.yaml:1:11: unknown key 'proceses' in limits \(did you mean 'processes'\?\)\naiw\.yaml:1:32: limits\.agents /,
      ),
      details: {
        problems: [
          { ...at, column: 11, help: "did you mean 'processes'?" },
          { ...at, column: 32, message: "limits.agents cannot be 0: it takes a whole number from 1 to 1000" },
          { line: 3, message: "codex.provider.id is missing" },
          { line: 3, message: "codex.provider.url is missing" },
          { line: 3, message: "unknown key 'idd' in codex.provider", help: "did you mean 'id'?" },
        ],
      },
    });
  });

  it("name the keys that there are, and no file that a project does not have", async () => {
    writeFileSync(join(folder, "aiw.yaml"), "banana: 1\n");
    await expect(loadConfig(folder)).rejects.toMatchObject({
      hint: expect.stringMatching(/^its keys are auto, claude, /),
    });
  });

  it("are described for every key of the schema", () => {
    const missing: string[] = [];
    const visit = (schema: unknown, path: readonly string[]) => {
      if (path.length > 0 && wordsFor(path) === undefined) missing.push(path.join("."));
      const { properties = {}, additionalProperties } = schema as {
        properties?: Record<string, unknown>;
        additionalProperties?: unknown;
      };
      for (const [key, inner] of Object.entries(properties)) {
        expect(keysAt(path)).toContain(key);
        visit(inner, [...path, key]);
      }
      if (typeof additionalProperties === "object") visit(additionalProperties, [...path, "name"]);
    };
    visit(z.toJSONSchema(projectConfigSchema), []);
    expect(missing).toEqual([]);
  });
});
