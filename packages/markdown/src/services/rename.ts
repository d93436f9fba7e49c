import { loadMarkdown } from "../load.js";
import { applyChanges, type TextChange } from "../patch/changes.js";
import type { PatchResult } from "../patch/edit.js";
import { patchFault } from "../patch/fault.js";
import { patchWorkflow } from "../patch/patch.js";
import { refuseNewProblems } from "../patch/verify.js";
import type { Problem } from "../problems/problem.js";
import { explainName, isIdentifier } from "../structure/ids.js";
import type { Occurrence, RenameTarget } from "./analysis.js";
import { sameAs } from "./definition.js";
import type { FileView } from "./view.js";

/** What a renaming of the name begins with; nothing for what cannot be renamed. */
export function renameTarget({ text }: FileView, { kind, start, end }: Occurrence): RenameTarget | undefined {
  if (kind !== "step" && kind !== "input") return undefined;
  return { range: { start, end }, placeholder: text.slice(start, end) };
}

/** The file as it is known before a renaming. */
export interface Renamed {
  readonly view: FileView;
  readonly occurrences: readonly Occurrence[];
  readonly problems: readonly Problem[];
}

/**
 * Renames what has a name, with every place that names it.
 *
 * @throws AiwError `patch_failed`.
 */
export function renameNamed(file: Renamed, target: Occurrence | undefined, name: string): PatchResult {
  if (target?.kind === "input") return renameInput(file, target, name);
  if (target?.kind !== "step") {
    throw patchFault("no_place", "there is nothing here that can be renamed", "put the cursor on a step or an input");
  }
  const { text, options, outline } = file.view;
  const headings = [outline.steps, outline.onFailure, outline.finally].flatMap(({ steps }) => steps);
  const isHeading = headings.some(({ heading }) => heading.titleStart === target.start);
  const edit = { kind: "rename-step", step: target.name, ...(isHeading ? { title: name } : { id: name }) } as const;
  // Mistakes elsewhere are there while a file is being written.
  return patchWorkflow(text, edit, { ...options, allowProblems: true });
}

/** Callers outside of the file are not looked at. */
function renameInput({ view, occurrences, problems }: Renamed, target: Occurrence, name: string): PatchResult {
  const { text, options } = view;
  if (!isIdentifier(name)) {
    const { message, help } = explainName(name, "an input");
    throw patchFault("no_place", message, help, { name });
  }
  const isTaken =
    name !== target.name &&
    occurrences.some((each) => each.kind === "input" && each.isDeclaration && each.name === name);
  if (isTaken) throw patchFault("no_place", `there is an input '${name}' already`, "choose another name", { name });
  const changes: readonly TextChange[] = sameAs(occurrences, target).map(({ start, end }) => ({
    start,
    end,
    text: name,
  }));
  const renamed = applyChanges(text, changes);
  const after = loadMarkdown(renamed, options).problems;
  refuseNewProblems(problems, after);
  return { text: renamed, changes, problems: after };
}
