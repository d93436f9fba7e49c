import { isAiwError, type Workflow } from "@aiw/core";
import { createFakeIds } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { formatWorkflow } from "../format/format.js";
import { loadMarkdown } from "../load.js";
import { corpusFiles } from "./__fixtures__/corpus.js";
import { type PlannedEdit, planEdit } from "./__fixtures__/random-edit.js";
import { pick, type Random, writeWorkflow } from "./__fixtures__/write-workflow.js";
import { applyChanges, type TextChange } from "./changes.js";
import { diffLines, linesOf } from "./line-diff.js";
import { patchWorkflow } from "./patch.js";

const isFull = process.env.AIW_TEST_FULL === "1";
const count = Number(process.env.AIW_TEST_COUNT ?? (isFull ? 500 : 100));
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 2 ** 31);
const options = { file: "workflow.md" };

const corpus = corpusFiles()
  .map(({ text }) => text)
  .filter((text) => /^(?:### |aiw:)/m.test(text) && loadMarkdown(text, options).workflow !== undefined);

/** A file that loads: of the corpus or a new one. */
function pickFile(random: Random): string {
  for (;;) {
    const [first = "", ...rest] = corpus;
    const text = random() < 0.5 ? pick(random, [first, ...rest]) : writeWorkflow(random);
    const { workflow, source } = loadMarkdown(text, options);
    if (workflow !== undefined && source.entries.some(({ kind }) => kind === "step")) return text;
  }
}

/** The model as data without positions. */
function plain(workflow: Workflow | undefined): Workflow | undefined {
  if (workflow === undefined) return undefined;
  const isPosition = (value: unknown) =>
    typeof value === "object" && value !== null && "line" in value && "column" in value;
  return JSON.parse(JSON.stringify(workflow, (key, value) => (key === "at" && isPosition(value) ? undefined : value)));
}

/** The steps that an edit does not touch, without needs: those that nobody wrote follow from the order. */
function others(workflow: Workflow | undefined, touched: readonly string[]): unknown {
  if (workflow === undefined) return undefined;
  const { steps, onFailure = [], finally: last = [], uses: _uses, description: _description, ...rest } = workflow;
  const kept = [...steps, ...onFailure, ...last].filter(({ id }) => !touched.includes(id));
  return { rest, steps: kept.map((step) => ({ ...step, needs: [] })).sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

function expectLines(text: string, after: string, changes: readonly TextChange[], plan: PlannedEdit): void {
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  const lineOf = (offset: number) => linesOf(text.slice(0, offset)).filter((line) => /[\r\n]$/.test(line)).length;
  for (const { start, end } of changes) {
    const isWithin = plan.within.some(
      (range) => lineOf(start) >= lineOf(range.start + mark) && lineOf(end) <= lineOf(range.end + mark) + 1,
    );
    if (!isWithin) throw new Error(`a change at line ${lineOf(start) + 1} is not asked for`);
  }
  const [a, b] = [linesOf(text), linesOf(after)].map((lines) => lines.map((line) => line.trim()));
  const { edit } = plan;
  if (edit.kind === "move-step") {
    expect(b?.filter((line) => line !== "").sort()).toEqual(a?.filter((line) => line !== "").sort());
  } else if (edit.kind === "rename-step") {
    const gone = a?.filter((line) => !b?.includes(line)) ?? [];
    expect(gone.filter((line) => !line.includes(edit.step) && !line.startsWith("### "))).toEqual([]);
  }
  if (plan.lines === undefined) return;
  const hunks = diffLines(linesOf(text), linesOf(after));
  const gone = hunks.reduce((sum, hunk) => sum + hunk.aEnd - hunk.aStart, 0);
  const added = hunks.reduce((sum, hunk) => sum + hunk.bEnd - hunk.bStart, 0);
  expect({ gone, added }).toEqual(plan.lines);
}

/** Makes the edit and checks all that is known of it; false when it was refused for a good reason. */
function probe(text: string, plan: PlannedEdit): boolean {
  let result: ReturnType<typeof patchWorkflow>;
  try {
    result = patchWorkflow(text, plan.edit, options);
  } catch (error) {
    if (isAiwError(error, "patch_failed") && error.details?.reason === "problems") return false;
    throw error;
  }
  const { text: after, changes } = result;
  expect(applyChanges(text, changes)).toBe(after);
  expectLines(text, after, changes, plan);
  const before = plain(loadMarkdown(text, options).workflow);
  const loaded = plain(loadMarkdown(after, options).workflow);
  const now = loaded === undefined ? undefined : (plan.unnamed?.(loaded) ?? loaded);
  if (plan.model === undefined) expect(others(now, plan.touched)).toEqual(others(before, plan.touched));
  else expect(now).toEqual(before === undefined ? undefined : plain(plan.model(before)));
  if (plan.inverse !== undefined) expect(patchWorkflow(after, plan.inverse, options).text).toBe(text);
  return true;
}

describe("random edits", () => {
  it(`change only their lines and what was asked for: ${count} edits`, () => {
    const made = new Map<string, number>();
    let refused = 0;
    for (let index = 0, done = 0; done < count; index += 1) {
      const { random } = createFakeIds(seed + index);
      const text = pickFile(random);
      const { workflow, source } = loadMarkdown(text, options);
      if (workflow === undefined) continue;
      const body = text.startsWith("\ufeff") ? text.slice(1) : text;
      const plan = planEdit({ text: body, workflow, source }, random, `q${index}`);
      try {
        if (probe(text, plan)) {
          done += 1;
          made.set(plan.edit.kind, (made.get(plan.edit.kind) ?? 0) + 1);
        } else refused += 1;
      } catch (error) {
        throw new Error(`seed ${seed + index}, ${JSON.stringify(plan.edit)}:\n${text}`, { cause: error });
      }
    }
    const kinds = [...made].map(([kind, times]) => `${kind} ${times}`).join(", ");
    process.stdout.write(`patch: seed ${seed}, ${kinds}; ${refused} refused\n`);
    expect(made.size).toBeGreaterThanOrEqual(count < 300 ? 6 : 8);
    expect(refused).toBeLessThan(count);
  }, 600_000);
});

describe("hostile files", () => {
  const nasty = [
    "{{",
    "}}",
    "```",
    "~~~",
    "---\n",
    "### ",
    "## Steps\n",
    "#### Undo\n",
    "<!--",
    "\t",
    "&a ",
    ": ",
    "|\n",
    "'",
    "\r",
    "\ufeff",
    "- ",
    "[",
    "{",
  ];

  it("are edited as asked, refused with a reason, and formatted once and for all", () => {
    process.stdout.write(`hostile: seed ${seed}, ${count} files\n`);
    for (let index = 0; index < count; index += 1) {
      const { random } = createFakeIds(seed + index);
      let text = pickFile(random);
      const { workflow, source } = loadMarkdown(text, options);
      if (workflow === undefined) continue;
      const body = text.startsWith("\ufeff") ? text.slice(1) : text;
      const { edit } = planEdit({ text: body, workflow, source }, random, `q${index}`);
      for (let times = 0; times < 1 + random() * 4; times += 1) {
        const at = Math.floor(random() * text.length);
        text = text.slice(0, at) + pick(random, ["", ...nasty]) + text.slice(at + Math.floor(random() * 3));
      }
      try {
        survive(() => {
          const { text: after, changes } = patchWorkflow(text, edit, { ...options, allowProblems: random() < 0.5 });
          expect(applyChanges(text, changes)).toBe(after);
        });
        survive(() => {
          const { text: after } = formatWorkflow(text, options);
          expect(formatWorkflow(after, options).text).toBe(after);
        });
      } catch (error) {
        throw new Error(`seed ${seed + index}, ${JSON.stringify(edit)}:\n${text}`, { cause: error });
      }
    }
  }, 600_000);
});

function survive(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isAiwError(error, "patch_failed") && !isAiwError(error, "workflow_invalid")) throw error;
  }
}
