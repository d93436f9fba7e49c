import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Workflow } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadWorkflow, openRuntime, type Runtime } from "./index.js";

let folder = "";
let runtime: Runtime | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-wiring-"));
});
afterEach(async () => {
  await runtime?.close();
  runtime = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function open(by?: string): Promise<Runtime> {
  await runtime?.close();
  runtime = await openRuntime({ cwd: folder, env: { PATH: process.env.PATH, HOME: folder }, by });
  return runtime;
}

async function start(path: string, { control }: Runtime, run: string) {
  const { workflow, origin, problems } = await loadWorkflow(path, folder);
  expect(problems).toEqual([]);
  return await control.start({ workflow: workflow as Workflow, origin, run });
}

const flow = (steps: string, settings = "name: Flow") => `---\naiw: 1\n${settings}\n---\n## Steps\n${steps}`;
const step = (title: string, settings: string, body = "") =>
  `### ${title}\n\`\`\`yaml step\n${settings}\n\`\`\`\n${body}\n`;
const script = (text: string) => `\`\`\`sh run\n${text}\n\`\`\``;

describe("a sub-workflow that is a bundle", () => {
  it("runs with the tools of its own folder, in the working directory of its parent", async () => {
    write(
      "main.md",
      flow(step("Call", "use: ./part\nwith: { who: you }"), "outputs: { said: steps.call.output.said }"),
    );
    write(
      "part/workflow.md",
      flow(
        step("Greet", 'tool: greet\nwith: { who: "{{ inputs.who }}" }'),
        "inputs: { who: string }\noutputs: { said: steps.greet.text }",
      ),
    );
    const program = ["#!/bin/sh", 'echo "hello from $(basename "$PWD")"'];
    write("part/tools/greet.sh", `${program.join("\n")}\n`);
    write("part/tools/greet.yaml", "parameters: { who: string }\n");
    const handle = await start("main.md", await open(), "r1");
    const summary = await handle.done;
    expect(summary).toMatchObject({ status: "completed" });
    expect(String(summary.outputs.said).trim()).toBe(`hello from ${folder.split("/").at(-1)}`);
    const store = await runtime?.store();
    expect((await store?.list({ parent: "r1" }))?.runs).toMatchObject([{ status: "completed", parent: "r1" }]);
  });
});

describe("the state folder", () => {
  it("keeps artifacts, and results that a later run takes", async () => {
    write("main.md", flow(step("Make", "cache: 1h\nartifacts: [out.txt]", script("echo made >> out.txt"))));
    const first = await open();
    expect(await (await start("main.md", first, "r1")).done).toMatchObject({ status: "completed" });
    const [kept] = readdirSync(join(first.home, "artifacts"));
    expect(readFileSync(join(first.home, "artifacts", kept ?? ""), "utf8")).toBe("made\n");
    expect(readdirSync(join(first.home, "cache"))).not.toEqual([]);
    const second = await open();
    expect(await (await start("main.md", second, "r2")).done).toMatchObject({ status: "completed" });
    const events = (await (await second.store())?.read({ run: "r2", afterSeq: 0 }))?.events ?? [];
    expect(events.find((event) => event.type === "step.completed")?.data).toMatchObject({
      cached: { key: expect.any(String) },
    });
    expect(readFileSync(join(folder, "out.txt"), "utf8")).toBe("made\n");
  });
});

describe("approvals", () => {
  const asking = flow(step("Ask", "approval: { by: [maintainer] }", "Is it fine?"));

  async function answer(by: string): Promise<unknown> {
    const signal = { type: "approval", step: "ask", by, approved: true } as const;
    return runtime?.control.signal("r1", signal).then(
      () => "accepted",
      (error: unknown) => error,
    );
  }

  it("follow the roles of the configuration, and are not given by who asked", async () => {
    write("aiw.yaml", "approvals: { roles: { maintainer: [alice, bob] } }\n");
    write("main.md", asking);
    const handle = await start("main.md", await open("alice"), "r1");
    expect(await handle.done).toMatchObject({ status: "suspended" });
    expect(await answer("alice")).toMatchObject({ code: "permission_denied" });
    expect(await answer("carol")).toMatchObject({ code: "permission_denied" });
    expect(await answer("bob")).toBe("accepted");
    const again = await runtime?.control.resume("r1");
    expect(await again?.done).toMatchObject({ status: "completed" });
  });

  it("are given by the user who runs AIW where nothing is configured", async () => {
    write("main.md", asking);
    const handle = await start("main.md", await open("alice"), "r1");
    expect(await handle.done).toMatchObject({ status: "suspended" });
    expect(await answer("bob")).toMatchObject({ code: "permission_denied" });
    expect(await answer("alice")).toBe("accepted");
  });
});
