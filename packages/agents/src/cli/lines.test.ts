import { describe, expect, it } from "vitest";
import { createLineSplitter, createTail } from "./lines.js";

function split(chunks: readonly string[], limit?: number): readonly string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), limit);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe("lines of a stream", () => {
  it("joins what came in pieces, and takes an unfinished last line", () => {
    expect(split(["a", "b\nc", "d\r\n", "\n \nlast"])).toEqual(["ab", "cd", "last"]);
  });

  it("drops a line over the limit whole and reads on", () => {
    expect(split(["12345", "678", "9\nok\n", "123456789", "\nend"], 8)).toEqual(["ok", "end"]);
  });

  it("gives equal lines however the stream is cut", () => {
    const text = "alpha\n\nbeta\r\ngamma\n";
    for (let at = 0; at <= text.length; at += 1) {
      expect(split([text.slice(0, at), text.slice(at)])).toEqual(["alpha", "beta", "gamma"]);
    }
  });
});

it("keeps the end of a stream", () => {
  const tail = createTail(5);
  for (const chunk of ["abc", "def", "g"]) tail.push(chunk);
  expect(tail.text()).toBe("cdefg");
});
