import { loadMarkdown } from "../load.js";
import { setProse, setScript } from "./body-edit.js";
import { changesBetween } from "./changes.js";
import type { PatchOptions, PatchResult, WorkflowEdit } from "./edit.js";
import { patchFault } from "./fault.js";
import { type Layout, layoutOf } from "./layout.js";
import { renameStep } from "./rename.js";
import { removeKey, setKey } from "./settings-edit.js";
import { addStep, moveStep, removeStep } from "./step-edit.js";
import { type Edited, refuseNewProblems, verifyPlain, verifyRename } from "./verify.js";

/**
 * Makes one edit of a workflow file as the smallest change of its text: whatever the edit does not name stays byte for
 * byte, comments, prose, quotes, line ends and a byte order mark among it. The result is loaded and compared with the
 * file before: it must differ as asked and in nothing else.
 *
 * A file with problems can be edited too, as long as the settings that change can be read. What its model would be is
 * then unknown; the comparison is of front matter, steps, settings, scripts and prose as they stand in the text.
 *
 * @throws AiwError `patch_failed`, `details.reason` says why: `unknown` (no such step), `unreadable` (broken settings
 * or expressions where it would change something), `no_place`, `problems` (the file would have more), `not_as_asked`.
 */
export function patchWorkflow(text: string, edit: WorkflowEdit, options: PatchOptions): PatchResult {
  refuseYaml(options.file);
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const body = text.slice(mark.length);
  const before = readable(layoutOf(body));
  const made = makeEdit(before, edit);
  const after = layoutOf(made.text);
  const loaded = { before: loadMarkdown(body, options), after: loadMarkdown(made.text, options) };
  made.verify({ before, after, loaded });
  if (options.allowProblems !== true) refuseNewProblems(loaded.before.problems, loaded.after.problems);
  const changes = changesBetween(body, made.text).map((change) => ({
    ...change,
    start: change.start + mark.length,
    end: change.end + mark.length,
  }));
  return { text: mark + made.text, changes, problems: loaded.after.problems };
}

function refuseYaml(file: string): void {
  if (!/\.ya?ml$/i.test(file)) return;
  throw patchFault("unreadable", "a workflow in pure YAML is not edited by parts", "edit it as YAML");
}

function readable(layout: Layout): Layout {
  const open = layout.problems.find(({ code }) => code === "E003");
  if (open === undefined) return layout;
  throw patchFault("unreadable", open.message, open.help ?? "mend it by hand first", { line: open.line });
}

interface Made {
  readonly text: string;
  readonly verify: (edited: Edited) => void;
}

function makeEdit(layout: Layout, edit: WorkflowEdit): Made {
  if (edit.kind === "rename-step") {
    const renamed = renameStep(layout, edit);
    return { text: renamed.text, verify: (edited) => verifyRename(edited, renamed) };
  }
  return { text: plainEdit(layout, edit), verify: (edited) => verifyPlain(edited, edit) };
}

function plainEdit(layout: Layout, edit: Exclude<WorkflowEdit, { readonly kind: "rename-step" }>): string {
  switch (edit.kind) {
    case "set":
      refuseId(edit.step, edit.path);
      return setKey(layout, edit, edit.path, edit.value);
    case "remove":
      refuseId(edit.step, edit.path);
      return removeKey(layout, edit, edit.path);
    case "set-prose":
      return setProse(layout, edit);
    case "set-script":
      return setScript(layout, edit);
    case "add-step":
      return addStep(layout, edit);
    case "remove-step":
      return removeStep(layout, edit.step);
    case "move-step":
      return moveStep(layout, edit);
  }
}

function refuseId(step: string | undefined, path: readonly (string | number)[]): void {
  if (step === undefined || path[0] !== "id") return;
  throw patchFault("no_place", "an id is not set by itself: other steps name it", "rename the step");
}
