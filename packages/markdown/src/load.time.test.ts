import { describe, expect, it } from "vitest";
import { guarded, readUse, timed } from "./__fixtures__/load-probe.js";
import { loadMarkdown } from "./load.js";

describe("the time of a check", () => {
  const step = (index: number) =>
    `### Step number x${index}\n\`\`\`yaml step\n${index === 0 ? "" : `needs: step_number_x${index - 1}\n`}env: { A: "{{ inputs.a }}" }\ntimeout: 5m\n\`\`\`\n\`\`\`bash run\necho hello\n\`\`\`\n${index === 0 ? "" : `Text of {{ steps.step_number_x${index - 1}.text }}.\n`}\n`;
  const file = (steps: number) =>
    `---\naiw: 1\ninputs: { a: string }\n---\n# Title\n\n## Steps\n\n${Array.from({ length: steps }, (_, index) => step(index)).join("")}`;
  const prompts = (steps: number) => file(steps).replaceAll(/```bash run\n.*\n```\n/g, "Do it.\n");

  it("grows with the number of steps that have conditions and read what may be null", () => {
    const time = (text: string) =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const { result, ms } = timed(() => loadMarkdown(text, { file: "flow.md" }));
          expect(result.problems).toEqual([]);
          return ms;
        }),
      );
    time(guarded(250, 9));
    const [few, many] = [time(guarded(250, 9)), time(guarded(1_000, 9))];
    process.stdout.write(`conditions: 250 steps ${few.toFixed(1)} ms, 1,000 steps ${many.toFixed(1)} ms\n`);
    expect(many / few).toBeLessThan(8);
  });

  const several = (at: number) => {
    const own = `s${at}`;
    const last = `s${at - 1}`;
    const kinds = [
      `foreach: inputs.list\nas: x\noutput: { n: integer }\n\`\`\`\n{{ x.name }}\n#### Undo\n{{ x.name }} {{ steps.${own}.output.n }}`,
      `foreach: { agent: [a, b], y: steps.${last}.items }\n\`\`\`\n{{ item.y.output.n + 1 }} {{ item.agent }}`,
      `approval: { fields: { note?: string } }\n\`\`\`\n{{ json(steps.${last}.items) }}`,
      `if: steps.${last}.output.approved\noutput: { n: integer }\n\`\`\`\n{{ steps.${last}.output.note ?? '' }}`,
      `session: ${last}\nrepeat: { from: ${last}, until: text == '', max: 3 }\n\`\`\`\n{{ steps.${last}.output.n ?? 0 }}`,
      `wait: { signal: go, schema: { ok: boolean } }\n\`\`\``,
      `use: ./child.md\nwith: { file: "{{ steps.${last}.output.ok ? 'a' : 'b' }}" }\n\`\`\``,
      `fail-if: text.size() > 100\n\`\`\`\n{{ steps.${last}.output.score + 1 }}`,
    ];
    return `### ${own}\n\`\`\`yaml step\n${kinds[at % kinds.length] ?? ""}\n`;
  };
  const everything = (steps: number) =>
    `---\naiw: 1\ninputs: { list: [{ name: string }] }\n---\n## Steps\n${Array.from({ length: steps }, (_, at) => several(at)).join("")}` +
    "## On failure\n### tell\n{{ error.message }} {{ steps.s0.status }}\n## Finally\n### end\n{{ run.status }}\n";

  it("grows with the number of steps that are loops, ranges, approvals, waits and sub-workflows", () => {
    const time = (text: string) =>
      Math.min(
        ...Array.from({ length: 4 }, () => {
          const { result, ms } = timed(() => loadMarkdown(text, { file: "flow.md", readUse }));
          expect(result.problems).toEqual([]);
          return ms;
        }),
      );
    time(everything(248));
    const [few, many] = [time(everything(248)), time(everything(1_000))];
    process.stdout.write(`everything: 248 steps ${few.toFixed(1)} ms, 1,000 steps ${many.toFixed(1)} ms\n`);
    expect(many / few).toBeLessThan(8);
  });

  it("is short for 2 KB and grows with the number of steps", () => {
    const time = (text: string) => {
      const { result, ms } = timed(() => loadMarkdown(text, { file: "flow.md" }));
      expect(result.problems).toEqual([]);
      return ms;
    };
    const best = (text: string, times: number) => Math.min(...Array.from({ length: times }, () => time(text)));
    const small = prompts(14);
    const figures = { small: best(small, 30), hundred: best(prompts(100), 5), thousand: best(prompts(1_000), 3) };
    process.stdout.write(
      `check: ${small.length} characters ${figures.small.toFixed(1)} ms, 100 steps ${figures.hundred.toFixed(1)} ms, ` +
        `1,000 steps ${figures.thousand.toFixed(1)} ms\n`,
    );
    expect(figures.small).toBeLessThan(10);
    expect(figures.thousand).toBeLessThan(2_000);
    expect(figures.thousand / figures.hundred).toBeLessThan(30);
  });
});
