/** A step of a run, one item or one round of it, or its undoing: `build[3]#2!undo`. */
export interface StepPath {
  readonly id: string;
  /** Index of the item of a `foreach`, from 0. */
  readonly item?: number | undefined;
  /** Round of a `repeat`, from 1. The first is not written. */
  readonly round: number;
  readonly undo: boolean;
}

const pattern = /^([^[\]#!]+)(?:\[(\d{1,9})\])?(?:#(\d{1,9}))?(!undo)?$/;

/** The path as text. */
export function formatStepPath({
  id,
  item,
  round = 1,
  undo = false,
}: Partial<StepPath> & { readonly id: string }): string {
  return `${id}${item === undefined ? "" : `[${item}]`}${round > 1 ? `#${round}` : ""}${undo ? "!undo" : ""}`;
}

/** The parts of a path; undefined when the text is none. */
export function parseStepPath(text: string): StepPath | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, id = "", item, round, undo] = match;
  const path = { id, round: round === undefined ? 1 : Number(round), undo: undo !== undefined };
  return item === undefined ? path : { ...path, item: Number(item) };
}
