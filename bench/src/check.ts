import { loadMarkdown } from "@aiw/markdown";
import { cpuMs, interleave, type Suite } from "./report.js";

const maxGrowth = 5;

/** Checking a file: its growth with the number of steps, and a file of ordinary size. */
export const checkSuite: Suite = {
  title: "aiw check, in a process that is warm",
  async run({ short }) {
    const rounds = short ? 3 : 15;
    const [quarter, whole, small] = [workflowOf(250), workflowOf(1_000), smallWorkflow()];
    const works = [() => check(quarter), () => check(whole), () => check(small)];
    await interleave(short ? 1 : 5, works);
    const [part = 0, all = 0, little = 0] = await interleave(rounds, works);
    return [
      { name: "1,000 steps", ms: all, limitMs: part * 4, limit: "four times 250 steps", goal: maxGrowth / 4 },
      { name: `${small.length} bytes`, ms: little, limitMs: 10, limit: "10 ms", goal: 1 },
    ];
  },
};

async function check(text: string): Promise<number> {
  return await cpuMs(() => {
    const { problems } = loadMarkdown(text, { file: "bench.md" });
    const [first] = problems;
    if (first !== undefined) throw new Error(`${first.code} in line ${first.line}: ${first.message}`);
  });
}

/** Steps of every common kind, each with references to steps before it. */
function workflowOf(count: number): string {
  const parts = ["---\naiw: 1\ninputs: { name: string = bench }\n---\n# Bench\n\n## Steps\n"];
  for (let index = 0; index < count; index += 1) parts.push(stepOf(index));
  return parts.join("\n");
}

function stepOf(index: number): string {
  // A script reads the script before it, an agent the script right above.
  const read = index % 5 === 0 ? index - 5 : index - 1;
  const before = read < 0 ? "{{ inputs.name }}" : `{{ steps.s${read}.text ?? '' }} {{ inputs.name }}`;
  const settings = (text: string) => `### S${index}\n\`\`\`yaml step\n${text}\n\`\`\`\n`;
  switch (index % 5) {
    case 0:
      return `${settings(`env: { BEFORE: "${before}" }\non-error: continue`)}\`\`\`bash run\necho "$BEFORE"\n\`\`\`\n#### Undo\n\`\`\`bash run\necho undo\n\`\`\`\n`;
    case 1:
      return `${settings("output: { score: integer, issues: [{ file: string, why: string }] }\nretry: 2\non-error: continue")}Look at ${before} and say why.\n`;
    case 2:
      return `${settings(`if: steps.s${index - 1}.status == 'completed' && steps.s${index - 1}.output.score > 3\nforeach: steps.s${index - 1}.output.issues\nas: issue\nmax-parallel: 4\nenv: { FILE: "{{ issue.file }}" }`)}\`\`\`bash run\necho "$FILE"\n\`\`\`\n`;
    case 3:
      return `${settings(`needs: [s${index - 1}]\napproval: { by: [maintainer], fields: { note?: string } }\non-error: continue`)}Go on with ${index}?\n`;
    default:
      return `${settings(`wait: { signal: go_${index}, schema: { value: integer } }\non-error: continue`)}\n`;
  }
}

/** Two KiB of what people write. */
function smallWorkflow(): string {
  let text = workflowOf(5);
  for (let line = 0; text.length < 2_000; line += 1) {
    text = text.replace(
      "# Bench\n",
      `# Bench\nLine ${line} of the description of this workflow, as people write it.\n`,
    );
  }
  return text;
}
