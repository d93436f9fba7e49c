import { Secret } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { commandLine, inputJson, redactedInput } from "./arguments.js";

describe("commandLine", () => {
  it("writes each kind of value in its form", () => {
    const input = { a: "x y", n: 3, t: true, f: false, none: null, absent: undefined, l: [1, "2"], m: { k: null } };
    expect(commandLine(input)).toEqual(["--a=x y", "--n=3", "--t", '--l=[1,"2"]', '--m={"k":null}']);
  });

  it("keeps hostile text one argument", () => {
    for (const text of ["$(touch x)", "'; rm -rf /", "--other=1", "a\nb", "", "\u202e", "%PATH%"]) {
      expect(commandLine({ a: text })).toEqual([`--a=${text}`]);
    }
  });

  it("leaves out secrets at any depth, and gives them through the input file", () => {
    const input = { token: new Secret("T", "hidden-1"), deep: JSON.parse("{}"), plain: "x" };
    Object.assign(input.deep, { list: [new Secret("U", "hidden-2")] });
    expect(commandLine(input)).toEqual(["--plain=x"]);
    expect(JSON.parse(inputJson(input))).toEqual({ token: "hidden-1", deep: { list: ["hidden-2"] }, plain: "x" });
    expect(JSON.stringify(redactedInput(input))).not.toContain("hidden");
  });

  it.each([
    ["a NUL character", { a: "x\0y" }],
    ["more than a command line takes", { a: "x".repeat(200_000) }],
    ["too much together", Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, "x".repeat(100_000)]))],
    ["a name that is no option", { "a=b": 1 }],
    ["a name with a space", { "a b": 1 }],
  ])("refuses %s", (_, input) => {
    expect(() => commandLine(input)).toThrow(expect.objectContaining({ code: "tool_arguments" }));
  });
});
