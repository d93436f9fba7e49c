import { describe, expect, it } from "vitest";
import { loadMarkdown } from "../load.js";
import { toByteRange } from "./source-map.js";

const text = `---
aiw: 1
---
# Title

## Steps

### Übersetze
\`\`\`yaml step
timeout: 5m
\`\`\`
Say it.

#### Undo
\`\`\`yaml step
retry: 1
\`\`\`
\`\`\`sh run
echo
\`\`\`

### 12
Do it.
`;

describe("the source map", () => {
  const { entries } = loadMarkdown(text, { file: "x.md" }).source;
  const at = (kind: string, ...path: (string | number)[]) =>
    entries
      .filter((entry) => entry.kind === kind && entry.path.join("/") === path.join("/"))
      .map(({ start, end }) => text.slice(start, end));

  it("finds steps and their parts by id", () => {
    expect(at("step", "steps", "übersetze")).toEqual([
      text.slice(text.indexOf("### Übersetze"), text.indexOf("### 12")),
    ]);
    expect(at("step-heading", "steps", "übersetze")).toEqual(["### Übersetze"]);
    expect(at("settings", "steps", "übersetze")).toEqual(["```yaml step\ntimeout: 5m\n```"]);
    expect(at("prose", "steps", "übersetze")).toEqual(["Say it."]);
    expect(at("script", "steps", "übersetze")).toEqual([]);
  });

  it("finds the Undo of a step and its parts", () => {
    expect(at("undo", "steps", "übersetze", "undo")[0]).toMatch(/^#### Undo\n[\s\S]*echo\n```\n\n$/);
    expect(at("settings", "steps", "übersetze", "undo")).toEqual(["```yaml step\nretry: 1\n```"]);
    expect(at("script", "steps", "übersetze", "undo")).toEqual(["```sh run\necho\n```"]);
  });

  it("finds keys and values by the id of their step", () => {
    expect(at("key", "front", "aiw")).toEqual(["aiw"]);
    expect(at("value", "steps", "übersetze", "timeout")).toEqual(["5m"]);
    expect(at("value", "steps", "übersetze", "undo", "retry")).toEqual(["1"]);
  });

  it("takes the title where there is no id", () => {
    expect(at("prose", "steps", "12")).toEqual(["Do it."]);
  });

  it("gives bytes", () => {
    const heading = entries.find(({ kind }) => kind === "step-heading");
    const range = toByteRange(text, heading ?? { start: 0, end: 0 });
    expect(new TextDecoder().decode(new TextEncoder().encode(text).slice(range.start, range.end))).toBe(
      "### Übersetze",
    );
  });
});
