import { describe, expect, it } from "vitest";
import { createStyle } from "../output/style.js";
import { hostileText } from "../testing/fake-context.js";
import { step, workflow } from "../testing/steps.js";
import { createFlow } from "./flow.js";
import { layoutSteps } from "./layout.js";
import { renderMermaid } from "./mermaid.js";
import { renderText } from "./text.js";

const review = workflow([
  step("collect"),
  step("security", ["collect"], { kind: "agent", prompt: ["x"], agent: [{ agent: "claude", model: "opus" }] }),
  step("performance", ["collect"], { kind: "agent", prompt: ["x"], onError: "continue" }),
  step("merge", ["collect", "security", "performance"], { if: "inputs.merge" }),
]);

describe("layout", () => {
  it("keeps of the default needs only the step before", () => {
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const placed = layoutSteps(names.map((id, index) => step(id, names.slice(0, index))));
    expect(placed.map(({ after }) => after)).toEqual(names.map((_, index) => (index === 0 ? [] : [names[index - 1]])));
    expect(placed.at(-1)?.level).toBe(200);
  });

  it("keeps both branches of a diamond and drops the edge that they imply", () => {
    const placed = layoutSteps(review.steps);
    expect(placed.map(({ level }) => level)).toEqual([1, 2, 2, 3]);
    expect(placed.map(({ after }) => after)).toEqual([[], ["collect"], ["collect"], ["security", "performance"]]);
  });

  it("reaches the same steps as the whole graph, in random graphs", () => {
    for (let round = 0; round < 50; round += 1) {
      let seed = round + 1;
      const random = () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed / 2_147_483_647;
      };
      const steps = Array.from({ length: 40 }, (_, index) =>
        step(
          `s${index}`,
          Array.from({ length: index }, (_, need) => `s${need}`).filter(() => random() < 0.15),
        ),
      );
      const reduced = layoutSteps(steps).map(({ step: { id }, after }) => step(id, after));
      for (const { id } of steps) expect(ancestors(reduced, id)).toEqual(ancestors(steps, id));
      expect(reduced.flatMap(({ needs }) => needs).length).toBeLessThanOrEqual(
        steps.flatMap(({ needs }) => needs).length,
      );
    }
  });

  it("lays 2,000 steps with all default needs out in time that does not explode", () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `s${index}`);
    const steps = names.map((id, index) => step(id, names.slice(0, index)));
    const start = performance.now();
    layoutSteps(steps);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe("text", () => {
  it("shows levels, what each step waits for, and its rules", () => {
    const text = renderText(createFlow(review, 0), createStyle(false));
    expect(text.split("\n").map((line) => line.trimEnd())).toEqual([
      "Test  4 steps, up to 2 in parallel",
      "",
      "1  ● collect      collect      script sh",
      "2  ┌ security     security     agent claude/opus  after collect",
      "   └ performance  performance  agent auto         after collect                the run goes on when it fails",
      "3  ● merge        merge        script sh          after security, performance  if inputs.merge",
    ]);
  });

  it("lets no title steer the terminal", () => {
    const hostile = workflow([step("a", [], { title: hostileText })], hostileText);
    const text = renderText(createFlow(hostile, 0), createStyle(false));
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

describe("mermaid", () => {
  it("draws shapes by kind and dotted arrows to conditions", () => {
    expect(renderMermaid(createFlow(review, 0)).split("\n")).toEqual([
      "flowchart TD",
      '  s1["collect<br/>script sh"]',
      '  s2(["security<br/>agent claude/opus"])',
      '  s3(["performance<br/>agent auto"])',
      '  s4["merge<br/>script sh"]',
      "  s1 --> s2",
      "  s1 --> s3",
      "  s2 -.-> s4",
      "  s3 -.-> s4",
    ]);
  });

  it.each([
    'say "hi"] --> x',
    "```\n# out",
    "<img src=x onerror=alert(1)>",
    "`md` **b**",
    "a;b %% c",
    "end",
    hostileText,
  ])("escapes the title %j", (title) => {
    const flow = workflow([step("end", [], { title })]);
    const chart = renderMermaid(createFlow(flow, 0));
    const label = /^ {2}s1\["(.*)<br\/>script sh"\]$/m.exec(chart)?.[1];
    expect(label).toMatch(/^([\p{L}\p{M}\p{N} .,/_-]|#\d+;)*$/u);
    expect(chart.split("\n")).toHaveLength(2);
  });

  it("keeps titles of any script", () => {
    const flow = workflow([step("翻訳", [], { title: "翻訳 für Ünïcode" })]);
    expect(renderMermaid(createFlow(flow, 0))).toContain('"翻訳 für Ünïcode<br/>');
  });
});

function ancestors(
  steps: readonly { readonly id: string; readonly needs: readonly string[] }[],
  id: string,
): readonly string[] {
  const byId = new Map(steps.map((each) => [each.id, each.needs]));
  const found = new Set<string>();
  const open = [...(byId.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(byId.get(next) ?? []));
  }
  return [...found].sort();
}
