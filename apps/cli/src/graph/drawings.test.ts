import type { Step, Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createStyle } from "../output/style.js";
import { hostileText } from "../testing/fake-context.js";
import { step, workflow } from "../testing/steps.js";
import { layOutWithDagre } from "./dagre-layout.js";
import { renderDot } from "./dot.js";
import { createFlow } from "./flow.js";
import { flowJson } from "./json.js";
import { renderMermaid } from "./mermaid.js";
import { renderSvg } from "./svg.js";
import { renderText } from "./text.js";

const literal = (value: string) => ({ t: "literal", value }) as const;
const agent = { kind: "agent", prompt: ["x"] } as const;

const ship = workflow(
  [step("build"), step("publish", ["build"], { kind: "approval", prompt: ["ok?"], by: ["maintainer"], min: 2 })],
  "Ship",
);
const matrix = { agent: { list: [literal("claude"), literal("codex")] }, size: { list: [literal("s")] } };
const whole: Workflow = {
  ...workflow(
    [
      step("collect", [], { title: "Collect", undo: undo("collect", {}) }),
      step("plan", ["collect"], agent),
      step("fix", ["plan"], { ...agent, session: "plan" }),
      step("look", ["fix"], { ...agent, foreach: { over: { matrix }, as: "item", maxParallel: 3 } }),
      step("test", ["fix", "look"], { repeat: { until: "status == 'completed'", max: 5, from: "plan" } }),
      step("poll", ["collect"], {
        ...{ kind: "tool", tool: "ci", operation: "status" },
        repeat: { until: "output.done", max: 20, everyMs: 60_000 },
      }),
      step("deployed", ["collect"], {
        ...{ kind: "wait", wait: { signal: ["deploy-", { expr: "inputs.env" }] } },
        if: "inputs.env != 'none'",
      }),
      step("ship", ["test", "poll", "deployed"], { kind: "use", use: "./ship.md", undo: undo("ship", { title: "x" }) }),
      step("merge", ["ship"], { kind: "apply", from: "fix" }),
      step("count", ["merge"], { kind: "code", foreach: { over: { expr: "inputs.files" }, as: "file" } }),
    ],
    "Whole",
  ),
  onFailure: [step("tell"), step("ticket")],
  finally: [step("clean")],
  uses: { "./ship.md": { workflow: ship, from: { folder: "/x", bundle: false } } },
};

const drawings = (flow: Workflow, depth = 1) => {
  const drawn = createFlow(flow, depth);
  return {
    text: renderText(drawn, createStyle(false)),
    mermaid: renderMermaid(drawn),
    dot: renderDot(drawn),
    svg: renderSvg(drawn, layOutWithDagre),
  };
};

describe("every format", () => {
  it("names every kind of step, loops, items and what runs at the end", () => {
    const words = [
      ...["script sh", "agent auto", "tool ci.status", "wait for signal deploy-", "use ./ship.md", "apply fix", "code"],
      ...["approval by maintainer, 2 people", "×2", "×n", "at most 5 rounds", "Undo", "On failure", "Finally"],
    ];
    for (const drawing of Object.values(drawings(whole))) {
      const plain = drawing.replace(/&#(\d+);|#(\d+);/g, (_, a, b) => String.fromCodePoint(Number(a ?? b)));
      for (const word of words) expect(plain).toContain(word);
    }
  });

  it("draws a sub-workflow only as deep as asked", () => {
    for (const drawing of Object.values(drawings(whole, 0))) expect(drawing).not.toContain("publish");
    for (const drawing of Object.values(drawings(whole, 1))) expect(drawing).toContain("publish");
  });

  it("undoes from the last step to the first and calls each undo like its step", () => {
    const undone = createFlow(whole, 0).sections.find(({ kind }) => kind === "undo");
    expect(undone?.nodes.map(({ title }) => title)).toEqual(["ship", "Collect"]);
  });
});

describe("text", () => {
  it("gives each section and each sub-workflow a table of its own", () => {
    const heads = drawings(whole)
      .text.split("\n")
      .filter((line) => /^\S.* {2}\d+ steps?/.test(line));
    expect(heads).toEqual([
      "Whole  10 steps, up to 3 in parallel",
      "Undo  2 steps, when the run stops early, in reverse order",
      "On failure  2 steps, when the run fails",
      "Finally  1 step, always, last",
      "ship › Ship  2 steps",
    ]);
  });

  it("says where a loop leads back to", () => {
    expect(drawings(whole).text).toContain("again from plan until status == 'completed', at most 5 rounds");
    expect(drawings(whole).text).toContain("again until output.done, at most 20 rounds, every 1m");
  });
});

describe("mermaid", () => {
  it("opens and closes every subgraph and leads loops back with thick arrows", () => {
    const lines = drawings(whole)
      .mermaid.split("\n")
      .map((line) => line.trim());
    const opened = lines.filter((line) => line.startsWith("subgraph "));
    expect(opened).toHaveLength(5);
    expect(lines.filter((line) => line === "end")).toHaveLength(5);
    const loops = lines.filter((line) => line.includes("==>"));
    expect(loops).toEqual([expect.stringMatching(/^s5 == ".*" ==> s2$/), expect.stringMatching(/^s6 == ".*" ==> s6$/)]);
  });
});

describe("dot", () => {
  it.each(["plain", 'a "b" \\ c \\N', hostileText, "a\nb } ] ;", "<b>x</b>"])(
    "is well formed with the title %j",
    (title) => {
      const flow = { ...whole, name: title, steps: whole.steps.map((each): Step => ({ ...each, title })) };
      expect(dotFault(drawings(flow).dot)).toBeUndefined();
    },
  );

  it("draws sections and sub-workflows as clusters and loops without a say in the order", () => {
    const { dot } = drawings(whole);
    expect(dot.match(/subgraph cluster_s\d+ \{/g)).toHaveLength(5);
    expect(dot).toMatch(/s5 -> s2 \[constraint=false/);
    expect(dot).toMatch(/s5 -> s9 \[lhead=cluster_s8\]/);
  });
});

describe("svg", () => {
  it.each(["plain", `<script>alert("x")</script>`, "a]]>b & 'c'", hostileText, "翻訳 \ud800 \uffff"])(
    "is well formed and inert with the title %j",
    (title) => {
      const flow = { ...whole, name: title, steps: whole.steps.map((each): Step => ({ ...each, title })) };
      const { svg } = drawings(flow);
      expect(xmlFault(svg)).toBeUndefined();
      expect(svg).not.toMatch(/<script|onload|href|url\((?!#aiw)/);
    },
  );

  it("has colours for light and dark and asks for nothing from elsewhere", () => {
    const { svg } = drawings(whole);
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toContain("http");
  });

  it("keeps every step inside the picture and none over another", () => {
    const boxes = [...drawings(whole, 0).svg.matchAll(/translate\(([\d.-]+) ([\d.-]+)\)/g)];
    for (const [, x, y] of boxes) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeGreaterThanOrEqual(0);
    }
    const { nodes } = layOutWithDagre({
      nodes: ["a", "b", "c"].map((key) => ({ key, item: key, width: 100, height: 40 })),
      edges: [
        { item: { from: "a", to: "b" }, label: "", isLoop: false },
        { item: { from: "a", to: "c" }, label: "", isLoop: false },
        { item: { from: "c", to: "a" }, label: "again", isLoop: true },
      ],
    });
    for (const one of nodes) {
      for (const other of nodes) {
        if (one === other) continue;
        const isApart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(isApart).toBe(true);
      }
    }
    expect(nodes[0]?.y).toBeLessThan(nodes[2]?.y ?? 0);
  });

  it("draws 2,000 steps in a row, which are too deep for the library", () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `s${index}`);
    const steps = ids.map((id, index) => step(id, index === 0 ? [] : [ids[index - 1] ?? ""]));
    const svg = renderSvg(createFlow(workflow(steps), 0), layOutWithDagre);
    expect(svg.match(/class="aiw-node/g)).toHaveLength(2_000);
    expect(xmlFault(svg)).toBeUndefined();
  });
});

describe("json", () => {
  it("has the sections, loops and sub-workflows", () => {
    expect(flowJson(createFlow(whole, 1))).toMatchObject({
      name: "Whole",
      steps: expect.arrayContaining([
        expect.objectContaining({
          id: "test",
          repeats_from: "plan",
          rules: [expect.stringMatching(/^again from plan/)],
        }),
        expect.objectContaining({ id: "look", times: "×2" }),
        expect.objectContaining({ id: "ship", child: expect.objectContaining({ name: "Ship" }) }),
      ]),
      undo: [{ id: "ship" }, { id: "collect" }],
      on_failure: [{ id: "tell" }, { id: "ticket", after: ["tell"] }],
      finally: [{ id: "clean" }],
    });
  });
});

function undo(id: string, over: Partial<Step>): NonNullable<Step["undo"]> {
  const base = {
    id,
    title: "Undo",
    needs: [],
    env: {},
    onError: "fail",
    kind: "script",
    lang: "sh",
    script: "x",
  } as const;
  return Object.assign({}, base, over);
}

/** What is wrong with a text as XML: tags that do not match, or a bare `<` or `&`. */
function xmlFault(text: string): string | undefined {
  const open: string[] = [];
  let last = 0;
  for (const match of text.matchAll(/<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/g)) {
    const between = text.slice(last, match.index).replace(/&#\d+;/g, "");
    if (open.at(-1) !== "style" && /[<&]/.test(between)) return `bare mark in ${JSON.stringify(between.slice(0, 80))}`;
    last = match.index + match[0].length;
    const [, close, name = "", , alone] = match;
    if (close !== "" && open.pop() !== name) return `</${name}> closes another`;
    if (close === "" && alone === "") open.push(name);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) return "a character that XML does not know";
  return open.length > 0 || text.slice(last).trim() !== "" ? "something is left" : undefined;
}

/** What is wrong with a graph in DOT: a text outside of quotes that is none of its marks and words, or brackets left open. */
function dotFault(text: string): string | undefined {
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"/g, "_");
  if (/["\\]/.test(bare)) return "a quote is left open";
  const strange = /[^\w\s{}[\];=,>-]/.exec(bare);
  if (strange !== null) return `'${strange[0]}' stands outside of quotes`;
  const depth = [...bare].reduce((sum, mark) => sum + (mark === "{" ? 1 : mark === "}" ? -1 : 0), 0);
  return depth === 0 ? undefined : "a brace is left open";
}
