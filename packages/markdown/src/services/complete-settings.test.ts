import { describe, expect, it } from "vitest";
import { usedChild } from "../__fixtures__/used-child.js";
import { completed, inFile, labels } from "./__fixtures__/typed.js";

const chat = {
  name: "chat",
  operations: [
    {
      name: "post",
      parameters: {
        type: "object",
        properties: { text: { type: "string", description: "What to say." }, room: { type: "string" } },
        required: ["text"],
      },
    },
    { name: "read" },
  ],
};

/** Two steps above the one in which somebody types. */
const above = `### Fetch
'''bash run
curl example.org
'''

### Plan
'''yaml step
workspace: new
'''
Plan it.

`;

describe("keys", () => {
  it("offers those of the front matter that are missing", () => {
    const found = labels("---\naiw: 1\ninputs: { a: string }\n‸\n---\n## Steps\n\n### Go\nGo.\n");
    expect(found).toContain("outputs");
    expect(found).toContain("on-quota");
    expect(found).not.toContain("inputs");
    expect(found).not.toContain("aiw");
  });

  it("writes the colon, unless it is there", () => {
    expect(completed(inFile("### Go\n'''yaml step\nret‸\n'''\nGo."), "retry")).toContain("\nretry: \n");
    expect(completed(inFile("### Go\n'''yaml step\nret‸: 2\n'''\nGo."), "retry")).toContain("\nretry: 2\n");
  });

  it("offers what fits a script", () => {
    const found = labels(inFile("### Go\n'''yaml step\n‸\n'''\n'''bash run\nmake\n'''"));
    expect(found).toEqual(expect.arrayContaining(["env", "with", "output", "fail-if", "artifacts"]));
    for (const other of ["agent", "tools", "session", "tool", "use", "approval", "as"])
      expect(found).not.toContain(other);
  });

  it("offers what fits the keys that are there", () => {
    const wait = labels(inFile("### Go\n'''yaml step\nwait: { for: 5m }\n‸\n'''"));
    expect(wait).toEqual(expect.arrayContaining(["if", "needs", "on-error", "foreach"]));
    expect(wait).not.toContain("retry");
    expect(wait).not.toContain("tool");
    expect(labels(inFile("### Go\n'''yaml step\nforeach: [a]\n‸\n'''\nGo."))).toEqual(
      expect.arrayContaining(["as", "max-parallel"]),
    );
    expect(labels(inFile(`${above}### Go\n'''yaml step\nsession: plan\n‸\n'''\nGo.`))).not.toContain("model");
  });

  it("offers every kind to a step that is still empty", () => {
    expect(labels(inFile("### Go\n'''yaml step\n‸\n'''"))).toEqual(
      expect.arrayContaining(["tool", "use", "approval", "wait", "apply", "agent", "artifacts"]),
    );
  });

  it("offers an Undo its own keys, and none of ## On failure that have no meaning there", () => {
    const undo = labels(
      inFile("### Go\n'''bash run\nmake\n'''\n\n#### Undo\n'''yaml step\n‸\n'''\n'''bash run\nrm x\n'''"),
    );
    expect(undo).toContain("env");
    expect(undo).not.toContain("needs");
    const failure = `${inFile("### Go\nGo.")}\n## On failure\n\n### Tell\n\`\`\`yaml step\n‸\n\`\`\`\nTell.\n`;
    expect(labels(failure)).toContain("env");
    expect(labels(failure)).not.toContain("needs");
  });

  it("offers the keys of inner maps, in braces and on lines of their own", () => {
    expect(labels(inFile("### Go\n'''yaml step\nretry: { attempts: 2, ‸ }\n'''\nGo."))).toEqual([
      "backoff",
      "delay",
      "max-delay",
      "on",
    ]);
    expect(labels(inFile("### Go\n'''yaml step\nretry:\n  attempts: 2\n  de‸\n'''\nGo."))).toContain("delay");
    expect(labels("---\naiw: 1\non:\n  - webhook:\n      ‸\n---\n## Steps\n\n### Go\nGo.\n")).toContain("provider");
    expect(labels("---\naiw: 1\ntools: { github: { mcp: { ‸ } } }\n---\n## Steps\n\n### Go\nGo.\n")).toContain(
      "command",
    );
  });

  it("offers keys in braces that are not closed yet", () => {
    expect(labels(inFile("### Go\n'''yaml step\nrepeat: { ma‸\n'''\nGo."))).toContain("max");
  });

  it("offers the arguments of a tool, and the inputs of a sub-workflow", () => {
    expect(
      labels(inFile("### Go\n'''yaml step\ntool: chat.post\nwith: { room: a, ‸ }\n'''"), { tools: [chat] }),
    ).toEqual(["text"]);
    const readUse = () => usedChild;
    expect(labels(inFile("### Go\n'''yaml step\nuse: ./child.md\nwith:\n  ‸\n'''"), { readUse })).toContain("file");
  });

  it("offers a trigger the inputs of the workflow", () => {
    const front = "inputs: { a: string, b: string }\non: { webhook: { path: /x, inputs: { a: x, ‸ } } }";
    expect(labels(inFile("### Go\nGo.", front))).toEqual(["b"]);
  });
});

describe("values", () => {
  it("offers the words of a key, also right behind its colon", () => {
    expect(labels(inFile("### Go\n'''yaml step\non-error: ‸\n'''\nGo."))).toEqual(["fail", "continue"]);
    expect(completed(inFile("### Go\n'''yaml step\non-error:‸\n'''\nGo."), "continue")).toContain(
      "\non-error: continue\n",
    );
    expect(completed(inFile("### Go\n'''yaml step\non-error: con‸\n'''\nGo."), "continue")).toContain(
      "\non-error: continue\n",
    );
    expect(labels(inFile("### Go\n'''yaml step\nretry: { attempts: 1, backoff: ‸ }\n'''\nGo."))).toEqual([
      "exponential",
      "constant",
    ]);
  });

  it("offers steps that are done by then, and in a list each once", () => {
    expect(labels(inFile(`${above}### Go\n'''yaml step\nneeds: ‸\n'''\nGo.\n\n### Later\nLater.`))).toEqual([
      "fetch",
      "plan",
    ]);
    expect(labels(inFile(`${above}### Go\n'''yaml step\nneeds: [fetch, ‸]\n'''\nGo.`))).toEqual(["plan"]);
    expect(labels(inFile(`${above}### Go\n'''yaml step\nneeds:\n  - ‸\n'''\nGo.`))).toEqual(["fetch", "plan"]);
    expect(labels(inFile(`${above}### Go\n'''yaml step\nneeds: [fet‸\n'''\nGo.`))).toEqual(["fetch", "plan"]);
  });

  it("offers only steps that can be named there", () => {
    expect(labels(inFile(`${above}### Go\n'''yaml step\nsession: ‸\n'''\nGo.`))).toEqual(["plan"]);
    expect(labels(inFile(`${above}### Go\n'''yaml step\napply: ‸\n'''`))).toEqual(["plan"]);
    expect(labels(inFile(`${above}### Go\n'''yaml step\nworkspace: ‸\n'''\nGo.`))).toEqual(["plan", "here", "new"]);
    expect(
      labels(
        inFile(`${above}### Go\n'''yaml step\nrepeat: { until: status == 'completed', max: 2, from: ‸ }\n'''\nGo.`),
      ),
    ).toEqual(["fetch", "plan"]);
  });

  it("offers agents, tools, secrets, types and errors", () => {
    expect(
      labels(inFile("### Go\n'''yaml step\nagent: [claude, ‸]\n'''\nGo."), { agents: ["claude", "codex"] }),
    ).toEqual(["codex", "auto"]);
    expect(labels(inFile("### Go\n'''yaml step\ntool: ch‸\n'''"), { tools: [chat] })).toEqual([
      "chat.post",
      "chat.read",
    ]);
    expect(completed(inFile("### Go\n'''yaml step\ntool: chat.po‸\n'''"), "chat.post", { tools: [chat] })).toContain(
      "tool: chat.post\n",
    );
    expect(labels(inFile("### Go\n'''yaml step\ntools: [‸]\n'''\nGo."), { tools: [chat] })).toEqual(["chat"]);
    expect(labels(inFile("### Go\nGo.", "secrets: [A, B]\non: { webhook: { path: /x, secret: ‸ } }"))).toEqual([
      "A",
      "B",
    ]);
    expect(labels(inFile("### Go\nGo.", "inputs: { a: ‸ }"))).toEqual([
      "string",
      "number",
      "integer",
      "boolean",
      "any",
    ]);
    expect(labels(inFile("### Go\n'''yaml step\nretry: { attempts: 1, on: [‸] }\n'''\nGo."))).toContain("rate_limit");
  });

  it("offers nothing in comments and where anything may stand", () => {
    expect(labels(inFile("### Go\n'''yaml step\nretry: 2 # ‸\n'''\nGo."))).toEqual([]);
    expect(labels(inFile("### Go\n'''yaml step\nmodel: ‸\n'''\nGo."))).toEqual([]);
  });
});

describe("lines", () => {
  it("offers roles behind the marks of a fence, each as long as it is missing", () => {
    expect(labels(inFile("### Go\n'''‸\n'''\nGo."))).toEqual([
      "yaml step",
      "bash run",
      "sh run",
      "python run",
      "js run",
      "ts run",
    ]);
    expect(completed(inFile("### Go\n'''yaml ‸\n'''\nGo."), "yaml step")).toContain("```yaml step\n");
    expect(labels(inFile("### Go\n'''yaml step\nretry: 2\n'''\n'''ba‸\nmake\n'''"))).toEqual([
      "bash run",
      "sh run",
      "python run",
      "js run",
      "ts run",
      "ba raw",
    ]);
    expect(labels("---\naiw: 1\n---\n## Notes\n```py ‸\n```\n\n## Steps\n\n### Go\nGo.\n")).toEqual(["raw"]);
  });

  it("offers the sections that are missing", () => {
    expect(labels("---\naiw: 1\n---\n## ‸\n")).toEqual(["Instructions", "Steps"]);
    expect(labels(`${inFile("### Go\nGo.")}\n## ‸\n`)).toEqual(["On failure", "Finally"]);
    expect(labels(inFile("### Go\n'''bash run\nmake\n'''\n\n#### ‸\n"))).toEqual(["Undo"]);
  });

  it("offers nothing in prose and in scripts", () => {
    expect(labels(inFile("### Go\nJust ‸ prose."))).toEqual([]);
    expect(labels(inFile("### Go\n'''bash run\necho {{ inputs.‸ }}\n'''"))).toEqual([]);
  });
});
