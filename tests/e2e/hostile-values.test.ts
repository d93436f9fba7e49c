import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { hostileValues } from "../support/hostile.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-hostile-");
});
afterEach(() => project.remove());

const echo = `---
aiw: 1
inputs: { values: [string] }
---
# Echo

## Steps

### By env
\`\`\`yaml step
needs: []
env: { VALUE: "{{ inputs.values[0] }}", ALL: "{{ json(inputs.values) }}" }
\`\`\`
\`\`\`bash run
printf '%s' "$VALUE" > by-env.txt
printf '%s' "$ALL" > all-by-env.json
\`\`\`

### By input
\`\`\`yaml step
needs: []
with: { values: "{{ inputs.values }}" }
\`\`\`
\`\`\`js run
import { copyFileSync } from "node:fs";
copyFileSync(process.env.AIW_INPUT, "by-input.json");
\`\`\`
`;

const one = `---
aiw: 1
inputs: { value: string }
---
# One

## Steps

### Step
\`\`\`yaml step
KEY
\`\`\`
\`\`\`js run
import { copyFileSync, writeFileSync } from "node:fs";
writeFileSync("by-env.txt", process.env.VALUE ?? "absent");
if (process.env.AIW_INPUT) copyFileSync(process.env.AIW_INPUT, "by-input.json");
\`\`\`
`;

it("hands 200 hostile values to scripts unchanged, by env and by AIW_INPUT", async () => {
  const values = hostileValues(200, 7);
  const names = values.map((_, index) => `V${index}`);
  const env = names.map((name, index) => `  ${name}: "{{ inputs.values[${index}] }}"`).join("\n");
  const file = project.write(
    "all.md",
    one
      .replace("value: string", "values: [string]")
      .replace("KEY", `with: { values: "{{ inputs.values }}" }\nenv:\n${env}`)
      .replace(
        'process.env.VALUE ?? "absent"',
        "JSON.stringify(Object.entries(process.env).filter(([name]) => /^V\\d+$/.test(name)))",
      ),
  );
  project.write("inputs.json", JSON.stringify({ values }));
  const result = await project.aiw(["run", file, "--inputs", "inputs.json", "--json"]);
  expect(result.code, result.stderr).toBe(0);
  const byEnv = Object.fromEntries(JSON.parse(read("by-env.txt")) as [string, string][]);
  expect(names.map((name) => byEnv[name])).toEqual(values);
  expect(JSON.parse(read("by-input.json"))).toEqual({ values });
});

it("hands a hostile value to bash by a quoted variable", async () => {
  const value = "$(id) `id` \"'; rm -rf /\n\\ ${HOME}";
  project.write("inputs.json", JSON.stringify({ values: [value] }));
  const result = await project.aiw(["run", project.write("echo.md", echo), "--inputs", "inputs.json"]);
  expect(result.code, result.stderr).toBe(0);
  expect(read("by-env.txt")).toBe(value);
  expect(JSON.parse(read("all-by-env.json"))).toEqual([value]);
});

it.each([
  ["NUL", "a\u0000b"],
  ["200 KB", "x".repeat(200_000)],
])("hands %s over by AIW_INPUT, and refuses it by env before anything starts", async (_name, value) => {
  project.write("inputs.json", JSON.stringify({ value }));
  const byInput = project.write("input.md", one.replace("KEY", 'with: { value: "{{ inputs.value }}" }'));
  const good = await project.aiw(["run", byInput, "--inputs", "inputs.json", "--json"]);
  expect(good.code, good.stderr).toBe(0);
  expect(JSON.parse(read("by-input.json"))).toEqual({ value });

  const byEnv = project.write(
    "env.md",
    one.replace("KEY", 'env: { VALUE: "{{ inputs.value }}" }').replaceAll("by-env.txt", "never.txt"),
  );
  const bad = await project.aiw(["run", byEnv, "--inputs", "inputs.json", "--json"]);
  expect(bad.code).not.toBe(0);
  expect(existsSync(join(project.folder, "never.txt"))).toBe(false);
  const events = jsonLines(bad.stdout);
  expect(JSON.stringify(events.find(({ type }) => type === "step.failed"))).toContain("env_invalid");
});

function read(name: string): string {
  return readFileSync(join(project.folder, name), "utf8");
}
