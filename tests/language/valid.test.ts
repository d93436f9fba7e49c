import { describe, expect, it } from "vitest";
import { entriesOf, expectedNames, expectedText, load, plainModel, stemOf } from "./support/corpus.js";
import { jsonText } from "./support/json-text.js";

const entries = entriesOf("valid");

describe("valid files", () => {
  it("are at least sixty, numbered without a gap, and nothing is expected of files that are not there", () => {
    expect(entries.length).toBeGreaterThanOrEqual(60);
    const stems = [...new Set(entries.map(({ name }) => stemOf(name)))];
    expect(stems.map((stem) => Number(stem.slice(0, 2)))).toEqual(stems.map((_, index) => index + 1));
    expect([...expectedNames("valid")].sort()).toEqual(stems.map((stem) => `${stem}.json`).sort());
  });

  it.each(entries)("$name has no problem and gives its model", async (entry) => {
    const { workflow, problems } = await load(entry);
    expect(problems).toEqual([]);
    const model = plainModel(workflow, entry.folder);
    expect(jsonText(model)).toBe(expectedText(entry, model));
  });
});
