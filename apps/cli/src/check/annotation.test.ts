import { expect, it } from "vitest";
import { hostileText } from "../testing/fake-context.js";
import { annotation } from "./annotation.js";

const problem = {
  code: "E201",
  severity: "error",
  file: "a.md",
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 8,
  message: "no",
} as const;

it("names file, line and columns, the end inclusive", () => {
  expect(annotation({ ...problem, help: "did you mean 'text'?" })).toBe(
    "::error file=a.md,line=3,endLine=3,col=5,endColumn=7,title=E201::no (did you mean 'text'?)",
  );
});

it("leaves columns out over several lines", () => {
  expect(annotation({ ...problem, endLine: 4 })).toBe("::error file=a.md,line=3,endLine=4,title=E201::no");
});

it("cannot be made to print a second command", () => {
  const text = annotation({ ...problem, file: "a,line=9::x\n::warning::.md", message: `50%\n::error::${hostileText}` });
  expect(text.split("\n")).toHaveLength(1);
  expect(text).toContain("file=a%2Cline=9%3A%3Ax%0A%3A%3Awarning%3A%3A.md,line=3");
  expect(text).not.toMatch(/\p{Cc}/u);
});
