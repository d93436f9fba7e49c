import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadMarkdown } from "./load.js";
import { problemCodes } from "./problems/codes.js";
import { formatProblem } from "./problems/format.js";

const isFull = process.env.AIW_TEST_FULL === "1";
const runs = isFull ? 10_000 : 1_000;
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 2 ** 31);

const fixtures = ["valid.txt", "invalid.txt"].flatMap((name) =>
  readFileSync(new URL(`__fixtures__/${name}`, import.meta.url), "utf8")
    .split(/^=== .*\n/m)
    .slice(1)
    .map((text) => text.replaceAll(/«[EW]\d{3}»/g, "")),
);
fixtures.push(readFileSync(new URL("__fixtures__/language-example.md", import.meta.url), "utf8"));

const nasty = [
  "{{",
  "}}",
  "```",
  "```yaml step",
  "```bash run",
  "~~~",
  "---",
  "### ",
  "## Steps",
  "#### Undo",
  "<!--",
  "\t",
  "\u0000",
  "\u202e",
  "\ud800",
  "&a",
  "*a",
  "<<: *a",
  "!!binary",
  "? ",
  "- - - -",
  "{{ steps.a.output }}",
  "{{ sections.a }}",
  "needs: [a",
  "__proto__: 1",
  "constructor: x",
  "id: __proto__",
  ": ",
  "|2-",
  ">+",
  '"\\u',
  "'",
  "\r",
  "\u2028",
  "aiw: 1",
  "$schema: ./x.json",
  "1e999",
];

const bombs = [
  `---\naiw: 1\n${"[".repeat(20_000)}\n---\n`,
  `---\naiw: 1\na: ${"{a: ".repeat(6_000)}\n---\n`,
  `---\naiw: 1\n${"- ".repeat(12_000)}\n---\n`,
  `---\naiw: 1\n${Array.from({ length: 900 }, (_, depth) => `${" ".repeat(depth % 30)}k${depth}:`).join("\n")}\n---\n`,
  `---\naiw: 1\na: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n---\n`,
  `---\naiw: 1\n${Array.from({ length: 3_000 }, (_, index) => `k${index}: 1`).join("\n")}\n---\n`,
  `---\naiw: 1\n---\n## Steps\n### a\n${"{{ ".repeat(100_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\n${"{{ a }}".repeat(40_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\n{{ ${"(".repeat(4_000)} }}`,
  `---\naiw: 1\n---\n## Steps\n${"### a\nx\n".repeat(50_000)}`,
  `---\naiw: 1\n---\n## Steps\n${"### a\n```yaml step\nneeds: [zz]\n```\nx\n".repeat(8_000)}`,
  `---\naiw: 1\n---\n${Array.from({ length: 60 }, (_, at) => `## s${at}\n{{ sections.s${at + 1} }}{{ sections.s${at + 1} }}\n`).join("")}## s60\nx\n## Steps\n### a\n{{ sections.s0 }}\n`,
  `---\naiw: 1\n---\n## Steps\n### a\n${"> ".repeat(200_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\n${"```x\n".repeat(100_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\n${"```yaml step\n```\n".repeat(30_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\n\`\`\`yaml step\nenv: { A: "${"\\u0041".repeat(5_000)}{{ nope }}" }\n\`\`\`\n`,
  `---\n${"x: 1\n".repeat(100_000)}`,
  `${"\r\n".repeat(300_000)}`,
  "'{{ ".repeat(100_000),
  `---\naiw: 1\n---\n## Steps\n### a\n${"'{{ ".repeat(50_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\n{{ '${"{{".repeat(500_000)}`,
  `---\naiw: 1\n---\n${"## s\n".repeat(190_000)}## Steps\n### a\nx`,
  `---\naiw: 1\n---\n## Steps\n### a\n#### b${" ".repeat(1_000_000)}x`,
  `# a${" ".repeat(1_000_000)}b`,
  `#${" \t".repeat(500_000)}`,
  `---\naiw: 1\nenv: { A: "${"\\x41".repeat(3_000)}${"{{ 1 + }}".repeat(2_000)}" }\n---\n## Steps\n### a\nx`,
  `---\naiw: 1\n---\n## Steps\n${Array.from({ length: 300 }, (_, at) => `### s${at}\n\`\`\`yaml step\nneeds: [${Array.from({ length: 90 }, (_, other) => `s${(at + other * 7) % 300}`).join(", ")}]\n\`\`\`\nx\n`).join("")}`,
  `---\naiw: 1\n---\n## Steps\n### a\n${'<a b="'.repeat(50_000)}\n<a${" b".repeat(100_000)}`,
];

const mebibyte = 1024 * 1024;
/** A file of 1 MiB that is mostly one text again and again. */
const filled = (part: string, before = "---\naiw: 1\n---\n## Steps\n### a\n") =>
  before + part.repeat(Math.floor((mebibyte - before.length) / part.length));
/** A file of 1 MiB of steps with 31 KiB of settings each. */
const settings = (start: string, part: string, end = "", count = 33) =>
  `---\naiw: 1\n---\n## Steps\n${Array.from(
    { length: count },
    (_, at) =>
      `### s${at}\n\`\`\`yaml step\n${start}${part.repeat(Math.floor(31_000 / part.length))}${end}\n\`\`\`\nx\n`,
  ).join("")}`;
const guarded = (steps: number, reads: number) =>
  `---\naiw: 1\n---\n## Steps\n### s0\nx\n${Array.from(
    { length: steps - 1 },
    (_, at) =>
      `### s${at + 1}\n\`\`\`yaml step\nif: steps.s${at}.status == 'completed'\n\`\`\`\n${`{{ steps.s${at}.text }} `.repeat(reads)}\n`,
  ).join("")}`;

bombs.push(
  filled("{{1}}"),
  filled("{{+}}"),
  filled(`{{${"(".repeat(61)}}}`),
  filled(`{{${"[".repeat(61)}}}`),
  filled(`{{${"(".repeat(55)}1${")".repeat(70)}}}`),
  filled(`{{${"1+".repeat(240)}1}}`),
  filled(`{{[${"1,".repeat(480)}1]}}`),
  filled(`{{${"inputs.a==null?1:".repeat(50)}1}}`, "---\naiw: 1\ninputs: {a?: string}\n---\n## Steps\n### a\n"),
  filled("{{inputs.a}}", "---\naiw: 1\ninputs: {a?: string}\n---\n## Steps\n### a\n"),
  filled("```a raw\n```\n"),
  filled("```a raw\nx\n```\n"),
  filled("```bash run\n```\nx\n"),
  filled("- a\n"),
  settings('env: { A: "', "{{ 1 + }}", '" }'),
  settings('env: { A: "', "{{1}}", '" }'),
  settings("needs: [", "a,", "a]"),
  settings("needs: [", "s0,", "s0]"),
  settings("needs:\n", "- a\n"),
  settings("with: [", "1,", "1]"),
  settings("a: ", "["),
  settings("a: &a ", "*a "),
  settings("a: [", "!a b,", "]"),
  settings("a: [", "{{a}},", "]"),
  settings("", ": : :\n"),
  settings("", "k: 1\n"),
  guarded(2_000, 4),
  guarded(1_000, 9),
  `---\naiw: 1\ninputs: {a?: string}\n---\n## Steps\n${`### s\n\`\`\`yaml step\nif: inputs.a != null${" && true".repeat(100)}\n\`\`\`\n${"{{inputs.a}} ".repeat(340)}\n`.repeat(28)}`,
);

const mutation = fc.record({
  kind: fc.constantFrom("delete", "duplicate", "swap", "insert", "cut", "replace", "bytes"),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  text: fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary", maxLength: 12 })),
});
type Mutation = { kind: string; at: number; to: number; text: string };

function mutate(text: string, { kind, at, to, text: inserted }: Mutation): string {
  const lines = text.split("\n");
  const first = Math.floor(at * lines.length);
  const second = Math.floor(to * lines.length);
  const offset = Math.floor(at * text.length);
  switch (kind) {
    case "delete":
      return lines.toSpliced(first, 1).join("\n");
    case "duplicate":
      return lines.toSpliced(first, 0, ...lines.slice(second, second + 8)).join("\n");
    case "swap":
      return lines
        .with(first, lines[second] ?? "")
        .with(second, lines[first] ?? "")
        .join("\n");
    case "insert":
      return text.slice(0, offset) + inserted + text.slice(offset);
    case "cut":
      return text.slice(0, offset);
    case "replace":
      return text.slice(0, offset) + inserted + text.slice(offset + inserted.length);
    default:
      return text.slice(0, offset) + inserted.repeat(1 + Math.floor(to * 40)) + text.slice(offset);
  }
}

/** Runs something and gives the ms of processor time it took: wall time would count what else the machine does. */
function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return { result, ms: (user + system) / 1_000 };
}

/** Loads a text and checks what must hold of any text; gives the ms it took. */
function probe(text: string): number {
  const { result, ms } = timed(() => loadMarkdown(text, { file: "fuzz.md", tools: [] }));
  const { workflow, problems } = result;
  const lines = text.split(/\r\n|\n|\r/).length;
  for (const problem of problems) {
    if (!Object.hasOwn(problemCodes, problem.code)) throw new Error(`unknown code ${problem.code}`);
    if (problem.line < 1 || problem.line > lines || problem.column < 1) throw new Error(JSON.stringify(problem));
    if (problem.endLine < problem.line) throw new Error(JSON.stringify(problem));
  }
  const [first] = problems;
  if (first !== undefined) formatProblem(first, text);
  const hasErrors = problems.some(({ severity }) => severity === "error");
  if (hasErrors === (workflow !== undefined)) throw new Error("a workflow and errors, or neither");
  if (workflow !== undefined) JSON.stringify(workflow);
  return ms;
}

describe("loading hostile files", () => {
  it(`never throws and never takes a second: ${runs} mutated files`, () => {
    let slowest = 0;
    const file = fc
      .tuple(fc.constantFrom(...fixtures), fc.array(mutation, { minLength: 1, maxLength: 6 }))
      .map(([text, mutations]) => mutations.reduce(mutate, text));
    const arbitrary = fc.oneof(
      { weight: 12, arbitrary: file },
      { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    );
    fc.assert(
      fc.property(arbitrary, (text) => {
        slowest = Math.max(slowest, probe(text));
      }),
      { numRuns: runs, seed },
    );
    process.stdout.write(`fuzz: seed ${seed}, ${runs} files, slowest ${slowest.toFixed(1)} ms\n`);
    expect(slowest).toBeLessThan(1_000);
  }, 300_000);

  for (const [index, bomb] of bombs.entries()) {
    it(`ends within its deadline for bomb ${index + 1}`, () => {
      expect(probe(bomb)).toBeLessThan(2_000);
    });
  }
});

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
