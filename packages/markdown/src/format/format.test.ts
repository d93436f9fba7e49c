import { describe, expect, it } from "vitest";
import { formatWorkflow } from "./format.js";

const format = (text: string, pinIds = false) => formatWorkflow(text, { file: "x.md", pinIds }).text;

const messy = `---
secrets:   [ TOKEN ]
# what goes in
inputs:
    base:   string = main   # a branch
    depth : integer = 3


env:  {A: "1",B: '2' }
aiw: 1   
---


#   Title  ##
About it.  
Second line.\t



## Instructions
Be brief.

## Steps
Documentation.
###  One   
Prompt with  spaces.  

  and more
~~~yaml  step
timeout: 5m
# why
retry:
      attempts: 2
      # slowly
      delay: 5s
id: first
needs:   []
~~~


The end of it.
### Two
\`\`\`bash  run
echo "a  "   

\`\`\`
Documentation.


#### Undo
\`\`\` sh run
echo back
\`\`\`
  \`\`\`yaml step
  timeout: 1m
  \`\`\``;

const neat = `---
aiw: 1
# what goes in
inputs:
  base: string = main   # a branch
  depth: integer = 3
secrets: [TOKEN]

env: { A: "1", B: '2' }
---
# Title
About it.  
Second line.

## Instructions
Be brief.

## Steps
Documentation.

### One
~~~yaml step
id: first
needs: []
# why
retry:
  attempts: 2
  # slowly
  delay: 5s
timeout: 5m
~~~
Prompt with  spaces.  

  and more

The end of it.

### Two
\`\`\`bash run
echo "a  "   

\`\`\`
Documentation.

#### Undo
\`\`\`yaml step
timeout: 1m
\`\`\`
\`\`\`sh run
echo back
\`\`\`
`;

describe("formatting a file", () => {
  it("gives it its one layout", () => {
    expect(format(messy)).toBe(neat);
  });

  it("changes nothing the second time", () => {
    expect(format(neat)).toBe(neat);
    expect(formatWorkflow(neat, { file: "x.md" }).changes).toEqual([]);
  });

  it("keeps windows line ends and a byte order mark", () => {
    expect(format(`\ufeff${messy.replaceAll("\n", "\r\n")}`)).toBe(`\ufeff${neat.replaceAll("\n", "\r\n")}`);
  });

  it("writes the id of every step whose heading gives it", () => {
    const pinned = format(messy, true);
    expect(pinned).toContain("### One\n~~~yaml step\nid: first\n");
    expect(pinned).toContain("### Two\n~~~yaml step\nid: two\n~~~\n```bash run\n");
    expect(format(pinned, true)).toBe(pinned);
  });

  it("leaves a file that is one prompt", () => {
    const prompt = "---\nmodel:   opus\n---\n# Do it  \n\n\n\nnow";
    expect(format(prompt, true)).toBe(prompt);
  });

  it("formats a file whose mistakes are not in its layout", () => {
    const text = "---\naiw: 1\n---\n## Steps\n### A\n```yaml step\ntiemout:   5m\n```\n{{ steps.nope.text }}";
    expect(format(text)).toBe(
      "---\naiw: 1\n---\n## Steps\n\n### A\n```yaml step\ntiemout: 5m\n```\n{{ steps.nope.text }}\n",
    );
  });

  it.each([
    ["settings that are broken", "---\naiw: 1\n---\n## Steps\n### A\n```yaml step\nneeds: [a\n```\nx", "x.md:8 YAML"],
    ["a fence that is not closed", "---\naiw: 1\n---\n## Steps\n### A\n```\nx", "x.md:6 this fence is not closed"],
    ["anchors", "---\naiw: 1\nenv: &a {}\n---\n## Steps\n### A\nx", "x.md:3 anchors"],
    ["front matter without end", "---\naiw: 1\n", "x.md:1 the front matter is not closed"],
  ])("refuses %s", (_name, text, message) => {
    expect(() => format(text)).toThrow(
      expect.objectContaining({ code: "workflow_invalid", message: expect.stringContaining(message) }),
    );
  });

  it("leaves settings between prose that would join to something else", () => {
    const text =
      "---\naiw: 1\n---\n## Steps\n\n### A\n\n- a list\n\n```yaml step\ntimeout: 5m\n```\n\n  ```text raw\n  {{ x }}\n  ```\n";
    expect(format(text)).toBe(text);
  });
});

const settings = (yaml: string) => {
  const text = format(`---\naiw: 1\n---\n## Steps\n### A\n\`\`\`yaml step\n${yaml}\n\`\`\`\nx\n`);
  return text.slice(text.indexOf("step\n") + 5, text.lastIndexOf("\n```"));
};

describe("formatting settings", () => {
  it.each([
    ["spaces after colons", "id:      a\ntimeout:   5m", "id: a\ntimeout: 5m"],
    ["spaces in braces", "env: {A: x,  B: y}", "env: { A: x, B: y }"],
    ["spaces in nested braces", "with: { a: [ 1,2 ], b: {c: {}}, d: [ ] }", "with: { a: [1, 2], b: { c: {} }, d: [] }"],
    ["a last comma", "needs: [a, b,]", "needs: [a, b]"],
    ["braces of JSON", 'with: {"a":1,"b":"x"}', 'with: { "a": 1, "b": "x" }'],
    ["braces over lines stay", "with: {\n  a: 1,\n      b: 2 }", "with: {\n  a: 1,\n      b: 2 }"],
    ["lists", "needs:\n- a\n-   b", "needs:\n  - a\n  - b"],
    ["maps in lists", "with:\n    -   a: 1\n        b: 2\n    - c: 3", "with:\n  - a: 1\n    b: 2\n  - c: 3"],
    ["lists in lists", "with:\n- - 1\n  - 2\n- - 3", "with:\n  - - 1\n    - 2\n  - - 3"],
    [
      "texts of several lines move as a whole",
      "with:\n    a: |\n        one\n          two  \n\n        three\n    b: 1",
      "with:\n  a: |\n      one\n        two  \n\n      three\n  b: 1",
    ],
    ["folded texts", "with:\n    a: one\n      two\n    b: 'x\n      y'", "with:\n  a: one\n    two\n  b: 'x\n    y'"],
    ["comments at the end of a line", "id: a   # why\ntimeout: 5m#x", "id: a   # why\ntimeout: 5m#x"],
    [
      "comments between keys",
      "timeout: 5m\n# about the id\nid: a\n# last",
      "# about the id\nid: a\ntimeout: 5m\n# last",
    ],
    [
      "comments inside a value",
      "timeout: 5m\nenv:\n    # first\n    A: x\n    # last of env\nid: a",
      "id: a\nenv:\n  # first\n  A: x\n  # last of env\ntimeout: 5m",
    ],
    ["a comment about all of them", "# All of it.\n\ntimeout: 5m\nid: a", "# All of it.\n\nid: a\ntimeout: 5m"],
    ["blank lines", "\n\nid: a\n\n\n\ntimeout: 5m\n\n", "id: a\n\ntimeout: 5m"],
    ["unknown keys come last", "zzz: 1\nid: a\naaa: 2", "id: a\nzzz: 1\naaa: 2"],
    ["numbers as written", "timeout: 5m\nmodel:   1.10", "model: 1.10\ntimeout: 5m"],
    ["settings in braces", "{timeout: 5m, id: a}", "{ timeout: 5m, id: a }"],
    ["only a comment", "# nothing", "# nothing"],
    ["values below their key", "if:\n    steps.a.text\n    != ''\nid:   a", "id: a\nif:\n    steps.a.text\n    != ''"],
  ])("%s", (_name, before, after) => {
    expect(settings(before)).toBe(after);
    expect(settings(after)).toBe(after);
  });
});
