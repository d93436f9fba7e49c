import { readdirSync } from "node:fs";
import type { Step } from "@aiw/core";
import { problemCodes } from "@aiw/markdown";
import { beforeAll, describe, expect, it } from "vitest";
import { folders } from "./support/corpus.js";
import { flow, known, nobody } from "./support/probe.js";
import { type Corpus, readCorpus } from "./support/read-model.js";

let corpus: Corpus;
beforeAll(async () => {
  corpus = await readCorpus();
});

const other = `${nobody}: 1`;

describe("every key of the language stands in a valid file", () => {
  const maps: readonly (readonly [string, RegExp, string])[] = [
    ["the front matter", /^front$/, flow({ front: other })],
    ["a step", /^step$/, flow({ step: other })],
    ["retry", /^step\/retry$/, flow({ step: `retry: { attempts: 1, ${other} }` })],
    ["permissions", /^(?:front|step)\/permissions$/, flow({ step: `permissions: { ${other} }` })],
    ["agent", /^(?:front|step)\/agent$/, flow({ step: `agent: { any: [claude], ${other} }` })],
    ["effects", /^step\/effects$/, flow({ step: `effects: [{ kind: patch, ${other} }]` })],
    ["approval", /^step\/approval$/, flow({ step: `approval: { ${other} }` })],
    ["wait", /^step\/wait$/, flow({ step: `wait: { for: 1s, ${other} }` })],
    ["repeat", /^step\/repeat$/, flow({ step: `repeat: { until: "true", max: 2, ${other} }` })],
    ["cache", /^(?:front|step)\/cache$/, flow({ step: `cache: { for: 1d, ${other} }` })],
    ["budget", /^(?:front|step)\/budget$/, flow({ step: `budget: { usd: 1, ${other} }` })],
    ["concurrency", /^front\/concurrency$/, flow({ front: `concurrency: { key: a, ${other} }` })],
    ["a declared tool", /^front\/tools\/\w+$/, flow({ front: `tools: { a: { openapi: ./a.yaml, ${other} } }` })],
    ["an MCP server", /^front\/tools\/\w+\/mcp$/, flow({ front: `tools: { a: { mcp: { command: a, ${other} } } }` })],
    ["on", /^front\/on$/, flow({ front: `on: { ${other} }` })],
    ["a schedule", /^front\/on\/schedule$/, flow({ front: `on: { schedule: { cron: "* * * * *", ${other} } }` })],
    ["a webhook", /^front\/on\/webhook$/, flow({ front: `on: { webhook: { path: /a, ${other} } }` })],
    ["watch", /^front\/on\/watch$/, flow({ front: `on: { watch: { paths: [a], ${other} } }` })],
    ["queue", /^front\/on\/queue$/, flow({ front: `on: { queue: { name: a, ${other} } }` })],
  ];

  it.each(maps)("%s", (_name, place, text) => {
    const used = corpus.keys(place);
    expect(known(text, "E110").filter((key) => !used.has(key))).toEqual([]);
  });

  it("types", () => {
    const used = corpus.keys(/(?:inputs|output|schema|fields)(?:\/|$)/);
    expect(["$type", "$default", "$description", "$schema"].filter((key) => !used.has(key))).toEqual([]);
  });
});

describe("every word that a key takes stands in a valid file", () => {
  const words: readonly (readonly [string, RegExp, string])[] = [
    ["on-error", /^step\/on-error$/, flow({ step: `on-error: ${nobody}` })],
    ["on-interrupt", /^step\/on-interrupt$/, flow({ step: `on-interrupt: ${nobody}` })],
    ["on-quota", /^(?:front|step)\/on-quota$/, flow({ step: `on-quota: ${nobody}` })],
    ["sandbox", /^(?:front|step)\/sandbox$/, flow({ step: `sandbox: ${nobody}` })],
    ["workspace", /^(?:front|step)\/workspace$/, flow({ front: `workspace: ${nobody}` })],
    ["backoff", /^step\/retry\/backoff$/, flow({ step: `retry: { attempts: 1, backoff: ${nobody} }` })],
    ["by", /^(?:front|step)\/agent\/by$/, flow({ step: `agent: { any: [claude], by: ${nobody} }` })],
    ["effects", /^step\/effects(?:\/kind)?$/, flow({ step: `effects: [${nobody}]` })],
    ["on-exceed", /^(?:front|step)\/budget\/on-exceed$/, flow({ step: `budget: { usd: 1, on-exceed: ${nobody} }` })],
    ["on", /^front\/on$/, flow({ front: `on: ${nobody}` })],
    ["provider", /\/webhook\/provider$/, flow({ front: `on: { webhook: { path: /a, provider: ${nobody} } }` })],
    ["events", /\/watch\/events$/, flow({ front: `on: { watch: { paths: [a], events: [${nobody}] } }` })],
    ["overlap", /\/overlap$/, flow({ front: `on: { schedule: { cron: "* * * * *", overlap: ${nobody} } }` })],
    ["missed", /\/missed$/, flow({ front: `on: { schedule: { cron: "* * * * *", missed: ${nobody} } }` })],
    ["busy", /\/busy$/, flow({ front: `concurrency: { key: a, busy: ${nobody} }` })],
  ];

  it.each(words)("%s", (name, place, text) => {
    // Triggers other than manual stand there as keys.
    const used = new Set([...corpus.values(place), ...(name === "on" ? corpus.keys(place) : [])]);
    expect(known(text, "E113").filter((word) => !used.has(word))).toEqual([]);
  });
});

describe("in valid files there are", () => {
  const steps = () =>
    corpus.workflows.flatMap((each): readonly Step[] => [
      ...each.steps,
      ...(each.onFailure ?? []),
      ...(each.finally ?? []),
    ]);

  it("every kind of step, of Undo, and every language of scripts", () => {
    const kinds = new Set(steps().map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["agent", "apply", "approval", "script", "tool", "use", "wait"]);
    const undoKinds = new Set(steps().flatMap(({ undo }) => (undo === undefined ? [] : [undo.kind])));
    expect([...undoKinds].sort()).toEqual(["agent", "script", "tool", "use"]);
    const languages = steps().flatMap((step) => (step.kind === "script" ? [step.lang] : []));
    expect([...new Set(languages)].sort()).toEqual(["bash", "js", "python", "sh", "ts"]);
  });

  it("every section, bundles and sub-workflows", () => {
    for (const section of ["instructions", "onFailure", "finally", "uses", "description"] as const) {
      expect(corpus.workflows.some((workflow) => workflow[section] !== undefined)).toBe(true);
    }
    const entries = readdirSync(folders.valid, { withFileTypes: true });
    expect(entries.filter((entry) => entry.isDirectory() && entry.name !== "beside").length).toBeGreaterThan(1);
  });

  it("every function, method and macro", () => {
    const functions = known(flow({ prose: `{{ ${nobody}(1) }}` }), "E203");
    expect(functions.filter((name) => !new RegExp(`(?<![.\\w])${name}\\(`).test(corpus.expressions))).toEqual([]);
    const methods = known(flow({ front: "inputs: { a: string }", prose: `{{ inputs.a.${nobody}() }}` }), "E203");
    expect(methods.filter((name) => !corpus.expressions.includes(`.${name}(`))).toEqual([]);
  });

  it("every operator and literal", () => {
    const operators = ["*", "/", "%", "+", "-", "<", "<=", ">", ">=", "==", "!=", "in", "&&", "||", "??"];
    expect(operators.filter((each) => !corpus.expressions.includes(` ${each} `))).toEqual([]);
    for (const form of [/!\w/, /(?:^|\W)-\w/, / \? .* : /, /\[\d\]/, /\["|\['/, /\d\.\d/, /true/, /false/, /null/]) {
      expect(corpus.expressions).toMatch(form);
    }
  });

  it("every name that expressions read", () => {
    const loop = "foreach: [a]";
    const fields: readonly (readonly [string, readonly string[]])[] = [
      ["run", known(flow({ prose: `{{ run.${nobody} }}` }), "E201")],
      ["steps\\.\\w+", known(flow({ prose: `x\n\n### B\n{{ steps.ask.${nobody} }}` }), "E201")],
      [
        "\\bx",
        known(flow({ step: loop, prose: `x\n\n### B\n{{ json(steps.ask.items.map(x, x.${nobody})) }}` }), "E201"),
      ],
      ["error", known(flow({ prose: `x\n\n## On failure\n\n### B\n{{ error.${nobody} }}` }), "E201")],
      ["event", ["body", "headers", "query", "path"]],
      ["secrets|inputs|env|item", ["\\w+"]],
    ];
    const missing = fields.flatMap(([root, names]) =>
      names.filter((name) => !new RegExp(`(?:${root})\\.${name}\\b`).test(corpus.expressions)),
    );
    expect(missing).toEqual([]);
    for (const name of ["output", "text", "status", "exit_code", "stderr"]) {
      expect(corpus.expressions).toMatch(new RegExp(`(?<![.\\w])${name}\\b`));
    }
  });
});

it("has an invalid file for every code, and none for codes that are not there", () => {
  const files = readdirSync(folders.invalid).filter((name) => /^[EW]\d{3}-/.test(name));
  expect([...new Set(files.map((name) => name.slice(0, 4)))].sort()).toEqual(Object.keys(problemCodes).sort());
});
