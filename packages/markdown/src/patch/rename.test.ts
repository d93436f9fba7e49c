import { describe, expect, it } from "vitest";
import { loadMarkdown } from "../load.js";
import { patchWorkflow } from "./patch.js";
import { stepRefs } from "./step-refs.js";

/** Names `plan` wherever a file can name a step. */
const file = `---
aiw: 1
inputs: { list: [string] }
outputs:
  plan: steps.plan.text
  both: "steps.plan.status + steps['plan'].status"
---
# Everything

## House rules

Nothing here.

## Steps

### Plan
\`\`\`yaml step
workspace: new
output: { items: [string], plan?: string }
\`\`\`
Plan it. Not a name: plan, steps.plan, \\{{ steps.plan.text }}, {{ 'steps.plan' }}.

\`\`\`text raw
{{ steps.plan.text }}
\`\`\`

#### Undo
Forget {{ steps.plan.output.items.map(plan, plan + 'plan').join(',') }}.

### Go on
\`\`\`yaml step
needs: plan
session: 'plan'
workspace: "plan"
if: steps.plan.status == 'completed'
fail-if: text.contains('plan') && steps . plan . status == "failed"
\`\`\`
Go on with {{ steps["plan"].output.items }} and {{ json({{ steps.plan.output }} }}.

### Each
\`\`\`yaml step
needs:
  - plan # first
  - "go_on"
foreach: steps.plan.output.items
env:
  TEXT: |
    one {{ steps.plan.status }}
    two {{ steps.plan.output.items.size()
      + 1 }}
  ESCAPED: "tab\\t{{ steps.\\u0070lan.status }} \\
    {{ steps.plan.status }}"
  PLAIN: x {{ steps.plan.status }} # {{ steps.plan.text }}
cwd: "sub/{{ steps.plan.status }}"
\`\`\`
\`\`\`bash run
echo plan steps.plan
\`\`\`

### Matrix
\`\`\`yaml step
needs: [each, plan]
foreach: { file: steps.plan.output.items, size: [s, "{{ steps.plan.status }}"] }
\`\`\`
{{ item.file }}

### Merge
\`\`\`yaml step
apply: plan
\`\`\`

### Wait for it
\`\`\`yaml step
wait: { signal: "go-{{ steps.plan.status }}" }
\`\`\`

### Again
\`\`\`yaml step
repeat: { until: "steps.plan.status == 'completed'", max: 3, from: plan }
\`\`\`
Try {{ steps.plan.text ?? '' }}.

## On failure

### Tell
{{ steps.plan.status ?? 'plan' }}

## Finally

### Clean
\`\`\`yaml step
env: { S: "{{ steps.plan.status ?? '' }}" }
\`\`\`
\`\`\`sh run
echo
\`\`\`
`.replace("json({{ steps.plan.output }} }}", "json(steps.plan.output) }}");

const options = { file: "all.md" };
const model = (text: string) =>
  JSON.parse(
    JSON.stringify(loadMarkdown(text, options).workflow ?? null, (key, value) => (key === "at" ? undefined : value)),
  );

describe("the names of a step", () => {
  it("are found wherever a file can name one, and nowhere else", () => {
    const lines = stepRefs(file).map(({ id, start, end }) => {
      const line = file.slice(file.lastIndexOf("\n", start) + 1, file.indexOf("\n", start)).trim();
      return `${id === "plan" ? "" : `${id}: `}${line.replace(file.slice(start, end), "»")}`;
    });
    expect(lines.length).toBe(31);
    expect(lines.filter((line) => line.includes("Not a name") || line.includes("echo"))).toEqual([]);
  });

  it("take offsets of a text with a byte order mark into account", () => {
    const [plain] = stepRefs(file);
    const [marked] = stepRefs(`\ufeff${file}`);
    expect(marked?.start).toBe((plain?.start ?? 0) + 1);
  });
});

describe("renaming", () => {
  it("changes all of them, so that the model is the same but for the name", () => {
    const { problems } = loadMarkdown(file, options);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const { text } = patchWorkflow(file, { kind: "rename-step", step: "plan", title: "Zeichnen" }, options);
    expect(text).toContain("### Zeichnen\n");
    expect(text).toContain("Not a name: plan, steps.plan, \\{{ steps.plan.text }}, {{ 'steps.plan' }}.");
    expect(text).toContain("```text raw\n{{ steps.plan.text }}\n```");
    expect(text).toContain("{{ steps.zeichnen.output.items.map(plan, plan + 'plan').join(',') }}");
    expect(text).toContain("session: 'zeichnen'\nworkspace: \"zeichnen\"\n");
    expect(text).toContain("PLAIN: x {{ steps.zeichnen.status }} # {{ steps.plan.text }}\n");
    expect(JSON.stringify(model(text)).replaceAll("zeichnen", "plan").replace("Zeichnen", "Plan")).toBe(
      JSON.stringify(model(file)),
    );
    const back = patchWorkflow(text, { kind: "rename-step", step: "zeichnen", title: "Plan" }, options);
    expect(back.text).toBe(file.replace("\\u0070lan", "plan"));
  });
});
