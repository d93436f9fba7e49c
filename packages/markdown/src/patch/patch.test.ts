import { isAiwError } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { applyChanges } from "./changes.js";
import type { WorkflowEdit } from "./edit.js";
import { patchWorkflow } from "./patch.js";

const file = `---
aiw: 1 # the version
inputs:
  base: string = main
outputs: { report: steps.review.text }
---
# Review

About it.

## Steps

### Fetch the diff
\`\`\`yaml step
# three times
retry: 3
env: { BASE: "{{ inputs.base }}" }
\`\`\`
\`\`\`bash run
git diff "$BASE"
\`\`\`

### Review
\`\`\`yaml step
needs: [fetch_the_diff]   # only that
if: steps.fetch_the_diff.text != ''
timeout: 5m
\`\`\`
Review {{ steps.fetch_the_diff.text }}
and say {{ steps['fetch_the_diff'].status }}.

#### Undo
Forget {{ steps.fetch_the_diff.text }}.

### Post
\`\`\`bash run
echo done
\`\`\`

## Finally

### Clean up
Say what became of {{ steps.fetch_the_diff.status ?? 'nothing' }}.
`;

const options = { file: "review.md" };
const patch = (edit: WorkflowEdit, text = file) => patchWorkflow(text, edit, options);

/** The edit as lines: those that go with `-`, those that come with `+`. */
function lines(edit: WorkflowEdit, text = file): string {
  const { text: after, changes } = patch(edit, text);
  expect(applyChanges(text, changes)).toBe(after);
  const [a, b] = [text.split("\n"), after.split("\n")];
  const gone = a.filter((line) => !b.includes(line)).map((line) => `-${line}`);
  return [...gone, ...b.filter((line) => !a.includes(line)).map((line) => `+${line}`)].join("\n");
}

function reasonOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (isAiwError(error, "patch_failed")) return error.details?.reason;
    throw error;
  }
  return "none";
}

describe("an edit of settings", () => {
  it("changes one line", () => {
    expect(lines({ kind: "set", step: "review", path: ["timeout"], value: "10m" })).toBe("-timeout: 5m\n+timeout: 10m");
  });

  it("adds one line, and opens a short form", () => {
    expect(lines({ kind: "set", step: "fetch_the_diff", path: ["timeout"], value: "1m" })).toBe("+timeout: 1m");
    expect(lines({ kind: "set", step: "fetch_the_diff", path: ["retry", "delay"], value: "5s" })).toBe(
      "-retry: 3\n+retry: { attempts: 3, delay: 5s }",
    );
  });

  it("makes the fence of a step that has none, and takes it away with its last key", () => {
    const edit = { step: "post", path: ["timeout"] } as const;
    const { text } = patch({ kind: "set", ...edit, value: "1m" });
    expect(text).toContain("### Post\n```yaml step\ntimeout: 1m\n```\n```bash run\n");
    expect(patch({ kind: "remove", ...edit }, text).text).toBe(file);
  });

  it("edits the front matter, and makes one", () => {
    expect(lines({ kind: "set", path: ["inputs", "depth"], value: "integer = 3" })).toBe("+  depth: integer = 3");
    const bare = file.replace(/^---\n[\s\S]*?\n---\n/, "").replaceAll("inputs.base", "'x'");
    expect(patch({ kind: "set", path: ["aiw"], value: 1 }, bare).text).toBe(`---\naiw: 1\n---\n${bare}`);
  });

  it("edits and makes an Undo", () => {
    expect(lines({ kind: "set", step: "review", undo: true, path: ["timeout"], value: "1m" })).toBe("+timeout: 1m");
    const { text } = patch({ kind: "set-script", step: "post", undo: true, code: "echo back" });
    expect(text).toContain("echo done\n```\n\n#### Undo\n\n```bash run\necho back\n```\n\n## Finally");
  });

  it("leaves workflows in pure YAML to other tools", () => {
    const edit = { kind: "set", path: ["name"], value: "x" } as const;
    expect(reasonOf(() => patchWorkflow("aiw: 1\n", edit, { file: "a.flow.yaml" }))).toBe("unreadable");
  });

  it("sets no id by itself", () => {
    expect(reasonOf(() => patch({ kind: "set", step: "review", path: ["id"], value: "x" }))).toBe("no_place");
  });

  it("keeps windows line ends and a byte order mark", () => {
    const windows = `\ufeff${file.replaceAll("\n", "\r\n")}`;
    const { text, changes } = patch({ kind: "set", step: "review", path: ["retry"], value: 1 }, windows);
    expect(text).toBe(windows.replace("timeout: 5m\r\n", "retry: 1\r\ntimeout: 5m\r\n"));
    expect(applyChanges(windows, changes)).toBe(text);
  });

  it("makes a fence of tildes where the file has them", () => {
    const tildes = file.replaceAll("```yaml step", "~~~yaml step").replace(/(~~~yaml step\n[^`]*)```/g, "$1~~~");
    const { text } = patch({ kind: "set", step: "post", path: ["timeout"], value: "1m" }, tildes);
    expect(text).toContain("### Post\n~~~yaml step\ntimeout: 1m\n~~~\n");
  });
});

describe("an edit of text", () => {
  it("changes only the words that differ", () => {
    const prose = "Review {{ steps.fetch_the_diff.text }}\nand praise {{ steps['fetch_the_diff'].status }}.";
    const { changes } = patch({ kind: "set-prose", step: "review", text: `\n${prose}\n\n` });
    expect(changes.map(({ text }) => text)).toEqual(["praise"]);
  });

  it("adds prose to a script", () => {
    expect(patch({ kind: "set-prose", step: "post", text: "Tells people." }).text).toContain(
      "echo done\n```\n\nTells people.\n\n## Finally",
    );
  });

  it("changes the stretch that differs of prose with fences between", () => {
    const text = file
      .replace("echo done\n```\n", "echo done\n```\n\nBelow.\n")
      .replace("### Post\n", "### Post\nAbove.\n\n");
    expect(lines({ kind: "set-prose", step: "post", text: "Above.\n\nUnder." }, text)).toBe("-Below.\n+Under.");
    expect(patch({ kind: "set-prose", step: "post", text: "All." }, text).text).toContain(
      "### Post\nAll.\n\n```bash run",
    );
    expect(patch({ kind: "set-prose", step: "post", text: "" }, text).text).toContain(
      "### Post\n```bash run\necho done\n```\n\n## Finally",
    );
  });

  it("changes lines of a script, and lengthens the fence where it must", () => {
    expect(lines({ kind: "set-script", step: "post", code: "echo done\necho more\n" })).toBe("+echo more");
    expect(patch({ kind: "set-script", step: "post", code: "echo '\n```\n'" }).text).toContain(
      "````bash run\necho '\n```\n'\n````\n",
    );
    expect(lines({ kind: "set-script", step: "post", code: "echo done", lang: "sh" })).toBe("+```sh run");
  });

  it("refuses text that would be structure", () => {
    const broken = ["### A step\nof its own", "```bash run\nls\n```", "```\nnot closed", "#### Undo\nit", "<!-- open"];
    for (const text of broken) {
      expect(reasonOf(() => patch({ kind: "set-prose", step: "review", text }))).toMatch(/not_as_asked|problems/);
    }
  });
});

describe("an edit of steps", () => {
  it("adds a step behind another, and takes it away again", () => {
    const step = {
      title: "Say it",
      settings: { timeout: "1m", needs: ["review"] },
      prose: "Say {{ steps.review.text ?? '' }}.\n",
    };
    const { text } = patch({ kind: "add-step", step, after: "review" });
    expect(text).toContain(
      ".\n\n### Say it\n```yaml step\nneeds: [review]\ntimeout: 1m\n```\n\nSay {{ steps.review.text ?? '' }}.\n\n### Post\n",
    );
    expect(patch({ kind: "remove-step", step: "say_it" }, text).text).toBe(file);
  });

  it("adds a step in the first and the last place, and makes the section", () => {
    const step = { title: "Say it", script: { lang: "sh", code: "echo hi" } } as const;
    expect(patch({ kind: "add-step", step, after: null }).text).toContain(
      "## Steps\n\n### Say it\n\n```sh run\necho hi\n```\n\n### Fetch the diff\n",
    );
    expect(patch({ kind: "add-step", step, section: "finally" }).text).toBe(
      `${file}\n### Say it\n\n\`\`\`sh run\necho hi\n\`\`\`\n`,
    );
    expect(patch({ kind: "add-step", step, section: "onFailure" }).text).toContain(
      "```\n\n## On failure\n\n### Say it\n\n```sh run\necho hi\n```\n\n## Finally\n",
    );
  });

  it("moves a step and back again", () => {
    const { text } = patch({ kind: "move-step", step: "post", after: null });
    expect(text.indexOf("### Post")).toBeLessThan(text.indexOf("### Fetch"));
    expect(patch({ kind: "move-step", step: "post", after: "review" }, text).text).toBe(file);
    const there = patch({ kind: "move-step", step: "post", after: "clean_up" });
    expect(there.text.endsWith("}}.\n\n### Post\n```bash run\necho done\n```\n")).toBe(true);
    expect(patch({ kind: "move-step", step: "post", after: "review" }, there.text).text).toBe(file);
  });

  it("refuses to remove a step that others name", () => {
    expect(reasonOf(() => patch({ kind: "remove-step", step: "fetch_the_diff" }))).toBe("problems");
    const allowed = patchWorkflow(
      file,
      { kind: "remove-step", step: "fetch_the_diff" },
      { ...options, allowProblems: true },
    );
    expect(allowed.problems.length).toBeGreaterThan(0);
    expect(allowed.text).not.toContain("### Fetch");
  });

  it("refuses a step that is not there", () => {
    expect(reasonOf(() => patch({ kind: "remove-step", step: "nope" }))).toBe("unknown");
  });
});

describe("renaming a step", () => {
  it("changes its heading and every place that names it", () => {
    const { text } = patch({ kind: "rename-step", step: "fetch_the_diff", title: "Get it" });
    expect(text).toBe(file.replace("### Fetch the diff", "### Get it").replaceAll("fetch_the_diff", "get_it"));
    expect(patch({ kind: "rename-step", step: "get_it", title: "Fetch the diff" }, text).text).toBe(file);
  });

  it("keeps the heading when only an id is given", () => {
    const { text } = patch({ kind: "rename-step", step: "fetch_the_diff", id: "diff" });
    expect(text).toContain("### Fetch the diff\n```yaml step\nid: diff\n# three times\n");
    expect(text).not.toContain("fetch_the_diff");
    const again = patch({ kind: "rename-step", step: "diff", id: "changes" }, text);
    expect(lines({ kind: "rename-step", step: "diff", title: "Get it" }, text)).toBe(
      "-### Fetch the diff\n+### Get it",
    );
    expect(again.text).toContain("id: changes\n");
  });

  it("refuses a name that is taken or none", () => {
    expect(reasonOf(() => patch({ kind: "rename-step", step: "review", id: "post" }))).toBe("no_place");
    expect(reasonOf(() => patch({ kind: "rename-step", step: "review", title: "1" }))).toBe("no_place");
    expect(reasonOf(() => patch({ kind: "rename-step", step: "review", title: "a\nb" }))).toBe("not_as_asked");
    const twice = file.replace("### Post", "### Review");
    expect(reasonOf(() => patch({ kind: "rename-step", step: "review", id: "x" }, twice))).toBe("no_place");
  });

  it("leaves what only looks like the name", () => {
    const odd = file
      .replace("About it.", "About steps.fetch_the_diff and fetch_the_diff.")
      .replace("echo done", "echo fetch_the_diff")
      .replace("Forget", "\\{{ steps.fetch_the_diff.text }} [1].map(x, x.fetch_the_diff) forget");
    const { text } = patch({ kind: "rename-step", step: "fetch_the_diff", title: "Get it" }, odd);
    expect(text.match(/fetch_the_diff/g)?.length).toBe(5);
  });
});

describe("a file with problems", () => {
  const broken = file.replace("timeout: 5m", "tiemout: 5m").replace("echo done", "echo {{ inputs.base }}");

  it("can be edited where the settings can be read", () => {
    expect(lines({ kind: "set", step: "fetch_the_diff", path: ["retry"], value: 1 }, broken)).toBe(
      "-retry: 3\n+retry: 1",
    );
    const mended = patch({ kind: "remove", step: "review", path: ["tiemout"] }, broken);
    expect(mended.problems.map(({ code }) => code)).toEqual(["E215"]);
  });

  it("gets no more of them", () => {
    const edit = { kind: "set", step: "fetch_the_diff", path: ["retry"], value: "often" } as const;
    expect(reasonOf(() => patch(edit, broken))).toBe("problems");
  });

  it("is left alone where the settings cannot be read", () => {
    const unread = file.replace("timeout: 5m", "timeout: [5m");
    expect(reasonOf(() => patch({ kind: "set", step: "review", path: ["retry"], value: 1 }, unread))).toBe(
      "unreadable",
    );
    expect(reasonOf(() => patch({ kind: "rename-step", step: "fetch_the_diff", id: "x" }, unread))).toBe("unreadable");
    expect(
      reasonOf(() => patch({ kind: "set", path: ["name"], value: "x" }, file.replace("outputs: {", "outputs: {{"))),
    ).toBe("unreadable");
    expect(reasonOf(() => patch({ kind: "set", path: ["name"], value: "x" }, "---\naiw: 1\n"))).toBe("unreadable");
    expect(lines({ kind: "set", step: "fetch_the_diff", path: ["retry"], value: 1 }, unread)).toBe(
      "-retry: 3\n+retry: 1",
    );
  });
});
