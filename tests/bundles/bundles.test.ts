import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadWorkflow } from "@aiw/runtime";
import { afterAll, describe, expect, it } from "vitest";
import { createProject } from "../support/cli.js";
import { scenarios } from "./scenarios/all.js";

const folder = fileURLToPath(new URL("../../examples/bundles/", import.meta.url));
const project = createProject("aiw-bundles-");
afterAll(() => project.remove());

describe.each(scenarios.map(({ bundle }) => bundle))("%s", (bundle) => {
  it("stands alone as a folder and has no problem", async () => {
    cpSync(join(folder, bundle), join(project.folder, bundle), { recursive: true });
    const checked = await project.aiw(["check", bundle, "--json"]);
    expect(JSON.parse(checked.stdout)).toMatchObject({ problems: [] });
    expect(checked.code, checked.stderr).toBe(0);
    const { tools } = await loadWorkflow(join(project.folder, bundle), project.folder);
    for (const { name } of tools) {
      // Without an operation a tool lists those that it has: all that it imports is there.
      const call = () =>
        execFileSync(process.execPath, [join(project.folder, bundle, "tools", `${name}.mjs`)], { stdio: "pipe" });
      expect(call).toThrow(/unknown operation ''; there are/);
    }
  });

  it("tells in its README every variable, input and operation", async () => {
    const readme = readFileSync(join(folder, bundle, "README.md"), "utf8");
    const { workflow, tools } = await loadWorkflow(join(folder, bundle), folder);
    const operations = tools.flatMap((tool) => tool.operations.map(({ name }) => name));
    const names = [...(workflow?.secrets ?? []), ...Object.keys(workflow?.inputs ?? {}), ...operations];
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((name) => !new RegExp(`[\` ]${name}[\` =]`).test(readme))).toEqual([]);
  });

  it("calls every operation that it describes", async () => {
    const { workflow, tools } = await loadWorkflow(join(folder, bundle), folder);
    const text = JSON.stringify(workflow);
    const unused = tools.flatMap((tool) =>
      tool.operations
        .map(({ name }) => name)
        .filter((name) => !text.includes(`"tool":"${tool.name}","operation":"${name}"`)),
    );
    expect(unused).toEqual([]);
  });
});

it("has the same tools in all bundles", async () => {
  const checked = execFileSync(process.execPath, [join(folder, "sync-tools.mjs"), "--check"], { encoding: "utf8" });
  expect(checked).toBe("");
  const known = new Map<string, string>();
  for (const { bundle } of scenarios) {
    const { tools } = await loadWorkflow(join(folder, bundle), folder);
    for (const tool of tools) {
      for (const operation of tool.operations) {
        const name = `${tool.name}.${operation.name}`;
        const about = JSON.stringify(operation);
        expect(known.get(name) ?? about, `${bundle} ${name}`).toBe(about);
        known.set(name, about);
      }
    }
  }
});
