import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, it } from "vitest";
import { scanBlocks } from "./blocks.js";

const pieces = [
  "# One",
  "## Two ##",
  "## Not closed#",
  "## #",
  "### a # b ##\t",
  "### Three",
  "####",
  "#no",
  "text",
  "more text",
  "",
  "",
  "  ",
  "- item",
  "-",
  "* * *",
  "---",
  "===",
  "1. first",
  "2) second",
  "> quote",
  ">",
  "```js run",
  "```",
  "````yaml step",
  "````",
  "~~~",
  "<!-- comment",
  "-->",
  "<!-- whole -->",
  "<div>",
  "</div>",
  "<pre>",
  "end</pre>",
  "- ```sh",
  "> ## quoted",
  "- # in list",
];
const line = fc
  .tuple(
    fc.constantFrom("", "", "", "", " ", "  ", "   ", "    ", "\t", "> ", "- ", "      "),
    fc.constantFrom(...pieces),
  )
  .map(([indent, piece]) => indent + piece);
const document = fc.array(line, { maxLength: 14 }).map((lines) => lines.join("\n"));
const isFull = process.env.AIW_TEST_FULL === "1";

/** The same facts from a complete Markdown parser. */
function byParser(text: string): readonly string[] {
  return fromMarkdown(text).children.flatMap((node) => {
    const at = node.position?.start.line ?? 0;
    const end = node.position?.end.line ?? 0;
    // Setext headings are prose here.
    if (node.type === "heading" && /^ {0,3}#{1,6}(?:[ \t]|$)/.test(text.split("\n")[at - 1] ?? ""))
      return [`${at} h${node.depth}`];
    const isFence = node.type === "code" && /^ {0,3}(?:`{3}|~{3})/.test(text.split("\n")[at - 1] ?? "");
    return isFence ? [`${at}-${end} fence`] : [];
  });
}

function byScanner(text: string): readonly string[] {
  const lineOf = (offset: number) => text.slice(0, offset).split("\n").length;
  return scanBlocks(text, 0).flatMap((block) => {
    if (block.kind === "heading") return [`${lineOf(block.start)} h${block.level}`];
    if (block.kind === "fence" && !block.nested) return [`${lineOf(block.start)}-${lineOf(block.end)} fence`];
    return [];
  });
}

/**
 * Where the parser differs from CommonMark and its reference implementation: an empty or late list item after indented
 * code, and an empty item at once inside another item, are text to it.
 */
const known = /^(?: {4,}|\t)[^\n]*\n(?:[ \t]*\n)* {0,3}(?:[-*]|[2-9]\))(?:[ \t]|$)|^[\s>]*[-*][ \t]+-[ \t]*$/m;

describe("scanBlocks", () => {
  it("finds the headings and fences that a complete Markdown parser finds", () => {
    fc.assert(
      fc.property(document, (text) => {
        fc.pre(!known.test(text));
        expect(byScanner(text)).toEqual(byParser(text));
      }),
      { numRuns: isFull ? 20_000 : 1_500 },
    );
  });

  it("takes a lone tag as raw HTML, but not where it only goes on with a paragraph", () => {
    expect(byScanner("<b>\n# inside\n\n# One")).toEqual(["4 h1"]);
    expect(byScanner("text\n<b>\n# One")).toEqual(["3 h1"]);
    expect(byScanner("> text\n<b>\n<b>\n# One")).toEqual(["4 h1"]);
  });

  it("says where fences with a role stand inside lists and quotes", () => {
    const nested = (text: string) => scanBlocks(text, 0).filter((block) => block.kind === "fence" && block.nested);
    expect(nested("- a\n\n  ```bash run\n  x\n  ```\n")).toHaveLength(1);
    expect(nested("> > - ```yaml step\n")).toHaveLength(1);
  });

  it("takes time that grows with the text only, however deep it is nested", () => {
    const bombs = [
      "> ".repeat(300_000),
      "- ".repeat(300_000),
      `${"> ".repeat(40)}\n`.repeat(8_000),
      "<a\n".repeat(200_000),
    ];
    for (const bomb of [
      ...bombs,
      "*".repeat(600_000),
      "#\n".repeat(300_000),
      "```\n".repeat(150_000),
      "\n".repeat(600_000),
    ]) {
      const start = performance.now();
      scanBlocks(bomb, 0);
      expect(performance.now() - start).toBeLessThan(1_000);
    }
  });
});
