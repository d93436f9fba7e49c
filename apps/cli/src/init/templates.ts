/** A first workflow. */
export interface Template {
  /** Below the project's folder. */
  readonly file: string;
  readonly about: string;
  readonly text: string;
  /** Command that runs it. */
  readonly command: string;
}

const hello = `---
aiw: 1
inputs: { name: string = world }
outputs: { greeting: steps.greet.text }
---
# Hello

Two scripts run at the same time, a third one uses what they found. No agent is needed.

## Steps

### Count the files
\`\`\`yaml step
needs: []
output: { files: integer }
\`\`\`
\`\`\`js run
import { readdirSync } from "node:fs";
console.log(JSON.stringify({ files: readdirSync(".").length }));
\`\`\`

### Look at the clock
\`\`\`yaml step
needs: []
output: string
\`\`\`
\`\`\`sh run
date +%A
\`\`\`

### Greet
\`\`\`yaml step
needs: [count_the_files, look_at_the_clock]
env:
  NAME: "{{ inputs.name }}"
  FILES: "{{ steps.count_the_files.output.files }}"
  DAY: "{{ steps.look_at_the_clock.output }}"
\`\`\`
\`\`\`sh run
echo "Hello $NAME, it is $DAY and there are $FILES files here."
\`\`\`
`;

const review = `---
aiw: 1
inputs:
  base: string = HEAD~1
outputs: { report: steps.merge.text }
---
# Review

Two agents look at the same diff in parallel, a third one merges what they found.

## Instructions
Report only what you can point at: a file, a line, and why it is wrong. Change no file.

## Steps

### Collect the diff
\`\`\`yaml step
env: { BASE: "{{ inputs.base }}" }
\`\`\`
\`\`\`bash run
git diff --unified=5 "$BASE"
\`\`\`

### Security
\`\`\`yaml step
needs: collect_the_diff
permissions: { write: [], run: [] }
timeout: 10m
retry: 1
\`\`\`
Look for injection, leaked secrets and missing permission checks in this diff:

{{ steps.collect_the_diff.text }}

### Correctness
\`\`\`yaml step
needs: collect_the_diff
permissions: { write: [], run: [] }
timeout: 10m
retry: 1
\`\`\`
Look for bugs, wrong edge cases and missing tests in this diff:

{{ steps.collect_the_diff.text }}

### Merge
\`\`\`yaml step
needs: [security, correctness]
permissions: { write: [], run: [] }
\`\`\`
Merge these two reviews into one short report in Markdown, the gravest finding first.

#### Security
{{ steps.security.text }}

#### Correctness
{{ steps.correctness.text }}
`;

const empty = `---
aiw: 1
---
# My workflow

## Steps

### First step
\`\`\`sh run
echo "replace me"
\`\`\`
`;

/** The workflows that \`aiw init\` can write. */
export const templates = {
  hello: {
    file: "flows/hello.md",
    about: "three scripts, two of them in parallel; runs without an agent",
    text: hello,
    command: "aiw run flows/hello.md --input name=you",
  },
  review: {
    file: "flows/review.md",
    about: "two agents review a diff in parallel, a third merges",
    text: review,
    command: "aiw run flows/review.md --input base=HEAD~1",
  },
  empty: {
    file: "flows/workflow.md",
    about: "one step to start from",
    text: empty,
    command: "aiw run flows/workflow.md",
  },
} as const satisfies Record<string, Template>;

/** Name of a template. */
export type TemplateName = keyof typeof templates;

/** A configuration in which everything is a comment: the defaults hold until somebody decides otherwise. */
export const configText = `# Settings of this project; all are optional. Each line shows a default or an example: remove its # to set it

# auto: [claude, codex]    # order in which \`agent: auto\` tries agents; the first that is ready runs

# agents:                  # programs of your own: the prompt on stdin, the answer on stdout
#   mine: { command: ./my-agent.sh, output: text, env: [MY_API_KEY] }

# limits: { processes: 8, agents: 4 }   # most attempts at once
# containment: auto        # bubblewrap | namespace | group: how firmly process trees are held
# durability: full         # normal survives a crash of the process, not a power cut
# lease: 15                # seconds of silence after which another process may take a run over
`;
