import type { Json } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { removeFromSettings, setInSettings } from "./settings-text.js";
import type { Path } from "./values.js";

const order = ["id", "needs", "tool", "with", "env", "retry", "timeout"];
const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);

function set(text: string, path: Path, value: Json): string {
  return setInSettings({ text, range: { start: 0, end: text.length } }, { path, value }, { eol: "\n", rank }).text;
}
function remove(text: string, path: Path): string {
  return removeFromSettings({ text, range: { start: 0, end: text.length } }, path).text;
}

describe("setting a value", () => {
  it.each<[string, string, Path, Json, string]>([
    ["replaces one scalar", "a: 1 # why\nb: 2\n", ["a"], 3, "a: 3 # why\nb: 2\n"],
    ["keeps odd spaces", "a:    1\n", ["a"], 3, "a:    3\n"],
    ["keeps quotes", "a: 'x'\n", ["a"], "y", "a: 'y'\n"],
    ["quotes where it must, as neighbours do", "a: 'x'\nb: y\n", ["b"], "1.10", "a: 'x'\nb: '1.10'\n"],
    [
      "replaces inside braces",
      "retry: { attempts: 2, delay: 5s }\n",
      ["retry", "attempts"],
      3,
      "retry: { attempts: 3, delay: 5s }\n",
    ],
    ["adds inside braces", "retry: { attempts: 2 }\n", ["retry", "delay"], "5s", "retry: { attempts: 2, delay: 5s }\n"],
    ["fills empty braces", "env: {}\n", ["env", "A"], "x", "env: { A: x }\n"],
    [
      "opens a short form",
      "retry: 2 # twice\n",
      ["retry", "delay"],
      "5s",
      "retry: { attempts: 2, delay: 5s } # twice\n",
    ],
    ["keeps a short form", "retry: 2\n", ["retry", "attempts"], 3, "retry: 3\n"],
    [
      "adds a key where it belongs",
      "needs: a\ntimeout: 5m # slow\n",
      ["retry"],
      1,
      "needs: a\nretry: 1\ntimeout: 5m # slow\n",
    ],
    ["adds the first key on top", "# about\nneeds: a\n", ["id"], "x", "id: x\n# about\nneeds: a\n"],
    ["adds to settings that hold only a comment", "# about\n", ["id"], "x", "# about\nid: x\n"],
    [
      "adds below a block",
      "env:\n    A: 1 # one\n    # two\ntimeout: 5m\n",
      ["env", "B"],
      "2",
      'env:\n    A: 1 # one\n    B: "2"\n    # two\ntimeout: 5m\n',
    ],
    [
      "indents as the others do",
      "env:\n    A: x\n",
      ["with"],
      { long: "x".repeat(90), list: ["y".repeat(90), "z"] },
      `with:\n    long: ${"x".repeat(90)}\n    list:\n        - ${"y".repeat(90)}\n        - z\nenv:\n    A: x\n`,
    ],
    ["adds a nested map at once", "needs: a\n", ["env", "B"], "b", "needs: a\nenv: { B: b }\n"],
    [
      "adds an item to a block list",
      "needs:\n- a\n- b # last\n",
      ["needs"],
      ["a", "b", "c"],
      "needs:\n- a\n- b # last\n- c\n",
    ],
    [
      "adds an item in the middle",
      "needs:\n  - a\n  - c\n",
      ["needs"],
      ["a", "b", "c"],
      "needs:\n  - a\n  - b\n  - c\n",
    ],
    ["adds an item in front", "needs:\n  - b\n", ["needs"], ["a", "b"], "needs:\n  - a\n  - b\n"],
    ["removes an item of a list", "needs: [a, b, c]\n", ["needs"], ["a", "c"], "needs: [a, c]\n"],
    ["changes an item of a list", "needs: [a, b, c]\n", ["needs", 1], "x", "needs: [a, x, c]\n"],
    ["adds to a list in brackets", "needs: [a]\n", ["needs", 1], "b", "needs: [a, b]\n"],
    ["makes one value a list", "needs: a\n", ["needs"], ["a", "b"], "needs: [a, b]\n"],
    ["makes a list one value", "needs:\n  - a\n  - b\ntimeout: 5m\n", ["needs"], "c", "needs: c\ntimeout: 5m\n"],
    ["gives a key without value its value", "needs:\ntimeout: 5m\n", ["needs"], "c", "needs: c\ntimeout: 5m\n"],
    [
      "adds below lines in braces",
      "env: {\n  A: 1, # one\n  B: 2 # two\n}\n",
      ["env", "C"],
      "c",
      "env: {\n  A: 1, # one\n  B: 2, # two\n  C: c\n}\n",
    ],
    ["keeps a last comma", "env: {\n  A: 1,\n}\n", ["env", "B"], "b", "env: {\n  A: 1,\n  B: b,\n}\n"],
    [
      "replaces a block of text",
      "with:\n  a: |\n    one\n    two\n  b: 1\n",
      ["with", "a"],
      "x",
      "with:\n  a: x\n  b: 1\n",
    ],
    [
      "writes lines as a block of text",
      "with:\n  a: x\n",
      ["with", "a"],
      "one\ntwo\n",
      "with:\n  a: |\n    one\n    two\n",
    ],
    [
      "changes only the keys of a map that differ",
      "with:\n  a: 1 # one\n  b: 2 # two\n  c: 3\n",
      ["with"],
      { b: 2, c: 4, d: 5 },
      "with:\n  b: 2 # two\n  c: 4\n  d: 5\n",
    ],
    [
      "changes a map in a list",
      "with:\n  - a: 1\n    b: 2\n  - c: 3\n",
      ["with", 0, "b"],
      5,
      "with:\n  - a: 1\n    b: 5\n  - c: 3\n",
    ],
    [
      "adds to a map in a list",
      "with:\n  - a: 1\n  - c: 3\n",
      ["with", 0, "b"],
      5,
      "with:\n  - a: 1\n    b: 5\n  - c: 3\n",
    ],
    ["leaves a value that is there", "retry:   2   # x\n", ["retry"], 2, "retry:   2   # x\n"],
    ["adds behind text that keeps its blank lines", "a: |+\n  x\n\nb: 1\n", ["a2"], 2, "a: |+\n  x\n\nb: 1\na2: 2\n"],
  ])("%s", (...[, text, path, value, expected]) => {
    expect(set(text, path, value)).toBe(expected);
  });

  it.each<[string, string, Path]>([
    ["below a text", "needs: a\n", ["needs", "b"]],
    ["behind the end of a list", "needs: [a]\n", ["needs", 4]],
    ["in settings that cannot be read", "needs: [a\n", ["needs"]],
    ["in settings with anchors", "needs: &a [a]\n", ["timeout"]],
  ])("is refused %s", (_name, text, path) => {
    expect(() => set(text, path, 1)).toThrow(expect.objectContaining({ code: "patch_failed" }));
  });
});

describe("removing a key", () => {
  it.each<[string, string, Path, string]>([
    ["takes its line", "a: 1\nb: 2 # two\nc: 3\n", ["b"], "a: 1\nc: 3\n"],
    ["takes all its lines", "a: 1\nb:\n  c: 2\n  d: 3\ne: 4\n", ["b"], "a: 1\ne: 4\n"],
    ["leaves comments above", "a: 1\n# about b\nb: 2\n", ["b"], "a: 1\n# about b\n"],
    ["takes a map that is left empty along", "env:\n  A: 1\ntimeout: 5m\n", ["env", "A"], "timeout: 5m\n"],
    ["works in braces, first", "env: { A: 1, B: 2 }\n", ["env", "A"], "env: { B: 2 }\n"],
    ["works in braces, last", "env: { A: 1, B: 2 }\n", ["env", "B"], "env: { A: 1 }\n"],
    ["works in lines of braces", "env: {\n  A: 1,\n  B: 2,\n  C: 3\n}\n", ["env", "B"], "env: {\n  A: 1,\n  C: 3\n}\n"],
    ["works in a list", "needs: [a, b]\n", ["needs", 0], "needs: [b]\n"],
    ["works in a block list", "needs:\n  - a\n  - b\n", ["needs", 0], "needs:\n  - b\n"],
    ["works beside a dash", "with:\n  - a: 1\n    b: 2\n", ["with", 0, "a"], "with:\n  - b: 2\n"],
    ["takes the last key", "a: 1\n", ["a"], ""],
  ])("%s", (_name, text, path, expected) => {
    expect(remove(text, path)).toBe(expected);
  });

  it("is refused where there is none", () => {
    expect(() => remove("a: 1\n", ["b"])).toThrow("there is no 'b' to remove");
    expect(() => remove("a: 1\n", ["a", "b"])).toThrow("there is no 'a.b' to remove");
  });
});
