import { describe, expect, it } from "vitest";
import { loadMarkdown } from "../load.js";
import type { LoadOptions } from "../load-options.js";
import { loadWorkflowText } from "../load-text.js";
import { problemCodes } from "./codes.js";
import { steps } from "./example.js";

const child = steps("### Read\nRead {{ inputs.file }}.", "inputs: { file: string, depth?: integer }");
const options: LoadOptions = {
  file: "example.md",
  readFile: () => undefined,
  tools: [
    {
      name: "chat",
      operations: [
        {
          name: "post",
          parameters: {
            type: "object",
            properties: { text: { type: "string" }, count: { type: "integer" } },
            required: ["text"],
            additionalProperties: false,
          },
        },
        { name: "list", parameters: { type: "object" } },
      ],
    },
    { name: "make", operations: [{ name: "run" }] },
  ],
  readUse: (target) => {
    if (target !== "./review.md") return { message: `there is no workflow '${target}'` };
    const { workflow, outputs } = loadMarkdown(child, { file: target });
    if (workflow === undefined || outputs === undefined) throw new Error("the child does not load");
    const from = { folder: "/flows", bundle: false };
    return { workflow: { workflow, from }, inputs: workflow.inputs, outputs };
  },
};

/** Limits whose wrong example would not be an example any more. */
const generated: Readonly<Record<string, string>> = {
  E001: "x".repeat(1024 * 1024 + 1),
  E004: `---\naiw: 1\ndescription: ${"x".repeat(33 * 1024)}\n---\n## Steps\n\n### A\nDo it.\n`,
  E021: steps(`### A\n${"{{ 1 }}".repeat(10_001)}`),
  E131: steps(
    "### A\n'''yaml step\nforeach: { a: [1, 2, 3, 4, 5, 6], b: [1, 2, 3, 4, 5, 6], c: [1, 2, 3, 4, 5, 6], d: [1, 2, 3, 4, 5, 6], e: [1, 2, 3, 4, 5, 6], f: [1, 2] }\n'''\nDo it.",
  ),
  E020: `---\naiw: 1\n---\n## Steps\n${Array.from({ length: 2001 }, (_, index) => `### s${index}\nx\n`).join("")}`,
};

/** One code is about files in pure YAML. */
const fileOf = (code: string) => (code === "E025" ? "review.flow.yaml" : options.file);

describe("problemCodes", () => {
  for (const [code, doc] of Object.entries(problemCodes)) {
    it(`the wrong example of ${code} has this problem and no other`, () => {
      const { problems } = loadWorkflowText(generated[code] ?? doc.wrong, { ...options, file: fileOf(code) });
      expect([...new Set(problems.map((problem) => problem.code))]).toEqual([code]);
    });

    it(`the right example of ${code} has no problem`, () => {
      expect(loadWorkflowText(doc.right, { ...options, file: fileOf(code) }).problems).toEqual([]);
    });
  }
});
