import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject, RunSummary } from "@aiw/core";
import { loadWorkflow, openRuntime, type Runtime } from "@aiw/runtime";
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../support/random.js";

const isFull = process.env.AIW_TEST_FULL === "1";
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 1_000_000);

/** What is answered: by whom, and with what. */
interface Answer {
  readonly step: string;
  readonly by: string;
  readonly fields?: JsonObject;
}

const answers: readonly Answer[] = [
  { step: "legal", by: "ann" },
  { step: "budget", by: "ben", fields: { amount: 42, note: "of this year" } },
  { step: "design", by: "cleo" },
  { step: "each[0]", by: "dora" },
  { step: "each[1]", by: "emil" },
];

const flow = `---
aiw: 1
outputs:
  legal: steps.legal.output
  budget: steps.budget.output
  design: steps.design.output
  first: steps.each.items[0].output
  second: steps.each.items[1].output
  branches: steps.join.output
---
# Five answers

## Steps

${branch("Legal", "approval: {}", "Is it allowed?")}
${branch("Budget", "approval: { fields: { amount: integer, note?: string } }", "How much may it cost?")}
${branch("Design", "approval: {}", "Is it fine?")}
${branch("Each", "foreach: [a, b]\napproval: {}", "Is {{ item }} fine?")}
### Join
\`\`\`yaml step
needs: [after_legal, after_budget, after_design, after_each]
output: [string]
\`\`\`
\`\`\`bash run
printf '["%s","%s","%s","%s"]' $(sort log)
\`\`\`
`;

/** An approval that waits for nothing, and the script that tells when it was given. */
function branch(title: string, settings: string, prose: string): string {
  const id = title.toLowerCase();
  const script = `\`\`\`bash run\necho ${id} >> log\n\`\`\``;
  return `### ${title}
\`\`\`yaml step
needs: []
${settings}
\`\`\`
${prose}

### After ${title}
\`\`\`yaml step
needs: ${id}
\`\`\`
${script}
`;
}

/** Starts the run in a folder of its own, with the state in it, and leaves it once it only waits for people. */
async function withRun<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "aiw-orders-"));
  try {
    writeFileSync(join(folder, "five.md"), flow);
    await inRuntime(folder, "ann", async ({ control }) => {
      const { workflow, origin, problems } = await loadWorkflow("five.md", folder);
      expect(problems).toEqual([]);
      if (workflow === undefined) throw new Error("it does not load");
      const handle = await control.start({ workflow, origin, run: "r1" });
      expect(await handle.done).toMatchObject({ status: "suspended" });
    });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As a process of its own would: all that one runtime knows from another is on disk. */
async function inRuntime<T>(folder: string, by: string, use: (runtime: Runtime) => Promise<T>): Promise<T> {
  const env = { PATH: process.env.PATH, HOME: folder, AIW_HOME: join(folder, "state") };
  const runtime = await openRuntime({ cwd: folder, env, by });
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
  }
}

/** Answers with a new runtime what the stored run says it waits for, and goes on until it waits or ends. */
async function reply(folder: string, { step, by, fields }: Answer, approved = true): Promise<RunSummary> {
  return await inRuntime(folder, by, async ({ control, store }) => {
    const wait = (await control.get("r1")).waits?.find((open) => open.step === step);
    if (wait === undefined) throw new Error(`nobody is asked about ${step}`);
    const { binds } = wait;
    await control.signal("r1", { type: "approval", step: wait.step, by, approved, binds, ...(approved && { fields }) });
    const summary = await (await control.resume("r1")).done;
    // Let go of already here, not only because the runtime closes.
    expect((await (await store())?.list({}))?.runs.map(({ worker }) => worker)).toEqual([undefined]);
    return summary;
  });
}

/** The run as another runtime finds it. */
async function stored(folder: string) {
  return await inRuntime(folder, "zoe", async ({ control, store }) => {
    const { status, waits } = await control.get("r1");
    const rows = (await (await store())?.list({}))?.runs ?? [];
    const holders = rows.map(({ worker }) => worker);
    return { status, waits: waits?.map((wait) => wait.step).toSorted() ?? [], holders };
  });
}

/** It is left in peace, with exactly these open. */
async function expectWaiting(folder: string, open: readonly Answer[], order: string): Promise<void> {
  const waits = open.map(({ step }) => step).toSorted();
  expect(await stored(folder), order).toEqual({ status: "suspended", waits, holders: [undefined] });
}

/** The branches that are through after these answers, in order: that of the items after both. */
function branchesAfter(given: readonly Answer[]): readonly string[] {
  const steps = given.map(({ step }) => step);
  const isLastItem = (index: number) => steps.slice(0, index).some((step) => step.startsWith("each"));
  return steps.flatMap((step, index) => {
    if (!step.startsWith("each")) return [step];
    return isLastItem(index) ? ["each"] : [];
  });
}

function logOf(folder: string): readonly string[] {
  try {
    return readFileSync(join(folder, "log"), "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}

function permutations<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length < 2) return [values];
  return values.flatMap((value, index) => permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]));
}

/** Some of them, all different. */
function drawn<T>(values: readonly T[], count: number, random: Random): readonly T[] {
  const left = [...values];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
}

function named(order: readonly Answer[]): string {
  return order.map(({ step }) => step).join(", ");
}

const all = permutations(answers);
const orders = isFull ? all : drawn(all, 12, createRandom(seed));
/** Which of the order is the rejection: each position, with every approval in each when all is tried. */
const rejections = (isFull ? answers : answers.slice(0, 1)).flatMap((_, turn) => {
  const order = [...answers.slice(turn), ...answers.slice(0, turn)];
  return order.map((_, position) => ({ order, position }));
});

describe(`three approvals side by side and two of a foreach (seed ${seed})`, () => {
  it(`end the same when answered in any of ${orders.length} orders, with a restart after each answer`, async () => {
    for (const order of orders) {
      await withRun(async (folder) => {
        await expectWaiting(folder, answers, named(order));
        expect(logOf(folder), named(order)).toEqual([]);
        let summary: RunSummary | undefined;
        for (const [index, answer] of order.entries()) {
          summary = await reply(folder, answer);
          expect(logOf(folder), named(order)).toEqual(branchesAfter(order.slice(0, index + 1)));
          const open = order.slice(index + 1);
          if (open.length > 0) await expectWaiting(folder, open, named(order));
        }
        expect(summary, named(order)).toMatchObject({ status: "completed" });
        expect(summary?.outputs, named(order)).toEqual({
          legal: { approved: true, by: ["ann"] },
          budget: { approved: true, by: ["ben"], amount: 42, note: "of this year" },
          design: { approved: true, by: ["cleo"] },
          first: { approved: true, by: ["dora"] },
          second: { approved: true, by: ["emil"] },
          branches: ["budget", "design", "each", "legal"],
        });
        expect(await stored(folder)).toEqual({ status: "completed", waits: [], holders: [undefined] });
      });
    }
  }, 1_800_000);

  it(`end as rejected at any of ${rejections.length} rejections, with nothing begun after it`, async () => {
    for (const { order, position } of rejections) {
      const label = `${named(order)}: rejected at ${position}`;
      await withRun(async (folder) => {
        const before = order.slice(0, position);
        for (const answer of before) await reply(folder, answer);
        const rejected = order[position];
        if (rejected === undefined) throw new Error("there is no such answer");
        const summary = await reply(folder, rejected, false);
        expect(summary, label).toMatchObject({ status: "failed", reason: "rejected", error: { code: "rejected" } });
        expect(logOf(folder), label).toEqual(branchesAfter(before));
        expect(summary.steps, label).toMatchObject(statuses(before, rejected));
        const open = order.slice(position + 1).map(({ step }) => step);
        expect(await skipped(folder), label).toEqual(expect.arrayContaining([...open, "join"]));
        expect(await stored(folder), label).toEqual({ status: "failed", waits: [], holders: [undefined] });
      });
    }
  }, 1_800_000);
});

/**
 * Of the steps once one was rejected: what was through stays, the rest is skipped. A foreach that has begun fails when
 * its items are skipped.
 */
function statuses(before: readonly Answer[], { step: rejected }: Answer): Readonly<Record<string, string>> {
  const through = branchesAfter(before);
  const statuses: Record<string, string> = { join: "skipped" };
  for (const name of ["legal", "budget", "design", "each"]) {
    const isThrough = through.includes(name);
    const isFailed = rejected.startsWith(name) || (name === "each" && !isThrough);
    statuses[`after_${name}`] = isThrough ? "completed" : "skipped";
    statuses[name] = isFailed ? "failed" : (statuses[`after_${name}`] ?? "");
  }
  return statuses;
}

/** Paths of the steps and items that the journal says were skipped. */
async function skipped(folder: string): Promise<readonly string[]> {
  return await inRuntime(folder, "zoe", async ({ store }) => {
    const events = (await (await store())?.read({ run: "r1", afterSeq: 0 }))?.events ?? [];
    return events.flatMap((event) => (event.type === "step.skipped" ? [event.step] : []));
  });
}
