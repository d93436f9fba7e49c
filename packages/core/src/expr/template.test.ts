import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../secret.js";
import { createEvaluator } from "./evaluator.js";
import { parseText } from "./template-text.js";
import { parseValue } from "./template-value.js";

const token = new Secret("TOKEN", "hunter22");
const names = {
  inputs: { name: "Ada", n: 3, list: [1, "a"], none: null, braces: "{{ inputs.n }}" },
  secrets: { TOKEN: token },
};
const scope = { names };

function render(text: string): string | Secret {
  const { parts, problems } = parseText(text);
  expect(problems).toEqual([]);
  return createEvaluator().renderText(parts, scope);
}

describe("text with holes", () => {
  it.each([
    ["Hello {{ inputs.name }}!", "Hello Ada!"],
    ["{{inputs.name}}{{ inputs.n }}", "Ada3"],
    ["{{ inputs.list }}", '[1,"a"]'],
    ["\\{{ inputs.n }}", "{{ inputs.n }}"],
    ["{{ '{{' }} x }}", "{{ x }}"],
    ["{{ '}}' + inputs.name }}", "}}Ada"],
    ['{{ "it\'s }}" }}', "it's }}"],
    ["{{ inputs.braces }}", "{{ inputs.n }}"],
    ["a }} b { c", "a }} b { c"],
    ["{{\n  inputs.name\n}}", "Ada"],
    ["", ""],
    ["\u0024{{ inputs.n }}", "$3"],
  ])("renders %j", (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ["a {{ inputs.n", "unclosed", 2, 4],
    ["a {{ }}", "syntax", 2, 7],
    ["ab {{ x.y + }}", "syntax", 11, 11],
    ["{{ it's }} and {{ x }}", "syntax", 5, 7],
    ["{{ x.trm() }}", "unknown_function", 5, 8],
  ])("finds the problem in %j", (text, code, start, end) => {
    const { problems } = parseText(text);
    expect(problems.map((problem) => [problem.code, problem.start, problem.end])).toEqual([[code, start, end]]);
  });

  it("reports every problem of a text and goes on behind each", () => {
    const { problems, spans } = parseText("{{ + }} {{ a }} {{ b c }} {{ d");
    expect(problems.map((problem) => problem.code)).toEqual(["syntax", "syntax", "unclosed"]);
    expect(spans.map((span) => span.expression.source)).toEqual(["a"]);
  });

  it("stops where the caller accepts no more, and leaves the rest as text", () => {
    const asked: unknown[] = [];
    const { parts, problems } = parseText("a {{ + }} {{ b }} {{ c }}", (hole) => {
      asked.push(hole);
      return asked.length < 3;
    });
    expect(parts).toEqual(["a  ", { expr: "b" }, " {{ c }}"]);
    expect(problems).toHaveLength(1);
    expect(asked).toEqual([
      { start: 2, end: 9, problems: 0 },
      { start: 10, end: 17, problems: 1 },
      { start: 18, end: 25, problems: 1 },
    ]);
  });

  it("gives offsets that point into the text", () => {
    const text = "x {{  inputs.name }} y {{ '{{' }} {{ inputs.n}}";
    const { parts, spans } = parseText(text);
    expect(spans.map((span) => text.slice(span.start, span.end))).toEqual(["inputs.name", "inputs.n"]);
    expect(spans.map((span) => text.slice(span.outerStart, span.outerEnd))).toEqual([
      "{{  inputs.name }}",
      "{{ inputs.n}}",
    ]);
    expect(parts).toEqual(["x ", { expr: "inputs.name" }, " y {{ ", { expr: "inputs.n" }]);
  });

  it("refuses null in text with what to write instead", () => {
    expect(() => render("{{ inputs.none }}")).toThrow("inputs.none is null and cannot stand in text");
  });

  it("makes a text with a secret in it a secret", () => {
    const text = render("Bearer {{ secrets.TOKEN }} of {{ inputs.name }}");
    expect(text).toBeInstanceOf(Secret);
    expect(String(text)).toBe("[redacted]");
    expect(text instanceof Secret && text.reveal()).toBe("Bearer hunter22 of Ada");
  });

  it("gives back any text without braces, in linear time", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes("{{")),
        (text) => {
          expect(render(text)).toBe(text);
        },
      ),
    );
    const started = performance.now();
    parseText("{{ '".repeat(100_000));
    parseText(`${"{{ '".repeat(100_000)}}}`);
    parseText("{{ a }}\n".repeat(50_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("values with holes", () => {
  it("keeps the type of a string that is exactly one hole", () => {
    const parsed = parseValue({
      a: "{{ inputs.list }}",
      b: "n={{ inputs.n }}",
      c: [1, "\\{{", null],
      "d.e": { f: "{{ secrets.TOKEN }}" },
    });
    expect(parsed.problems).toEqual([]);
    expect(parsed.spans.map((span) => [span.path.join("/"), span.whole])).toEqual([
      ["a", true],
      ["b", false],
      ["d.e/f", true],
    ]);
    expect(createEvaluator().renderValue(parsed.template, scope)).toEqual({
      a: [1, "a"],
      b: "n=3",
      c: [1, "{{", null],
      "d.e": { f: token },
    });
  });

  it("says in which string a problem is", () => {
    const { problems } = parseValue({ list: ["ok", "x {{ y"] });
    expect(problems).toMatchObject([{ code: "unclosed", path: ["list", 1], start: 2 }]);
  });

  it("takes keys as they are, whatever their name", () => {
    const value = JSON.parse('{"__proto__": {"x": "{{ inputs.n }}"}, "{{ k }}": 1}');
    const rendered = createEvaluator().renderValue(parseValue(value).template, scope);
    expect(JSON.stringify(rendered)).toBe('{"__proto__":{"x":3},"{{ k }}":1}');
  });
});

describe("an evaluator", () => {
  it("forgets the expressions unused for longest", () => {
    const evaluator = createEvaluator(10);
    for (let i = 0; i < 1_000; i++) expect(evaluator.evaluate(`inputs.n + ${i % 37}`, scope)).toBe(3 + (i % 37));
  });

  it("fails with a typed error on text that does not parse", () => {
    expect(() => createEvaluator().evaluate("a +", scope)).toThrow(
      expect.objectContaining({ code: "expression_failed" }),
    );
  });
});
