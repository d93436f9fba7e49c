import type { Workflow } from "@aiw/core";
import { expect, it } from "vitest";
import { loadMarkdown } from "../load.js";
import { toYaml } from "./yaml.js";

function load(text: string): Workflow {
  const { workflow, problems } = loadMarkdown(text, { file: "x.md" });
  if (workflow === undefined) throw new Error(JSON.stringify(problems));
  return workflow;
}

it("writes settings, prompts and scripts as somebody would by hand", () => {
  const workflow = load(`---
aiw: 1
inputs: { base: string = main }
---
# Review
Looks at a branch.

## Instructions
Be kind.

## Steps

### Collect the diff
\`\`\`yaml step
env: { BASE: "{{ inputs.base }}" }
\`\`\`
\`\`\`bash run
git diff "$BASE"
\`\`\`

#### Undo
\`\`\`sh run
true
\`\`\`

### Review it
\`\`\`yaml step
id: review
output: { score: integer }
\`\`\`
Look at this:
{{ steps.collect_the_diff.text }}

## Finally

### clean
\`\`\`yaml step
tool: files.remove
\`\`\`
`);
  expect(toYaml(workflow)).toBe(`aiw: 1
name: Review
description: Looks at a branch.
inputs: { base: string = main }
instructions: Be kind.

steps:
  - title: Collect the diff
    env: { BASE: "{{ inputs.base }}" }
    run:
      lang: bash
      script: |
        git diff "$BASE"
    undo:
      run:
        lang: sh
        script: |
          true

  - title: Review it
    id: review
    output: { score: integer }
    prompt: |
      Look at this:
      {{ steps.collect_the_diff.text }}

finally:
  - id: clean
    tool: files.remove
`);
});
