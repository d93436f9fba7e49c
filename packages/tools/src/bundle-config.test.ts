import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "./__fixtures__/folders.js";
import { loadBundleConfig } from "./bundle-config.js";

function load(text: string) {
  return loadBundleConfig(join(makeFolder({ "config.yaml": text }), "config.yaml"));
}

describe("loadBundleConfig", () => {
  it("reads agents, model, time-out and variables as written", () => {
    expect(load("agent: [claude/opus, codex]\nmodel: 4.10\ntimeout: 10m\nenv: { V: 1.10, W: yes }\n")).toEqual({
      agent: [{ agent: "claude", model: "opus" }, { agent: "codex" }],
      model: "4.10",
      timeoutMs: 600_000,
      env: { V: "1.10", W: "yes" },
    });
  });

  it("takes an empty file as no configuration", () => {
    expect(load("")).toEqual({});
  });

  it.each([
    ["an unknown key", "modle: x\n", /config\.yaml:1:1: unknown key 'modle'/, "did you mean 'model'?"],
    [
      "a key of the first generation",
      "fallback_agent: codex\n",
      /1:1/,
      expect.stringContaining("agent: [first, second]"),
    ],
    ["a time-out without a unit", "timeout: 300\n", /1:10/, "did you mean 300s?"],
    ["a wrong agent", "agent: 5\n", /'agent' must name/, expect.anything()],
    ["a reserved variable", "env: { AIW_RUN: x }\n", /reserved/, expect.anything()],
    ["a variable that is a list", "env:\n  A: [1]\n", /2:6: 'A' must be text/, expect.anything()],
    ["a list instead of a map", "- a\n", /must be a map/, expect.anything()],
  ])("refuses %s with its place", (_, text, message, hint) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({ code: "config_invalid", message: expect.stringMatching(message), hint }),
    );
  });
});
