import { expressionFunctions, expressionMacros, expressionMethods } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { inFile, typed } from "./__fixtures__/typed.js";
import { functionDocs, methodDocs, nameDocs, stepFieldDocs } from "./expression-docs.js";

describe("the words of expressions", () => {
  it("describes every function, method and macro", () => {
    expect(Object.keys(functionDocs)).toEqual(Object.keys(expressionFunctions));
    expect(Object.keys(methodDocs)).toEqual([...Object.keys(expressionMethods), ...expressionMacros]);
  });

  it("describes every name and every field of a step that is offered", () => {
    const places = [
      "### Go\n'''yaml step\nfail-if: ‸\n'''\n'''bash run\nmake\n'''",
      "### Go\n'''yaml step\nenv: { A: \"{{ ‸ }}\" }\n'''\n'''bash run\nmake\n'''",
    ];
    const about = (steps: string) => {
      const { analysis, offset } = typed(inFile(steps, "secrets: [A]\nenv: { B: c }\ninputs: { d: string }"));
      return analysis.completionsAt(offset);
    };
    for (const each of places.flatMap(about)) expect(each.about, each.label).toBeDefined();
    expect(Object.keys(nameDocs)).toEqual(expect.arrayContaining(["event", "error", "sections"]));
    const fields = about("### A\nA.\n\n### Go\nSee {{ steps.a.‸ }}");
    for (const { label } of fields) expect(stepFieldDocs, label).toHaveProperty([label]);
  });
});
