import { Secret } from "@aiw/core";
import { expect, it } from "vitest";
import { claudeEnvironment } from "./claude/program.js";
import { codexEnvironment } from "./codex/program.js";
import { pickEnvironment } from "./environment.js";

it("gives each agent its own credentials and no others", () => {
  const key = new Secret("ANTHROPIC_API_KEY", "sk-ant");
  const env = {
    ANTHROPIC_API_KEY: key,
    CODEX_API_KEY: "sk-cdx",
    GITHUB_TOKEN: "ghp",
    HTTPS_PROXY: "http://p",
    CODEX_HOME: "",
  };
  expect(pickEnvironment(claudeEnvironment, env)).toEqual({ ANTHROPIC_API_KEY: key, HTTPS_PROXY: "http://p" });
  expect(pickEnvironment(codexEnvironment, env)).toEqual({ CODEX_API_KEY: "sk-cdx", HTTPS_PROXY: "http://p" });
});
