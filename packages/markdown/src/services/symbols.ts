import type { Section, StepBlock } from "../structure/outline.js";
import type { HeadingBlock } from "../text/blocks.js";
import type { Range } from "../text/source.js";
import type { FileSymbol } from "./analysis.js";
import type { FilePart, FileView } from "./view.js";

/** The outline of a file: its inputs, its sections, and the sections of steps with their steps. */
export function symbolsOf(view: FileView): readonly FileSymbol[] {
  const { outline, parts, text } = view;
  const inputs = parts.filter(({ kind }) => kind === "front").flatMap(inputSymbols);
  const sections = outline.sections.map(sectionSymbol);
  const areas = [outline.steps, outline.onFailure, outline.finally].flatMap(({ heading, steps }) => {
    if (heading === undefined) return [];
    const children = steps.map((block) => stepSymbol(view, block));
    const end = children.at(-1)?.range.end ?? heading.end;
    return [symbol("steps", heading, { range: { start: heading.start, end }, children })];
  });
  const inner = [...sections, ...areas].sort((a, b) => a.range.start - b.range.start);
  if (outline.title === undefined) return [...inputs, ...inner];
  const range = { start: outline.title.start, end: text.length };
  return [...inputs, symbol("title", outline.title, { range, children: inner })];
}

interface Rest {
  readonly range: Range;
  readonly children?: readonly FileSymbol[];
  readonly detail?: string;
}

function symbol(kind: FileSymbol["kind"], heading: HeadingBlock, { range, children = [], detail }: Rest): FileSymbol {
  const { title, titleStart } = heading;
  // An editor refuses an entry without a name.
  const named =
    title === ""
      ? { name: "(no title)", nameRange: heading }
      : { name: title, nameRange: { start: titleStart, end: titleStart + title.length } };
  return { ...named, kind, range, children, ...(detail === undefined ? {} : { detail }) };
}

function sectionSymbol({ heading, body }: Section): FileSymbol {
  return symbol("section", heading, { range: { start: heading.start, end: body.end } });
}

function stepSymbol({ parts }: FileView, block: StepBlock): FileSymbol {
  const { step } = parts.find((part) => part.block === block)?.reader ?? {};
  const { heading, body, undo } = block;
  const children =
    undo === undefined
      ? []
      : [symbol("undo", undo.heading, { range: { start: undo.heading.start, end: undo.body.end } })];
  const range = { start: heading.start, end: body.end };
  return symbol("step", heading, { range, children, ...(step === undefined ? {} : { detail: step.kind }) });
}

function inputSymbols({ map }: FilePart): readonly FileSymbol[] {
  const inputs = map?.entries.find(({ key }) => key === "inputs")?.value;
  if (inputs?.kind !== "map") return [];
  return inputs.entries.map(({ key, at, value }) => ({
    name: key,
    kind: "input",
    range: { start: at.start, end: Math.max(at.end, value.end) },
    nameRange: at,
    children: [],
  }));
}
