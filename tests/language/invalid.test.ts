import { describe, expect, it } from "vitest";
import { entriesOf, expectedNames, expectedText, load, plainProblems, stemOf } from "./support/corpus.js";
import { jsonText } from "./support/json-text.js";

const entries = entriesOf("invalid");

describe("invalid files", () => {
  it("are at least one hundred and fifty, and nothing is expected of files that are not there", () => {
    expect(entries.length).toBeGreaterThanOrEqual(150);
    expect([...expectedNames("invalid")].sort()).toEqual(entries.map(({ name }) => `${stemOf(name)}.json`).sort());
  });

  it.each(entries)("$name has its problems, each with its place and with help", async (entry) => {
    const { workflow, problems } = await load(entry);
    expect(jsonText(plainProblems(problems))).toBe(expectedText(entry, plainProblems(problems)));
    expect(problems.map(({ code }) => code)).toContain(entry.name.slice(0, 4));
    expect(problems.filter(({ help }) => help === undefined)).toEqual([]);
    expect(problems.some(({ severity }) => severity === "error")).toBe(workflow === undefined);
  });
});
