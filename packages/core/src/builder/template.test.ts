import { describe, expect, it } from "vitest";
import { isAiwError } from "../errors.js";
import { and, eq, gt, json, lt, not, or, orElse, size } from "./operators.js";
import { reference, sourceOf } from "./reference.js";
import { bash } from "./script.js";
import { expr, text } from "./template.js";

const inputs = reference<{ base: string; n: number; ok: boolean; tags: string[]; note?: string; "x-y": { z: string } }>(
  "inputs",
);

describe("references", () => {
  it("print as the path that they are", () => {
    expect(sourceOf(inputs.base)).toBe("inputs.base");
    expect(sourceOf(inputs["x-y"].z)).toBe("inputs['x-y'].z");
  });

  it("tell who makes text of them without a tag", () => {
    const make = () => `Hello ${inputs.base}`;
    expect(make).toThrow("'inputs.base' is known only when the workflow runs");
  });

  it("can be looked at by JSON, promises and inspectors", async () => {
    expect(JSON.stringify({ a: inputs.base })).toBe('{"a":{}}');
    expect(Object.keys(inputs)).toEqual([]);
  });
});

describe("operators", () => {
  it.each([
    [eq(inputs.base, "it's\n"), "inputs.base == 'it\\'s\\n'"],
    [lt(inputs.n, -3), "inputs.n < -3"],
    [and(gt(inputs.n, 1), or(inputs.ok, not(inputs.ok))), "inputs.n > 1 && (inputs.ok || !inputs.ok)"],
    [or(and(inputs.ok, inputs.ok), inputs.ok), "inputs.ok && inputs.ok || inputs.ok"],
    [not(eq(inputs.n, 2)), "!(inputs.n == 2)"],
    [not(expr<boolean>`(${inputs.ok})`), "!(inputs.ok)"],
    [json(orElse(inputs.note, "none")), "json(inputs.note ?? 'none')"],
    [gt(size(inputs.tags), 0), "size(inputs.tags) > 0"],
    [lt(expr<number>`${inputs.n} - 1`, expr<number>`${inputs.n} * 2`), "inputs.n - 1 < inputs.n * 2"],
    [eq(expr<boolean>`${inputs.ok} ? true : false`, true), "(inputs.ok ? true : false) == true"],
    [
      expr`${or(inputs.ok, inputs.ok)} && ${["a", 1, null]}.size() == 3`,
      "(inputs.ok || inputs.ok) && ['a', 1, null].size() == 3",
    ],
  ])("print with no more parentheses than needed: case %#", (expression, source) => {
    expect(sourceOf(expression)).toBe(source);
  });

  it("hold no maps", () => {
    expect(() => expr`${{ a: 1 }}`).toThrow("a map cannot stand in an expression");
    expect(() => expr`${undefined}`).toThrow("undefined cannot stand in an expression");
  });
});

describe("text", () => {
  it("keeps expressions apart from literals, whatever these hold", () => {
    expect(text`Hi {{ there }}, ${inputs.base}${"!"} ${3}`.parts).toEqual([
      "Hi {{ there }}, ",
      { expr: "inputs.base" },
      "! 3",
    ]);
  });

  it("takes other texts in", () => {
    const rules = text`Rules of ${inputs.base}`;
    expect(text`${rules}. Go.`.parts).toEqual(["Rules of ", { expr: "inputs.base" }, ". Go."]);
  });

  it("loses the indentation of the program around it, and only that", () => {
    const { parts } = text`
      First
        second ${inputs.base}

      third
    `;
    expect(parts).toEqual(["First\n  second ", { expr: "inputs.base" }, "\n\nthird\n"]);
    expect(
      text`one
      two`.parts,
    ).toEqual(["one\ntwo"]);
    expect(text`  one line  `.parts).toEqual(["  one line  "]);
    expect(text``.parts).toEqual([]);
  });

  it("refuses what cannot stand in text", () => {
    const hole = { a: 1 } as never;
    expect(() => text`${hole}`).toThrow("text takes expressions, strings, numbers and booleans");
  });
});

describe("scripts", () => {
  it("are what is written, backslashes too", () => {
    const script = bash`
      if grep -q '\.ts$' "$FILE"; then
        printf '%s\n' "\${NAME:-x}" \`date\`
      fi
    `;
    expect(script).toEqual({
      lang: "bash",
      text: "if grep -q '\\.ts$' \"$FILE\"; then\n  printf '%s\\n' \"${NAME:-x}\" `date`\nfi\n",
    });
  });

  it("take no values", () => {
    const withHole: unknown = bash;
    if (typeof withHole !== "function") throw new Error("no tag");
    let error: unknown;
    try {
      withHole(Object.assign(["a", "b"], { raw: ["a", "b"] }), "x");
    } catch (caught) {
      error = caught;
    }
    expect(isAiwError(error, "workflow_invalid")).toBe(true);
  });
});
