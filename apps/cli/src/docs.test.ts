import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCodes, isErrorCode, nextSteps } from "@aiw/core";
import { problemCodes } from "@aiw/markdown";
import { loadConfig } from "@aiw/runtime";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "./main.js";

const doc = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const source = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

describe("docs/cli.md", () => {
  const text = doc("cli.md");
  const program = createProgram(() => async () => undefined);
  const commands = [...commandsBelow(program)];

  it("sees the commands", () => {
    expect(commands.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["run", "check", "runs list", "completion"]),
    );
  });

  it.each(commands.map(({ path }) => path))("has a heading for the command %s", (path) => {
    expect(sectionOf(text, path)).not.toBe("");
  });

  it.each(
    commands.flatMap(({ path, command }) =>
      command.options.filter(({ hidden }) => !hidden).map(({ flags }) => ({ path, flags })),
    ),
  )("has a row for the flag $flags of $path", ({ path, flags }) => {
    const section = sectionOf(text, path);
    const own = section.includes("flags of [`run`](#run)") ? section + sectionOf(text, "run") : section;
    expect(own).toMatch(rowOf(flags));
  });

  it.each(program.options.map(({ flags }) => flags))("has a row for the global flag %s", (flags) => {
    expect(sectionOf(text, "Global flags")).toMatch(rowOf(flags));
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

function* commandsBelow(command: Command, path = ""): Generator<{ readonly path: string; readonly command: Command }> {
  for (const each of command.createHelp().visibleCommands(command)) {
    if (each.name() === "help") continue;
    const own = `${path}${each.name()}`;
    yield { path: own, command: each };
    yield* commandsBelow(each, `${own} `);
  }
}

/** From a heading to the next one; of a group of commands to the next group. */
function sectionOf(text: string, heading: string): string {
  const [head, ...rest] = text.split(new RegExp(`^##+ ${heading}$`, "m"));
  return head === undefined || rest.length === 0 ? "" : (rest.join("").split(/^##+ /m)[0] ?? "");
}

/** `-i, --input <name=value>` is the row `| \`-i\`, \`--input name=value\` |`; hidden flags need none. */
function rowOf(flags: string): RegExp {
  const names = flags.split(", ").map((flag) => `\`${flag.split(" ")[0]}`);
  return new RegExp(`^\\| ${names.join("[^|]*")}\\b`, "m");
}
