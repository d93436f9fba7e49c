import type { Step, Workflow } from "@aiw/core";
import { createMemoryArtifactStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { base, messagesOf, problemsOf, sourceOf, use, using } from "../__fixtures__/preflight.js";
import { agent, fakeTool, origin, script, tool, workflow } from "../__fixtures__/world.js";
import { loadResources } from "../resources.js";
import type { Source } from "./examine.js";

describe("what this version does not do", () => {
  const budget = { usd: 1, onExceed: "stop" } as const;
  const any = { any: [{ agent: "able" }], by: "cost", needs: [] } as const;
  const inFile: readonly (readonly [string, Partial<Workflow>])[] = [
    ["budget", { budget }],
    ["on-quota", { onQuota: "park" }],
    ["workspace", { workspace: "new" }],
    ["sandbox: required", { sandbox: "required" }],
    ["agent: { any }", { routing: any }],
    ["tools: github: mcp", { tools: { github: { kind: "mcp", server: { url: "https://x.test" }, env: {} } } }],
    ["tools: api: openapi", { tools: { api: { kind: "openapi", document: "./a.json" } } }],
  ];
  it.each(inFile)("names %s of the file", async (key, more) => {
    const file = workflow([script("a", "x")], more);
    expect(await problemsOf(file)).toEqual(["file: not_in_this_version"]);
    expect(await messagesOf(file)).toEqual([`\`${key}\` is not in this version`]);
  });

  const inStep: readonly (readonly [string, Step])[] = [
    ["budget", script("a", "x", { budget })],
    ["on-quota", script("a", "x", { onQuota: "fail" })],
    ["workspace", script("a", "x", { workspace: { step: "b" } })],
    ["sandbox: required", script("a", "x", { sandbox: "required" })],
    ["agent: { any }", agent("a", "x", { routing: any })],
    ["effects", agent("a", "x", { effects: [{ kind: "patch" }] })],
    ["apply", { ...base("a"), kind: "apply", from: "b" }],
    ["use: @scope/package/flow@^1", use("a", "@scope/package/flow@^1")],
  ];
  it.each(inStep)("names %s of a step", async (key, step) => {
    expect(await problemsOf(workflow([step]))).toEqual(["a: not_in_this_version"]);
    expect(await messagesOf(workflow([step]))).toEqual([`step a: \`${key}\` is not in this version`]);
  });

  it("takes what means the same as leaving it out", async () => {
    const same = { workspace: "here", sandbox: "off" } as const;
    expect(await problemsOf(workflow([script("a", "x", same)], same))).toEqual([]);
  });

  it("looks into Undo, On failure and Finally", async () => {
    const steps = [script("a", "x", { undo: script("a", "y", { budget }) })];
    const found = await problemsOf(
      workflow(steps, { onFailure: [script("f", "x", { budget })], finally: [script("l", "x", { budget })] }),
    );
    expect(found).toEqual(["a!undo", "f", "l"].map((place) => `${place}: not_in_this_version`));
  });
});

describe("what a run lacks", () => {
  it("is told all at once", async () => {
    const steps = [
      tool("a", "gone", { undo: tool("a", "go", { tool: "none" }) }),
      agent("b", "x", { agent: [{ agent: "nobody" }] }),
      agent("c", "x", { agent: [{ agent: "ill" }] }),
      script("d", "x", { artifacts: ["out/**"] }),
      { ...base("e"), kind: "code" } as const,
    ];
    const found = await problemsOf(workflow(steps, { secrets: ["TOKEN", "OTHER"], finally: [tool("z", "gone")] }));
    expect(found).toEqual([
      "file: secret_missing",
      "a: tool_not_found",
      "a!undo: tool_not_found",
      "z: tool_not_found",
      "b: agent_not_found",
      "c: agent_not_installed",
      "d: unsupported_option",
      "e: workflow_invalid",
    ]);
  });

  it("is nothing where the program has what the machine cannot", async () => {
    const steps: Step[] = [
      script("d", "x", { artifacts: ["out/**"] }),
      { ...base("e"), kind: "code", undo: { ...base("e"), kind: "code" } },
    ];
    const asked: string[] = [];
    const code = (_: Workflow, step: string) => {
      asked.push(step);
      return () => null;
    };
    expect(await problemsOf(workflow(steps), {}, { code, artifacts: createMemoryArtifactStore() })).toEqual([]);
    expect(asked).toEqual(["e", "e!undo"]);
  });

  it("says what went wrong with a tools folder, and goes on", async () => {
    const tools = () => Promise.reject(new Error("cannot read"));
    const found = await problemsOf(
      workflow([tool("a", "go"), agent("b", "x", { agent: [{ agent: "nobody" }] })]),
      {},
      { tools },
    );
    expect(found).toEqual(["a: internal", "b: agent_not_found"]);
  });

  it("throws the first problem where a run is to start", async () => {
    const request = { workflow: workflow([script("a", "x")], { secrets: ["OTHER"] }), origin };
    await expect(loadResources(sourceOf(), request)).rejects.toMatchObject({ code: "secret_missing" });
  });

  it("asks for no secret that only signs webhooks", async () => {
    const webhook = { type: "webhook", path: "/x", provider: "github", secret: "HOOK", inputs: {} } as const;
    const silent = workflow([script("a", "x")], { secrets: ["HOOK"], on: [webhook] });
    expect((await loadResources(sourceOf(), { workflow: silent, origin })).secrets).toEqual({});
    const reading = workflow([script("a", "x", { if: "secrets.HOOK != null" })], { secrets: ["HOOK"], on: [webhook] });
    const problem = loadResources(sourceOf(), { workflow: reading, origin });
    await expect(problem).rejects.toMatchObject({ code: "secret_missing" });
  });

  it("counts only for the steps that may still run, with their Undo", async () => {
    const later = agent("b", "x", { agent: [{ agent: "nobody" }] });
    const done = tool("a", "go", { undo: tool("a", "gone") });
    expect(await problemsOf(workflow([done, later]), { steps: [done] })).toEqual(["a!undo: tool_not_found"]);
  });
});

describe("sub-workflows", () => {
  const grandchild = workflow([tool("g", "gone")], { secrets: ["OTHER"] });
  const child = workflow([agent("c", "x"), use("deep", "./grand.md")], using({ "./grand.md": grandchild }));

  it("are examined before their parent starts, however deep", async () => {
    const parent = workflow([use("u", "./child.md")], using({ "./child.md": child }));
    const found = await problemsOf(parent);
    expect(found).toEqual(["u > deep > file: secret_missing", "u > deep > g: tool_not_found"]);
    await expect(loadResources(sourceOf(), { workflow: parent, origin })).rejects.toMatchObject({
      message: "sub-workflow of u > deep: the secret OTHER has no value",
    });
  });

  it("get their parent's agents, and the caller's", async () => {
    const own = workflow([agent("c", "x")]);
    const parent = workflow([use("u", "./child.md")], {
      ...using({ "./child.md": own }),
      agent: [{ agent: "nobody" }],
    });
    expect(await problemsOf(parent)).toEqual(["u > c: agent_not_found"]);
    expect(await problemsOf(parent, { agent: "able" })).toEqual([]);
  });

  it("find their tools from their own folder", async () => {
    const folders: string[] = [];
    const tools: Source["tools"] = async (_, run) => {
      folders.push(`${run.origin.folder} ${run.origin.cwd}`);
      return fakeTool({ go: () => null });
    };
    const from = { folder: "/lib/child", bundle: true };
    const parent = workflow([tool("a", "go"), use("u", "./child")], {
      uses: { "./child": { workflow: workflow([tool("c", "go")]), from } },
    });
    expect(await problemsOf(parent, { origin: { folder: "/app", cwd: "/work", bundle: false } }, { tools })).toEqual(
      [],
    );
    expect(folders).toEqual(["/app /work", "/lib/child /work"]);
  });

  it("have to be loaded", async () => {
    expect(await problemsOf(workflow([use("u", "./gone.md")]))).toEqual(["u: file_not_found"]);
  });

  it("are not asked again when their parent goes on", async () => {
    const step = use("u", "./child.md");
    expect(await problemsOf(workflow([step], using({ "./child.md": child })), { steps: [step] })).toEqual([]);
  });
});
