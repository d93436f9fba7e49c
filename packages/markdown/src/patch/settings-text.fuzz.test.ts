import type { Json } from "@aiw/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeSettings as write } from "./__fixtures__/write-settings.js";
import { applyChanges, changesBetween } from "./changes.js";
import { readSettings, removeFromSettings, setInSettings } from "./settings-text.js";
import { type Path, throughShorthand, withoutValue, withValue } from "./values.js";

const order = ["id", "needs", "tool", "with", "env", "retry", "timeout"];
const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);

function set(text: string, path: Path, value: Json): string {
  return setInSettings({ text, range: { start: 0, end: text.length } }, { path, value }, { eol: "\n", rank }).text;
}
function remove(text: string, path: Path): string {
  return removeFromSettings({ text, range: { start: 0, end: text.length } }, path).text;
}
const read = (text: string) => readSettings(text, { start: 0, end: text.length });

/** Settings in all the styles that people write, without anything that the language refuses. */
const word = fc.constantFrom(
  "a",
  "b c",
  "1.10",
  "x: y",
  "{{ inputs.a }}",
  "it's",
  "",
  "true",
  "# no",
  "翻訳",
  "l1\nl2\n",
  "l1\nl2",
);
const scalar = fc.oneof(word, fc.integer({ min: -5, max: 99 }), fc.boolean());
const names = fc.constantFrom("id", "needs", "with", "env", "timeout", "zz", "A", "B");
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4 }).map((map) => ({ ...map })),
  ),
}));
const settings = fc.dictionary(names, value, { minKeys: 1, maxKeys: 5 }).map((map) => ({ ...map }));
const style = fc.record({
  seed: fc.nat(),
  width: fc.constantFrom(1, 2, 4),
  flow: fc.constantFrom(0, 0.3, 0.7),
  comments: fc.constantFrom(0, 0.3),
});

/** A path into the value, as long as the numbers say. */
function pathInto(json: Json, choices: readonly number[]): Path {
  const path: (string | number)[] = [];
  let at: Json = json;
  for (const choice of choices) {
    if (typeof at !== "object" || at === null) break;
    const keys = Object.keys(at);
    const key = keys[choice % Math.max(keys.length, 1)];
    if (key === undefined) break;
    path.push(Array.isArray(at) ? Number(key) : key);
    const inner: Json | undefined = Array.isArray(at)
      ? at[Number(key)]
      : Object.entries(at).find(([name]) => name === key)?.[1];
    at = inner ?? null;
  }
  return path;
}

describe("any edit of any settings", () => {
  const choices = fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 3 });

  it("gives the value that was asked for and leaves all others", () => {
    fc.assert(
      fc.property(settings, style, choices, value, (json, how, at, wanted) => {
        const text = write(json, how);
        expect(read(text).json).toEqual(json);
        const path = pathInto(json, at);
        const target = throughShorthand(json, path, wanted);
        const after = set(text, path, wanted);
        expect(read(after).fault).toBeUndefined();
        expect(read(after).json).toEqual(withValue(json, target.path, target.value));
        expect(applyChanges(text, changesBetween(text, after))).toBe(after);
      }),
      { numRuns: 1_000 },
    );
  });

  it("adds a key and takes it away again without a trace", () => {
    fc.assert(
      fc.property(settings, style, value, (json, how, added) => {
        fc.pre(!Object.hasOwn(json, "retry"));
        const text = write(json, how);
        expect(remove(set(text, ["retry"], added), ["retry"])).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("removes what was asked for and leaves all others", () => {
    fc.assert(
      fc.property(settings, style, choices, (json, how, at) => {
        const text = write(json, how);
        const path = pathInto(json, at);
        expect(read(remove(text, path)).json).toEqual(withoutValue(json, path) ?? {});
      }),
      { numRuns: 1_000 },
    );
  });
});
