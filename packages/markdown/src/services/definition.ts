import { isText } from "../yaml/nodes.js";
import type { Definition, Occurrence } from "./analysis.js";
import { type Spot, spotsOf } from "./spots.js";
import { chainStart, tokensOf } from "./tokens.js";
import { type FilePart, type FileView, partAt, touches } from "./view.js";

/** The name at an offset. */
export function occurrenceAt(occurrences: readonly Occurrence[], offset: number): Occurrence | undefined {
  return occurrences.find((each) => touches(each, offset));
}

/** Every place that names the same thing. */
export function sameAs(occurrences: readonly Occurrence[], { kind, name }: Occurrence): readonly Occurrence[] {
  return occurrences.filter((each) => each.kind === kind && each.name === name);
}

/** Where the thing at an offset is declared: what has a name, the variable of a loop, the file of a sub-workflow. */
export function definitionIn(
  view: FileView,
  offset: number,
  occurrences: readonly Occurrence[],
): Definition | undefined {
  const named = occurrenceAt(occurrences, offset);
  if (named !== undefined) {
    const declaration = sameAs(occurrences, named).find(({ isDeclaration }) => isDeclaration);
    return declaration === undefined ? undefined : { range: { start: declaration.start, end: declaration.end } };
  }
  const part = partAt(view, offset);
  return part === undefined ? undefined : (usedFile(part, offset) ?? loopVariable(view, part, offset));
}

function usedFile({ map }: FilePart, offset: number): Definition | undefined {
  const value = map?.entries.find(({ key }) => key === "use")?.value;
  if (value === undefined || !isText(value) || !touches(value, offset)) return undefined;
  return /^\.\.?\//.test(value.value) ? { file: value.value } : undefined;
}

function loopVariable(view: FileView, part: FilePart, offset: number): Definition | undefined {
  const name = part.reader.step?.foreach?.as;
  if (name === undefined || !spotsOf(view).some((spot) => namesRoot(spot, name, offset))) return undefined;
  const entries = view.parts.find(({ kind, reader }) => kind === "step" && reader.step === part.reader.step)?.map
    ?.entries;
  const as = entries?.find(({ key }) => key === "as")?.value;
  const at = as ?? entries?.find(({ key }) => key === "foreach")?.at;
  return at === undefined ? undefined : { range: { start: at.start, end: at.end } };
}

function namesRoot({ source, locate }: Spot, name: string, offset: number): boolean {
  if (offset < locate(0) || offset > locate(source.length)) return false;
  const tokens = tokensOf(source);
  return tokens.some(
    (token, index) =>
      token.text === name &&
      chainStart(tokens, index) === index &&
      touches({ start: locate(token.start), end: locate(token.end - 1) + 1 }, offset),
  );
}
