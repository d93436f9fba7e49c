import { describe, expect, it } from "vitest";
import { analyze, applyChanges, problemCodes } from "../index.js";
import { inFile } from "./__fixtures__/typed.js";
import type { FileSymbol } from "./analysis.js";

const file = "flow.md";

describe("isWorkflow", () => {
  it("tells workflows from other Markdown", () => {
    const isWorkflow = (text: string, name = file) => analyze(text, { file: name }).isWorkflow;
    expect(isWorkflow("---\naiw: 1\n---\n# Title\n")).toBe(true);
    expect(isWorkflow("## Steps\n\n### Go\n```bash run\nmake\n```\n")).toBe(true);
    expect(isWorkflow("---\naiw: 1\nname: half\n\n# Title\n")).toBe(true);
    expect(isWorkflow("", "a.flow.yaml")).toBe(true);
    expect(isWorkflow("# Notes\n\n## Steps\n\n### Go\n")).toBe(false);
    expect(isWorkflow("---\ntitle: a\n---\n```yaml\naiw: 1\n```\n")).toBe(false);
    expect(isWorkflow("---\n\naiw: 1 is how a workflow begins.\n")).toBe(false);
    expect(isWorkflow("name: x", "other.yaml")).toBe(false);
  });
});

describe("problems", () => {
  it("are those of the loader, with their help", () => {
    const { problems } = analyze(inFile("### Go\n'''yaml step\nretyr: 2\n'''\nGo."), { file });
    expect(problems).toMatchObject([{ code: "E110", help: "did you mean 'retry'?" }]);
  });
});

describe("pure YAML", () => {
  it("has problems with their fixes, and nothing else", () => {
    const text = "aiw: 1\nsteps:\n  - title: Go\n    promt: Go.\n";
    const analysis = analyze(text, { file: "go.flow.yaml" });
    const [problem] = analysis.problems;
    expect(problem).toMatchObject({ code: "E110", line: 4 });
    const fix = problem === undefined ? undefined : analysis.fixOf(problem);
    const mended = applyChanges(text, fix === undefined ? [] : [fix.change]);
    expect(analyze(mended, { file: "go.flow.yaml" }).problems).toEqual([]);
    expect(analysis.completionsAt(10)).toEqual([]);
    expect(analysis.symbols()).toEqual([]);
  });
});

describe("symbols", () => {
  it("is the outline with inputs, sections, steps and undo", () => {
    const text = `${inFile("### Go\n'''bash run\nmake\n'''\n\n#### Undo\nTake it back.\n\n### Look\nLook.")}\n## Finally\n\n### Tell\nTell.\n`;
    const names = ({ name, kind, children }: FileSymbol): unknown => [kind, name, ...children.map(names)];
    expect(analyze(text, { file }).symbols().map(names)).toEqual([
      ["input", "base"],
      ["input", "files?"],
      [
        "title",
        "Review",
        ["steps", "Steps", ["step", "Go", ["undo", "Undo"]], ["step", "Look"]],
        ["steps", "Finally", ["step", "Tell"]],
      ],
    ]);
  });

  it("keeps every name inside its entry, and every entry inside the one around it", () => {
    const text = inFile("### \nNo title.\n\n### Go\nGo.").replace("# Review", "#");
    const check = (symbol: FileSymbol) => {
      expect(symbol.name).not.toBe("");
      expect(symbol.nameRange.start).toBeGreaterThanOrEqual(symbol.range.start);
      expect(symbol.nameRange.end).toBeLessThanOrEqual(symbol.range.end);
      for (const child of symbol.children) {
        expect(child.range.start).toBeGreaterThanOrEqual(symbol.range.start);
        expect(child.range.end).toBeLessThanOrEqual(symbol.range.end);
        check(child);
      }
    };
    for (const symbol of analyze(text, { file }).symbols()) check(symbol);
  });
});

describe("format", () => {
  it("gives the changes of the layout", () => {
    const text = inFile("### Go\nGo.\n'''yaml step\nmodel:   opus\n'''");
    expect(applyChanges(text, analyze(text, { file }).format())).toContain("### Go\n```yaml step\nmodel: opus\n```\n");
    expect(analyze("# Notes\n", { file }).format()).toEqual([]);
  });
});

describe("fixOf", () => {
  const tools = [{ name: "chat", operations: [{ name: "post" }, { name: "read" }] }];
  const examples = Object.entries(problemCodes).flatMap(([code, { wrong }]) => {
    const { problems } = analyze(wrong, { file, tools });
    const own = problems.filter((each) => each.code === code && each.help?.startsWith("did you mean") === true);
    return own.map((problem) => ({ code, wrong, problem }));
  });

  it("knows examples of many codes", () => {
    expect(new Set(examples.map(({ code }) => code)).size).toBeGreaterThan(7);
  });

  it.each(examples)("mends the wrong example of $code", ({ wrong, problem }) => {
    const fix = analyze(wrong, { file, tools }).fixOf(problem);
    expect(fix).toBeDefined();
    const mended = applyChanges(wrong, fix === undefined ? [] : [fix.change]);
    const same = analyze(mended, { file, tools }).problems.filter(
      ({ code, line }) => code === problem.code && line === problem.line,
    );
    expect(same).toEqual([]);
  });

  it("changes only the word that is wrong", () => {
    const text = inFile("### Go\n'''yaml step\ntool: chat.pots\n'''");
    const analysis = analyze(text, { file, tools });
    const [problem] = analysis.problems;
    const fix = problem === undefined ? undefined : analysis.fixOf(problem);
    expect(fix?.title).toBe("change 'pots' to 'post'");
  });

  it("offers nothing where the help is another one", () => {
    const analysis = analyze(inFile("### Go\n'''yaml step\nas: x\n'''\nGo."), { file });
    expect(analysis.problems.flatMap((problem) => analysis.fixOf(problem) ?? [])).toEqual([]);
  });
});
