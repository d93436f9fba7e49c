import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadWorkflow, openRuntime } from "@aiw/runtime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { published } from "./support/published.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-events-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const flow = `aiw: 1
agent: offline
steps:
  - id: all
    foreach: [a, b]
    env: { NAME: "{{ item }}" }
    run: { lang: sh, script: echo "$NAME" }
    undo: { run: { lang: sh, script: echo back } }
  - id: never
    if: "false"
    prompt: Nothing.
  - id: again
    repeat: { until: text != '', max: 2 }
    run: { lang: sh, script: "[ -f done ] && echo done; touch done" }
  - id: ask
    prompt: Say hello.
  - id: pause
    wait: { for: 10ms }
  - id: broken
    retry: { attempts: 1, delay: 1ms }
    run: { lang: sh, script: exit 3 }
on-failure:
  - id: tell
    run: { lang: sh, script: echo failed }
`;

it("every event of a run fits the published schema", async () => {
  writeFileSync(join(folder, "all.flow.yaml"), flow);
  const runtime = await openRuntime({ cwd: folder, env: { PATH: process.env.PATH, HOME: folder } });
  try {
    const { workflow, origin, problems } = await loadWorkflow("all.flow.yaml", folder);
    expect(problems).toEqual([]);
    if (workflow === undefined) throw new Error("it does not load");
    const handle = await runtime.control.start({ workflow, origin, run: "r1" });
    expect(await handle.done).toMatchObject({ status: "failed" });
    const store = await runtime.store();
    const events = (await store?.read({ run: "r1", afterSeq: 0 }))?.events ?? [];
    const { check } = published("core/schemas/event.json");
    // As they are printed: what has no value is not there.
    const faults = events.map((event) => check(JSON.parse(JSON.stringify(event))));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
    const types = new Set(events.map(({ type }) => type));
    for (const type of ["run.created", "step.expanded", "step.attempt_failed", "step.compensated", "run.failed"])
      expect(types).toContain(type);
  } finally {
    await runtime.close();
  }
}, 120_000);
