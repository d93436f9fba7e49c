import type { Report } from "../problems/report.js";
import type { Ref, StepDraft } from "../settings/step-draft.js";
import type { Waits } from "./waits.js";

/** The steps that a `repeat` with `from` makes again together. */
export interface Ranges {
  /** Do both steps stand in one range? */
  areTogether(step: number, other: number): boolean;
}

/** What the checks of one section of steps need. */
export interface SectionFacts {
  readonly drafts: readonly StepDraft[];
  readonly ids: ReadonlyMap<string, number>;
  readonly waits: Waits;
  readonly report: Report;
}

/** Finds the ranges of a file and reports those that cannot be. */
export function findRanges(facts: SectionFacts): Ranges {
  const { drafts } = facts;
  /** Index of the repeat that a step belongs to. */
  const owner = new Map<number, number>();
  for (const draft of drafts) {
    const { repeat, index } = draft;
    if (repeat === undefined) continue;
    const start = repeat.from === undefined ? index : startOf(draft, repeat.from, facts);
    if (start === undefined) continue;
    const other = firstOwner(owner, start, index);
    if (other !== undefined) overlap(draft, drafts[other], facts.report);
    else {
      for (let step = start; step <= index; step += 1) owner.set(step, index);
      if (repeat.from !== undefined) checkEnd(draft, repeat.from, start, facts);
    }
  }
  return {
    areTogether: (step, other) => {
      const range = owner.get(step);
      return range !== undefined && owner.get(other) === range;
    },
  };
}

function startOf(draft: StepDraft, from: Ref, { ids, drafts, report }: SectionFacts): number | undefined {
  const start = ids.get(from.id);
  if (start === undefined) return undefined;
  if (draft.section !== "steps") {
    const help = "repeat the step alone, or do it in ## Steps";
    report.add("E134", from, "'from' has no meaning here: these steps run one after another, once", help);
  } else if (drafts[start]?.section !== "steps" || start > draft.index) {
    report.add("E134", from, `'${from.id}' stands below this step`, "name a step above: the rounds begin there");
  } else if (start === draft.index) {
    report.add("E134", from, "a step repeats itself without 'from'", "remove 'from'");
  } else if (draft.foreach !== undefined) {
    const help = "put the foreach on a step between the two";
    report.add("E134", from, "a step with a foreach cannot repeat other steps", help);
  } else return start;
  return undefined;
}

function firstOwner(owner: ReadonlyMap<number, number>, start: number, end: number): number | undefined {
  for (let step = start; step <= end; step += 1) {
    const found = owner.get(step);
    if (found !== undefined) return found;
  }
  return undefined;
}

function overlap({ repeat, idAt }: StepDraft, other: StepDraft | undefined, report: Report): void {
  const message = `this repeat and that of '${other?.id ?? ""}' have steps in common`;
  report.add("E134", repeat?.from ?? repeat?.at ?? idAt, message, "let only one of them repeat these steps");
}

/** A round ends with its last step: nothing of it may still run then. */
function checkEnd(draft: StepDraft, from: Ref, start: number, { drafts, waits, report }: SectionFacts): void {
  for (let step = start; step < draft.index; step += 1) {
    if (waits.has(draft.index, step)) continue;
    const id = drafts[step]?.id ?? "";
    const help = draft.needs === undefined ? "reorder the steps" : `add '${id}' to needs`;
    report.add("E134", from, `this step repeats '${id}' but does not wait for it`, help);
    return;
  }
}
