import { faultOfId, idOf } from "../structure/ids.js";
import { normalizeNewlines } from "../text/source.js";
import { applyChanges, type TextChange } from "./changes.js";
import type { RenameStepEdit } from "./edit.js";
import { patchFault } from "./fault.js";
import { type Layout, layoutOf, type StepPart } from "./layout.js";
import type { Renaming } from "./model-rename.js";
import { flowText } from "./render-yaml.js";
import { findStep, setKey } from "./settings-edit.js";
import { stepRefsOf } from "./step-refs.js";

/** A renamed file, and what the renaming comes to. */
export interface Renamed extends Renaming {
  readonly text: string;
}

/** The file with a step renamed, and its new id wherever the old one stood. */
export function renameStep(layout: Layout, edit: RenameStepEdit): Renamed {
  const step = findStep(layout, edit.step);
  const renaming = renamingOf(step, edit);
  refuseTaken(layout, renaming);
  const withRefs = applyChanges(layout.text, [...refChanges(layout, renaming), ...titleChange(layout, step, renaming)]);
  const text = withId(withRefs, { layout, step, renaming });
  return { text, ...renaming };
}

function renamingOf(step: StepPart, { step: from, title, id }: RenameStepEdit): Renaming {
  const old = step.own.block.heading.title;
  const newTitle = title ?? old;
  const to = id ?? (title === undefined || step.hasIdKey ? from : idOf(title));
  const fault = faultOfId(to);
  if (fault !== undefined) {
    throw patchFault("no_place", `the id '${to}' ${fault}`, "give an id with letters, digits and '_'", { id: to });
  }
  return { from, to, title: newTitle };
}

function refuseTaken({ steps }: Layout, { from, to }: Renaming): void {
  if (steps.filter(({ id }) => id === from).length > 1) {
    throw patchFault("no_place", `several steps have the id '${from}'`, "give one of them an id of its own by hand");
  }
  if (from === to || !steps.some(({ id }) => id === to)) return;
  throw patchFault("no_place", `there is a step '${to}' already`, "choose another id", { id: to });
}

function refChanges(layout: Layout, { from, to }: Renaming): readonly TextChange[] {
  if (from === to) return [];
  const { refs, unread } = stepRefsOf(layout);
  const { text } = layout;
  const word = new RegExp(`(?<![\\p{L}\\p{N}_])${from}(?![\\p{L}\\p{N}_])`, "u");
  const hidden = unread.find(({ start, end }) => word.test(text.slice(start, end)));
  if (hidden !== undefined) {
    const line = normalizeNewlines(text.slice(0, hidden.start)).split("\n").length;
    const message = `'${from}' stands where it cannot be told whether it means the step (line ${line})`;
    throw patchFault("unreadable", message, "mend what `aiw check` says about that line first", { line });
  }
  return refs
    .filter(({ id }) => id === from)
    .map(({ start, end }) => ({ start, end, text: asName(to, text[start - 1] ?? "") }));
}

/** A name of `needs:` that YAML would take for something else is quoted; one in quotes or after a dot never is. */
function asName(id: string, before: string): string {
  return /[\s[,]/.test(before) ? flowText(id, { quote: '"', isFlow: true }) : id;
}

function titleChange({ text }: Layout, step: StepPart, { title }: Renaming): readonly TextChange[] {
  const { heading } = step.own.block;
  if (title === heading.title) return [];
  if (heading.title !== "") {
    return [{ start: heading.titleStart, end: heading.titleStart + heading.title.length, text: title }];
  }
  const marks = heading.start + text.slice(heading.start, heading.end).search(/[^#\s]|$/);
  return [{ start: marks, end: heading.end, text: ` ${title}` }];
}

interface IdPlace {
  readonly layout: Layout;
  readonly step: StepPart;
  readonly renaming: Renaming;
}

/** `id:` where the step has it, or needs it because its heading gives another id. */
function withId(text: string, { layout, step, renaming }: IdPlace): string {
  const { to, title } = renaming;
  if (!step.hasIdKey && idOf(title) === to) return text;
  const after = layoutOf(text);
  const index = layout.steps.indexOf(step);
  const id = after.steps[index]?.id;
  if (id === undefined || id === to) return text;
  return setKey(after, { step: id }, ["id"], to);
}
