import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCodes, isErrorCode, nextSteps } from "@aiw/core";
import { problemCodes } from "@aiw/markdown";
import { loadConfig } from "@aiw/runtime";
import { describe, expect, it } from "vitest";

const doc = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const source = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const registered = source("main.ts") + source("commands/register.ts");

describe("docs/cli.md", () => {
  const text = doc("cli.md");
  const commands = [...registered.matchAll(/\.command\("([a-z]+)/g)].map((match) => match[1] ?? "");
  const flags = [
    ...registered.matchAll(/\.(?:option|version|helpOption)\((?:readVersion\(\),)?\s*"((?:-\w, )?--[a-z-]+)/g),
  ].map((match) => match[1] ?? "");

  it("sees the commands and flags", () => {
    expect(commands).toEqual(expect.arrayContaining(["run", "check", "list", "completion"]));
    expect(flags).toEqual(expect.arrayContaining(["-i, --input", "-f, --follow", "--json", "-V, --version"]));
  });

  it.each(commands)("has a heading for the command %s", (name) => {
    expect(text).toMatch(new RegExp(`^###? (\\w+ )?${name}$`, "m"));
  });

  it.each(flags)("has a row for the flag %s", (flag) => {
    const row = flag
      .split(", ")
      .map((name) => `\`${name}`)
      .join("[^|]*");
    expect(text).toMatch(new RegExp(`^\\| ${row}\\b`, "m"));
  });

  it.each([...new Set(Object.values(errorCodes).map(({ exit }) => exit))])("lists the exit code %i", (code) => {
    expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });
});

describe("docs/errors.md", () => {
  const text = doc("errors.md");

  it.each(Object.entries(errorCodes))("has the row of the error %s", (code, { exit, about }) => {
    expect(text).toContain(`\n| \`${code}\` | ${exit} | ${about} | ${isErrorCode(code) ? nextSteps[code] : ""} |\n`);
  });

  it.each(Object.entries(problemCodes))("has the row of the finding %s", (code, { title }) => {
    expect(text).toContain(`\n| \`${code}\` | ${title} |\n`);
  });

  it("lists no code that there is not", () => {
    const listed = [...text.matchAll(/^\| `([A-Za-z_]+\d*)` \|/gm)].map((match) => match[1]);
    expect(new Set(listed)).toEqual(new Set([...Object.keys(errorCodes), ...Object.keys(problemCodes)]));
  });
});

describe("docs/configuration.md", () => {
  const text = doc("configuration.md");
  const example = /## aiw\.yaml[\s\S]*?```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";

  it("shows an example that is valid", async () => {
    const folder = mkdtempSync(join(tmpdir(), "aiw-docs-"));
    writeFileSync(join(folder, "aiw.yaml"), example);
    expect(Object.keys(await loadConfig(folder)).length).toBeGreaterThan(5);
    rmSync(folder, { recursive: true });
  });

  it("describes every key", () => {
    const schema = source("../../../packages/runtime/src/config-schema.ts");
    const keys = [
      ...schema.matchAll(/(?:^ {2}|[{,] )([a-z]+): *(?:z\b|text|agentName|environment|claudeSchema|codexSchema|$)/gm),
    ];
    const missing = keys
      .map((match) => match[1] ?? "")
      .filter((key) => !new RegExp(`^\\|.*[\`.]${key}[\`.]`, "m").test(text));
    expect(keys.length).toBeGreaterThan(12);
    expect(missing).toEqual([]);
  });
});
