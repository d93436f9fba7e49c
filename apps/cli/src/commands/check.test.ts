import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonSchema, validateJson } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkWholly } from "../check/checked.js";
import { sarifLog } from "../check/sarif.js";
import { createFakeContext } from "../testing/fake-context.js";
import { checkCommand } from "./check.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-check-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const good = "---\naiw: 1\n---\n# Good\n\n## Steps\n\n### Say\n```sh run\necho hi\n```\n";
const bad = good.replace("```sh", "```yaml step\nretyr: 2\n```\n```sh");
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

it("sums up files without problems", async () => {
  write("a.md", good);
  write("b.md", good);
  const context = createFakeContext({ cwd: folder });
  expect(await checkCommand(["a.md", "b.md", "./a.md"], {}, context)).toBe(0);
  expect(context.out()).toBe("✔ 2 files, no problems\n");
});

it("reports all files in one pass, also those that cannot be read", async () => {
  write("a.md", good);
  write("b.md", bad);
  const context = createFakeContext({ cwd: folder });
  expect(await checkCommand(["b.md", "missing.md", "a.md"], {}, context)).toBe(2);
  const text = context.out();
  expect(text).toContain("b.md:10:1");
  expect(text).toContain("did you mean 'retry'?");
  expect(text).toContain("error[file_not_found] missing.md does not exist");
  expect(text).toMatch(/✖ 3 files, 1 error, 1 not readable\n$/);
});

it("prints one JSON object, in which an unreadable file is a problem at its start", async () => {
  write("b.md", bad);
  const context = createFakeContext({ cwd: folder, json: true });
  expect(await checkCommand(["b.md", "missing.md"], {}, context)).toBe(2);
  const lines = context.out().trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    problems: [
      expect.objectContaining({
        code: expect.stringMatching(/^E/),
        severity: "error",
        file: "b.md",
        line: 10,
        column: 1,
        endLine: 10,
        endColumn: 6,
      }),
      expect.objectContaining({ code: "file_not_found", severity: "error", file: "missing.md", line: 1, column: 1 }),
    ],
  });
});

it("tells the problems of sub-workflows too, each once, in their own text", async () => {
  const using = good.replace("```sh run\necho hi\n```", "```yaml step\nuse: ./b.md\n```");
  write("a.md", using);
  write("c.md", using);
  write("b.md", bad);
  const context = createFakeContext({ cwd: folder });
  expect(await checkCommand(["a.md", "c.md", "b.md"], {}, context)).toBe(2);
  const text = context.out();
  expect(text).toMatch(/a\.md:10:6\n.*\n?10 │ use: \.\/b\.md/);
  expect(text.match(/b\.md:10:1\n/g)).toHaveLength(1);
  expect(text).toContain("10 │ retyr: 2");
  expect(text).toMatch(/✖ 3 files, 3 errors\n$/);
});

it("annotates in GitHub Actions", async () => {
  write("b.md", bad);
  const context = createFakeContext({ cwd: folder, env: { GITHUB_ACTIONS: "true" } });
  await checkCommand(["b.md"], {}, context);
  expect(context.out()).toMatch(/^::error file=b\.md,line=10,endLine=10,col=1,endColumn=5,title=E/m);
});

it("tells the mistakes in the files of a bundle with their places", async () => {
  mkdirSync(join(folder, "flow"));
  write("flow/workflow.md", good);
  write("flow/config.yaml", "retries: 3\n");
  const context = createFakeContext({ cwd: folder });
  expect(await checkCommand(["flow"], { check: checkWholly }, context)).toBe(2);
  expect(context.out()).toMatch(
    /error\[config_invalid\] unknown key 'retries'\n.*flow\/config\.yaml:1:1\n1 │ retries: 3\n.*\^{7}/,
  );
});

describe("--sarif", () => {
  it("writes a log that has what the format requires, with a rule for every code", async () => {
    write("b.md", bad);
    const context = createFakeContext({ cwd: folder });
    expect(await checkCommand(["b.md", "missing.md"], { sarif: "out/log.sarif" }, context)).toBe(2);
    expect(context.out()).toContain("did you mean 'retry'?");
    const log = JSON.parse(readFileSync(join(folder, "out/log.sarif"), "utf8"));
    expect(validateJson(sarifSchema, log)).toEqual({ ok: true });
    const [{ tool, results }] = log.runs;
    expect(results).toEqual([
      expect.objectContaining({
        level: "error",
        message: { text: expect.stringContaining("did you mean 'retry'?") },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "b.md", uriBaseId: "%SRCROOT%" },
              region: { startLine: 10, startColumn: 1, endLine: 10, endColumn: 6 },
            },
          },
        ],
      }),
      expect.objectContaining({ ruleId: "file_not_found" }),
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    const [rule] = tool.driver.rules;
    expect(rule.help.markdown).toMatch(/\*\*Wrong\*\*\n\n`{4}markdown\n---\naiw: 1/);
  });

  it("writes a log without findings when there is none, and to stdout alone for -", async () => {
    write("a b.md", good);
    const context = createFakeContext({ cwd: folder });
    expect(await checkCommand(["a b.md"], { sarif: "-" }, context)).toBe(0);
    const log = JSON.parse(context.out());
    expect(validateJson(sarifSchema, log)).toEqual({ ok: true });
    expect(log.runs[0].results).toEqual([]);
    expect(context.err()).toBe("✔ 1 file, no problems\n");
  });

  it("refuses two outputs on stdout", async () => {
    write("a.md", good);
    const context = createFakeContext({ cwd: folder, json: true });
    await expect(checkCommand(["a.md"], { sarif: "-" }, context)).rejects.toMatchObject({ code: "usage" });
  });
});

it("names files in a SARIF log as addresses", () => {
  const place = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  const uriOf = (file: string) => {
    const problem = { code: "E201", severity: "error", file, ...place, message: "no" } as const;
    const log = sarifLog([problem], { version: "1", explain: () => undefined });
    return JSON.stringify(log).match(/"uri":"([^"]*)"/)?.[1];
  };
  expect(uriOf("flows/a b#1.md")).toBe("flows/a%20b%231.md");
  expect(uriOf("/tmp/ä.md")).toBe("file:///tmp/%C3%A4.md");
});

/**
 * The parts of the format that are used, with what it requires of them and nothing else allowed.
 *
 * @see OASIS, "SARIF Version 2.1.0", JSON schema.
 */
const text = { type: "string", minLength: 1 };
const count = { type: "integer", minimum: 1 };
const strict = (properties: Record<string, JsonSchema>, required: string[]): JsonSchema => {
  return { type: "object", properties, required, additionalProperties: false };
};
const level = { enum: ["none", "note", "warning", "error"] };
const words = strict({ text, markdown: text }, ["text"]);
const sarifSchema = strict(
  {
    $schema: text,
    version: { enum: ["2.1.0"] },
    runs: {
      type: "array",
      items: strict(
        {
          tool: strict(
            {
              driver: strict(
                {
                  ...{ name: text, version: text },
                  rules: {
                    type: "array",
                    items: strict(
                      {
                        ...{ id: text, name: text, shortDescription: words, fullDescription: words, help: words },
                        defaultConfiguration: strict({ level }, []),
                      },
                      ["id"],
                    ),
                  },
                },
                ["name"],
              ),
            },
            ["driver"],
          ),
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          results: {
            type: "array",
            items: strict(
              {
                ...{ ruleId: text, ruleIndex: { type: "integer", minimum: 0 }, level, message: words },
                locations: {
                  type: "array",
                  items: strict(
                    {
                      physicalLocation: strict(
                        {
                          artifactLocation: strict({ uri: text, uriBaseId: text }, []),
                          region: strict(
                            { startLine: count, startColumn: count, endLine: count, endColumn: count },
                            [],
                          ),
                        },
                        [],
                      ),
                    },
                    [],
                  ),
                },
              },
              ["message"],
            ),
          },
        },
        ["tool"],
      ),
    },
  },
  ["version", "runs"],
);
