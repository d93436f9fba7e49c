import { readFileSync } from "node:fs";
import { workflowHash } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { writtenAsYaml } from "../__fixtures__/as-yaml.js";
import { usedChild } from "../__fixtures__/used-child.js";
import type { LoadResult } from "../load.js";
import { loadWorkflowText } from "../load-text.js";

const fixture = (name: string) => readFileSync(new URL(`../__fixtures__/${name}`, import.meta.url), "utf8");

function load(text: string, file: string): LoadResult {
  return loadWorkflowText(text, {
    file,
    readUse: (target) => (target === "./child.md" ? usedChild : undefined),
    readFile: (path) => (path === "./person.json" ? '{ "type": "object" }' : undefined),
  });
}

/** The model without positions; problems fail the test with their words. */
function modelOf({ workflow, problems }: LoadResult) {
  expect(problems).toEqual([]);
  if (workflow === undefined) throw new Error("it does not load");
  return { hash: workflowHash(workflow), model: JSON.parse(JSON.stringify(workflow, withoutPlaces)) };
}

const withoutPlaces = (key: string, value: unknown) => (key === "at" ? undefined : value);

describe("a workflow in pure YAML", () => {
  it.each([
    ["language-example.md", "flow/code-review.flow.yaml"],
    ["flow/greeting.md", "flow/greeting.flow.yaml"],
    ["flow/release.md", "flow/release.flow.yaml"],
  ])("is the same as %s: %s", (markdown, yaml) => {
    const [expected, found] = [load(fixture(markdown), "same.md"), load(fixture(yaml), "same.flow.yaml")].map(modelOf);
    expect(found?.model).toEqual(expected?.model);
    expect(found?.hash).toBe(expected?.hash);
  });

  const cases = fixture("valid.txt")
    .split(/^=== /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)] as const)
    .flatMap(([name, text]) => {
      const yaml = writtenAsYaml(text);
      return yaml === undefined ? [] : [[name, text, yaml] as const];
    });

  it.each(cases)("is the same as in Markdown: %s", (_name, markdown, yaml) => {
    const [expected, found] = [load(markdown, "same.md"), load(yaml, "same.flow.yaml")].map(modelOf);
    expect(found?.model).toEqual(expected?.model);
    expect(found?.hash).toBe(expected?.hash);
  });

  it("is tried with most of the valid files", () => {
    expect(cases.length).toBeGreaterThanOrEqual(30);
  });

  it("is the same with windows line ends and a byte order mark", () => {
    const text = fixture("flow/release.flow.yaml");
    const [expected, found] = [text, `\ufeff${text.replaceAll("\n", "\r\n")}`].map((each) =>
      modelOf(load(each, "a.yml")),
    );
    expect(found).toEqual(expected);
  });
});
