import { describe, expect, it } from "vitest";
import { guarded, probe } from "./__fixtures__/load-probe.js";

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

/** Steps whose settings are made from their place. */
const made = (count: number, step: (at: number) => string, front = "") =>
  `---\naiw: 1\n${front}---\n## Steps\n${Array.from(
    { length: count },
    (_, at) => `### s${at}\n\`\`\`yaml step\n${step(at)}\n\`\`\`\nDo {{ run.id }}.\n`,
  ).join("")}`;
const before = (at: number) => Math.max(0, at - 1);

bombs.push(
  made(2_000, (at) => (at === 0 ? "foreach: [1, 2]" : `foreach: steps.s${at - 1}.items`)),
  made(2_000, (at) => (at === 0 ? "foreach: [1, 2]" : `foreach: steps.s${at - 1}.items.map(x, [x, x.value])`)),
  made(2_000, (at) => `foreach: steps.s${1_999 - at}.items ?? []\nneeds: [${at === 1_999 ? "" : `s${at + 1}`}]`),
  made(2_000, (at) => `foreach: "[steps.s${(at + 1) % 2_000}.items, steps.s${(at + 7) % 2_000}.items]"`),
  made(2_000, (at) => `repeat: { from: s${before(at)}, until: text == '', max: 2 }`),
  made(2_000, (at) => `repeat: { from: s0, until: steps.s${before(at)}.text == '', max: 2 }`),
  made(2_000, (at) =>
    at === 1_999 ? "repeat: { from: s0, until: text == '', max: 2 }" : `if: steps.s${at + 1}.status == 'completed'`,
  ),
  made(2_000, () => "session: s0"),
  made(2_000, (at) => `session: s${before(at)}`),
  made(2_000, () => "apply: s0\nworkspace: s1"),
  made(300, () => "use: ./child.md\nwith: { file: '{{ run.id }}', x: 1, y: 2, z: 3 }"),
  settings("foreach: [", "a,", "a]"),
  settings("foreach: { a: [", "1,", "1], b: [1, 2] }"),
  settings("foreach: { ", "a: [1], ", "b: [2] }"),
  settings("foreach: [", "{ a: 1, b: 2 },", "3]"),
  made(1, () => "timeout: 1m", `on: { schedule: "${"0-59,".repeat(6_000)} * * * *" }\n`),
  made(
    1,
    () => "timeout: 1m",
    `on: [${"{ schedule: { cron: '0 7 * * *', timezone: Europe/Berlin } },".repeat(400)} manual]\n`,
  ),
  made(1, () => "timeout: 1m", `on: [${"{ queue: { name: x, inputs: { a: 1, b: 2 } } },".repeat(500)} manual]\n`),
  `---\naiw: 1\n---\n## Steps\n### a\nx\n${"#### Undo\nx\n".repeat(60_000)}`,
  `---\naiw: 1\n---\n## Steps\n${"### a\nx\n#### Undo\n```bash run\n```\n".repeat(20_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\nx\n${"## Finally\n### b\nx\n".repeat(40_000)}`,
  `---\naiw: 1\n---\n## Steps\n### a\nx\n## Finally\n${Array.from({ length: 1_999 }, (_, at) => `### f${at}\n{{ steps.f${before(at)}.text ?? '' }}\n`).join("")}`,
);

describe("loading hostile files", () => {
  for (const [index, bomb] of bombs.entries()) {
    it(`ends within its deadline for bomb ${index + 1}`, () => {
      expect(probe(bomb)).toBeLessThan(2_000);
    });
  }
});
