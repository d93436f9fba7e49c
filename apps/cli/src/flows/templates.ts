import type { NewFile } from "../init/files.js";

/** Names of the templates of `aiw workflow create`. */
export const templateNames = ["basic", "multi-step", "with-tools"] as const;

/** One of {@link templateNames}. */
export type FlowTemplateName = (typeof templateNames)[number];

/** What is made of a template. */
export interface NewFlow {
  /** What the workflow is called. */
  readonly title: string;
  /** Folder of its tools as the workflow names it; that of a bundle needs no declaration. */
  readonly toolsFolder: string;
  readonly isBundle: boolean;
}

/** The workflow of a template; each runs with \`--agent offline\`. */
export function workflowText(name: FlowTemplateName, flow: NewFlow): string {
  return { basic, "multi-step": multiStep, "with-tools": withTools }[name](flow);
}

/** Scripts of a template and their descriptions, below the folder of tools. */
export function toolFiles(name: FlowTemplateName): readonly NewFile[] {
  if (name !== "with-tools") return [];
  return [
    { name: "words.mjs", text: wordsScript, mode: 0o755 },
    { name: "words.yaml", text: wordsDescription },
  ];
}

/** What a bundle has besides its workflow and its tools. */
export function bundleFiles({ title }: NewFlow): readonly NewFile[] {
  return [
    { name: "config.yaml", text: configText },
    {
      name: "README.md",
      text: `# ${title}\n\nRun it with \`aiw run\` and the path of this folder; \`aiw workflow show\` tells what it takes and gives.\n`,
    },
  ];
}

const configText = `# Defaults of this bundle; flags and the front matter of workflow.md win over them. Remove a # to set one

# agent: [claude, codex]   # in order of preference
# timeout: 30m             # of a whole run
# env: { LC_ALL: C }
`;

function basic({ title }: NewFlow): string {
  return `---
aiw: 1
description: Gathers something and lets an agent say it in a few words.
inputs:
  folder: string = .
outputs: { summary: steps.summarise.text }
---
# ${title}

## Steps

### Look around
\`\`\`yaml step
env: { FOLDER: "{{ inputs.folder }}" }
output: { entries: integer, names: [string] }
\`\`\`
\`\`\`js run
import { readdirSync } from "node:fs";
const names = readdirSync(process.env.FOLDER);
console.log(JSON.stringify({ entries: names.length, names: names.slice(0, 20) }));
\`\`\`

### Summarise
Say in two sentences what is probably in a folder that holds this:

{{ json(steps.look_around.output) }}
`;
}

function multiStep({ title }: NewFlow): string {
  return `---
aiw: 1
description: Two scripts and two reviews run in parallel, the last step puts them together.
inputs:
  folder: string = .
  details: boolean = true
outputs: { report: steps.report.text }
---
# ${title}

## Instructions
Use only what you are given. Where it does not answer something, say so. Change no file.

## Steps

### Count the files
\`\`\`yaml step
needs: []
env: { FOLDER: "{{ inputs.folder }}" }
output: { files: integer, folders: integer }
\`\`\`
\`\`\`js run
import { readdirSync } from "node:fs";
const entries = readdirSync(process.env.FOLDER, { withFileTypes: true });
const files = entries.filter((entry) => entry.isFile()).length;
console.log(JSON.stringify({ files, folders: entries.length - files }));
\`\`\`

### Find the largest
\`\`\`yaml step
needs: []
env: { FOLDER: "{{ inputs.folder }}" }
retry: 1
\`\`\`
\`\`\`sh run
ls -lS "$FOLDER" | sed 1d | head -n 10
\`\`\`

### Describe the size
\`\`\`yaml step
needs: count_the_files
permissions: { write: [], run: [] }
\`\`\`
Is this a small or a large folder? Files and folders: {{ json(steps.count_the_files.output) }}

### Describe the contents
\`\`\`yaml step
needs: find_the_largest
if: inputs.details
permissions: { write: [], run: [] }
on-error: continue
\`\`\`
What are the largest files in this folder for?

{{ steps.find_the_largest.text }}

### Report
\`\`\`yaml step
permissions: { write: [], run: [] }
\`\`\`
Put these notes together in one short report in Markdown.

- Size: {{ steps.describe_the_size.text }}
- Contents: {{ steps.describe_the_contents.text ?? 'not looked at' }}
`;
}

function withTools({ title, toolsFolder, isBundle }: NewFlow): string {
  return `---
aiw: 1
description: A tool of this project counts, a step decides, an agent explains.
inputs:
  text: string = the quick brown fox jumps over the lazy dog
  limit: integer = 5
${isBundle ? "" : `tools: { local: ${toolsFolder} }\n`}outputs: { words: steps.count.output.words, explanation: steps.explain.text }
---
# ${title}

## Steps

### Count
\`\`\`yaml step
tool: words.count
with: { text: "{{ inputs.text }}" }
\`\`\`

### Longest words
\`\`\`yaml step
tool: words.longest
if: steps.count.output.words > inputs.limit
with: { text: "{{ inputs.text }}", limit: 3 }
\`\`\`

### Explain
Say in one sentence what these numbers tell about a text.

- Words: {{ steps.count.output.words }}
- Letters: {{ steps.count.output.letters }}
- Longest: {{ json(steps.longest_words.output ?? []) }}
`;
}

const wordsScript = `#!/usr/bin/env node
// Called as: words.mjs OPERATION. The arguments are JSON in the file $AIW_INPUT; the result goes to stdout.
import { readFileSync } from "node:fs";

const [operation] = process.argv.slice(2);
const { text, limit } = JSON.parse(readFileSync(process.env.AIW_INPUT, "utf8"));
const words = text.split(/\\s+/).filter((word) => word !== "");

switch (operation) {
  case "count":
    console.log(JSON.stringify({ words: words.length, letters: words.join("").length }));
    break;
  case "longest":
    console.log(JSON.stringify([...new Set(words)].sort((a, b) => b.length - a.length).slice(0, limit)));
    break;
  default:
    console.error(\`unknown operation \${operation}\`);
    process.exitCode = 1;
}
`;

const wordsDescription = `description: Facts about a text.
arguments: file
operations:
  count:
    description: Number of words and letters.
    parameters: { text: string }
    output: { words: integer, letters: integer }
    timeout: 30s
  longest:
    description: The longest words, the longest first.
    parameters: { text: string, limit: integer = 5 }
    output: [string]
    timeout: 30s
`;
