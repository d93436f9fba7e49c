import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { templateNames } from "../flows/templates.js";
import { createFakeContext, hostileText } from "../testing/fake-context.js";
import { validateCommand } from "./validate.js";
import { workflowCreateCommand } from "./workflow-create.js";
import { workflowListCommand } from "./workflow-list.js";
import { workflowShowCommand } from "./workflow-show.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-workflow-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const good = `---
aiw: 1
description: Says hello.
version: "2.1"
inputs: { name: string = you, tags?: [string], "count?": { $type: integer, $description: How often } }
outputs: { said: steps.say.text }
secrets: [TOKEN]
agent: claude/opus
on: [manual, { schedule: "0 7 * * *" }]
timeout: 5m
permissions: { write: [], run: [git] }
---
# Good

## Steps

### Say
\`\`\`sh run
echo hi
\`\`\`

### Think
What is {{ steps.say.text }}?
`;

describe("workflow list", () => {
  it("finds workflows and bundles, and nothing that is none", async () => {
    write("flows/good.md", good);
    write("flows/bad.md", good.replace("needs", "").replace("timeout: 5m", "timeuot: 5m"));
    write("flows/kit/workflow.md", good);
    write("flows/kit/part.md", good);
    write("README.md", "# Hello\n\n```yaml step\naiw: 1\n```\n");
    write("prompt.md", "---\ndescription: x\n---\nDo it.\n");
    write("node_modules/x/a.md", good);
    write(".hidden/a.md", good);
    const context = createFakeContext({ cwd: folder, json: true });
    expect(await workflowListCommand(".", context)).toBe(0);
    const { workflows } = JSON.parse(context.out());
    expect(workflows.map(({ path, kind, errors }: Record<string, unknown>) => [path, kind, errors])).toEqual([
      ["flows/bad.md", "file", 1],
      ["flows/good.md", "file", 0],
      ["flows/kit", "bundle", 0],
      ["flows/kit/part.md", "file", 0],
    ]);
    expect(workflows[1]).toMatchObject({
      name: "Good",
      version: "2.1",
      steps: 2,
      triggers: [{}, { type: "schedule" }],
    });
  });

  it("shows a table, says when there is nothing, and lets no name steer the terminal", async () => {
    const empty = createFakeContext({ cwd: folder });
    await workflowListCommand(".", empty);
    expect(empty.out()).toBe("no workflows here; `aiw workflow create NAME` writes one\n");
    write("a.md", good.replace("# Good", `# ${hostileText}`));
    write("b.md", good);
    const context = createFakeContext({ cwd: folder });
    await workflowListCommand(".", context);
    const text = context.out();
    expect(text).toContain("manual; schedule 0 7 * * *");
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("names the command that was meant, and refuses a file", async () => {
    const context = createFakeContext({ cwd: folder });
    await expect(workflowListCommand("lsit", context)).rejects.toMatchObject({
      code: "file_not_found",
      hint: "did you mean `aiw workflow list`?",
    });
    write("a.md", good);
    await expect(workflowListCommand("a.md", context)).rejects.toMatchObject({
      code: "usage",
      hint: "`aiw workflow show a.md`?",
    });
  });
});

describe("workflow show", () => {
  it("shows what it takes, gives, does and needs", async () => {
    write("good.md", good);
    const context = createFakeContext({ cwd: folder });
    expect(await workflowShowCommand("good.md", context)).toBe(0);
    const text = context.out();
    expect(text).toMatch(/^Good {2}2\.1 {2}good\.md\nSays hello\.\n/);
    expect(text).toMatch(
      / {2}name +string = you\n {2}tags +\[string\], optional\n {2}count +integer, optional +How often\n/,
    );
    expect(text).toMatch(/ {2}said +steps\.say\.text\n/);
    expect(text).toMatch(/2 {2}● Think +think +agent claude\/opus +after say/);
    expect(text).toMatch(/ {2}secrets +TOKEN\n {2}triggers +manual, schedule 0 7 \* \* \*\n {2}limits +5m\n/);
    expect(text).toMatch(/ {2}permissions +write nothing; run git\n/);
  });

  it("gives the same as JSON", async () => {
    write("good.md", good);
    const context = createFakeContext({ cwd: folder, json: true });
    await workflowShowCommand("good.md", context);
    expect(JSON.parse(context.out())).toMatchObject({
      ...{ name: "Good", file: "good.md", version: "2.1", description: "Says hello.", secrets: ["TOKEN"] },
      inputs: [
        { name: "name", required: false, schema: { type: "string", default: "you" } },
        { name: "tags", required: false },
        { name: "count", required: false },
      ],
      outputs: { said: "steps.say.text" },
      steps: [{ id: "say" }, { id: "think", after: ["say"] }],
      agents: ["claude/opus"],
      timeout_ms: 300_000,
    });
  });
});

describe("workflow validate", () => {
  it("checks every file of a bundle", async () => {
    write("kit/workflow.md", good);
    write("kit/config.yaml", "retries: 3\n");
    write("kit/tools/data", "x");
    const context = createFakeContext({ cwd: folder, json: true });
    expect(await validateCommand(["kit"], {}, context)).toBe(2);
    const { problems } = JSON.parse(context.out());
    expect(problems).toEqual([
      expect.objectContaining({ code: "config_invalid", file: "kit/config.yaml", line: 1, endColumn: 8 }),
      expect.objectContaining({ code: "tool_not_executable", severity: "warning", file: "kit/tools/data" }),
    ]);
  });
});

describe("workflow create", () => {
  const options = { template: "basic", bundle: false, force: false };

  it.each(templateNames.flatMap((template) => [false, true].map((bundle) => ({ template, bundle }))))(
    "writes $template without a mistake, as a bundle: $bundle",
    async ({ template, bundle }) => {
      const context = createFakeContext({ cwd: folder, json: true });
      expect(await workflowCreateCommand("weekly-report", { ...options, template, bundle }, context)).toBe(0);
      const { path, next, written } = JSON.parse(context.out());
      expect(path).toBe(bundle ? "flows/weekly-report" : "flows/weekly-report.md");
      expect(next).toBe(`aiw run ${path} --agent offline`);
      const check = createFakeContext({ cwd: folder });
      expect(await validateCommand([path], {}, check)).toBe(0);
      expect(check.out()).toBe("✔ 1 file, no problems\n");
      const main = readFileSync(join(folder, written[0]), "utf8");
      expect(main).toContain("# Weekly report\n");
    },
  );

  it("makes the script of a tool executable", async () => {
    const context = createFakeContext({ cwd: folder });
    await workflowCreateCommand("x", { ...options, template: "with-tools", bundle: true }, context);
    expect(statSync(join(folder, "flows/x/tools/words.mjs")).mode & 0o111).not.toBe(0);
  });

  it("takes names of any script and quotes what a shell would not take", async () => {
    const context = createFakeContext({ cwd: folder });
    await workflowCreateCommand("週次 Bericht!", { ...options, output: "my flows/b.md" }, context);
    expect(readFileSync(join(folder, "my flows/b.md"), "utf8")).toContain("# 週次 Bericht!\n");
    expect(context.out()).toContain("aiw run 'my flows/b.md' --agent offline");
    await workflowCreateCommand("週次 Bericht!", options, context);
    expect(existsSync(join(folder, "flows/週次-bericht.md"))).toBe(true);
  });

  it("never overwrites without --force", async () => {
    write("flows/x.md", "mine");
    const context = createFakeContext({ cwd: folder });
    await expect(workflowCreateCommand("x", options, context)).rejects.toMatchObject({ code: "file_exists" });
    expect(readFileSync(join(folder, "flows/x.md"), "utf8")).toBe("mine");
    await workflowCreateCommand("x", { ...options, force: true }, context);
    expect(readFileSync(join(folder, "flows/x.md"), "utf8")).toContain("aiw: 1");
  });

  it.each([
    ["x", { template: "bsic" }, "did you mean 'basic'?"],
    ["///", {}, "write for example `aiw workflow create weekly-report`"],
    ["x", { output: "x.txt" }, "name the workflow file, or add --bundle to make a folder"],
  ])("refuses %j with %j", async (name, over, hint) => {
    const context = createFakeContext({ cwd: folder });
    await expect(workflowCreateCommand(name, { ...options, ...over }, context)).rejects.toMatchObject({
      ...{ code: "usage", hint },
    });
  });
});
