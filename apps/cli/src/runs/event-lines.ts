import { parseStepPath, type StoredEvent } from "@aiw/core";
import { formatClock, formatDate, oneLine, stripControl } from "../output/format.js";
import type { Style } from "../output/style.js";
import { describeEvent, outputOf } from "./describe-event.js";

const maxWidth = 32;

/** What to show of the events. */
export interface EventLinesOptions {
  readonly style: Style;
  /** Also what the steps printed. */
  readonly isVerbose: boolean;
  /** Only events of this step. */
  readonly step?: string | undefined;
}

/** Is it an event of the step, its items, rounds and undo, or of the one path that is given? Is any event wanted? */
export function isWanted(event: StoredEvent, step: string | undefined): boolean {
  if (step === undefined) return true;
  return "step" in event && (event.step === step || parseStepPath(event.step)?.id === step);
}

/** Turns the events of one run, from its first, into lines for people. The date stands where it changes. */
export function createEventLines({
  style,
  isVerbose,
  step,
}: EventLinesOptions): (event: StoredEvent) => readonly string[] {
  let width = 0;
  let day = "";
  return (event) => {
    if (event.type === "run.created") width = widthFor(event);
    if (!isWanted(event, step)) return [];
    const date = formatDate(event.at).slice(0, 10);
    const output = isVerbose ? outputOf(event) : [];
    const lines = [
      ...(date === day ? [] : [style.dim(date)]),
      `${style.dim(formatClock(event.at))} ${nameOf(event).padEnd(width)}  ${oneLine(describeEvent(event), 1_000)}`,
      ...output
        .flatMap((text) => stripControl(text).trimEnd().split("\n"))
        .map((line) => `  ${style.dim("│")} ${line}`),
    ];
    day = date;
    return lines;
  };
}

function widthFor(created: Extract<StoredEvent, { type: "run.created" }>): number {
  const ids = created.data.workflow.steps.map(({ id }) => id.length);
  return Math.min(
    maxWidth,
    ids.reduce((longest, length) => Math.max(longest, length), 3),
  );
}

function nameOf(event: StoredEvent): string {
  return "step" in event ? oneLine(event.step, maxWidth) : "run";
}
