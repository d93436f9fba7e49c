import type { Reference } from "@aiw/core";
import type { ProblemCode } from "../problems/codes.js";
import type { StepDraft } from "../settings/step-draft.js";
import { faultOfOrder } from "./order.js";
import type { Ranges } from "./ranges.js";
import type { Reader } from "./reader.js";
import type { Knowledge } from "./step-types.js";
import type { UsePlace } from "./use.js";
import type { Waits } from "./waits.js";

/** Who waits for whom, and who is made again with whom. */
export interface ReadFacts {
  readonly waits: Waits;
  readonly ranges: Ranges;
}

/** What is wrong with reading a step. */
export interface ReadFault {
  readonly code: ProblemCode;
  readonly message: string;
  readonly help: string;
}

/** What is known of a step where the reader stands. */
export function knowledgeOf(target: StepDraft, { step, isUndo }: Reader, { waits, ranges }: ReadFacts): Knowledge {
  const isOwn = isUndo === true && step === target;
  if (step === undefined || isOwn) return { isOpen: false, isOwn };
  if (step.section !== "steps") return { isOpen: true, isOwn };
  // Of a step that it does not wait for, a step of the same range reads the latest round: there may be none yet.
  return { isOpen: !waits.has(step.index, target.index) && ranges.areTogether(step.index, target.index), isOwn };
}

/** Why the reference to a step, `steps.<id>` and what follows, cannot be; nothing when it can. */
export function faultOfRead(
  { path }: Pick<Reference, "path">,
  target: StepDraft,
  { reader, place, facts }: { readonly reader: Reader; readonly place: UsePlace; readonly facts: ReadFacts },
): ReadFault | undefined {
  const { step } = reader;
  if (step === target) {
    return reader.isUndo === true ? faultOfField(path[2], target, true) : ownFault(place);
  }
  const order = faultOfOrder(step, target, facts.waits);
  if (order === undefined || (step !== undefined && isTogether(step, target, facts))) {
    return faultOfField(path[2], target, false);
  }
  return { code: order.isLater ? "E220" : "E212", message: order.message, help: order.help };
}

function isTogether(step: StepDraft, target: StepDraft, { ranges }: ReadFacts): boolean {
  return ranges.areTogether(step.index, target.index);
}

function ownFault(place: UsePlace): ReadFault {
  const isAttempt = place === "fail-if" || place === "until";
  const help = isAttempt
    ? `in ${place}, this attempt's are output, text, status, exit_code and stderr`
    : "read a step above, or remove this";
  return { code: "E213", message: "a step cannot read itself", help };
}

/** A field of a step that this kind of step never has. */
function faultOfField(field: string | undefined, target: StepDraft, isOwn: boolean): ReadFault | undefined {
  const { id, kind, foreach, output } = target;
  const isLoop = foreach !== undefined && !isOwn;
  if (field === "items" && !isLoop) {
    const message = isOwn ? "an Undo reads the item that it undoes" : `'${id}' has no items: it has no foreach`;
    return { code: "E221", message, help: `read steps.${id}.${output === undefined ? "text" : "output"}` };
  }
  if (field !== "text" && field !== "output") return undefined;
  if (isLoop) {
    const help = `read steps.${id}.items: a list with the ${field} of each`;
    return { code: "E221", message: `'${id}' has a foreach: its results are those of its items`, help };
  }
  if (field === "text") {
    if (kind !== "use" && kind !== "wait") return undefined;
    const message = `'${id}' has no text: it is ${kind === "use" ? "a sub-workflow" : "a wait"}`;
    return { code: "E221", message, help: `read steps.${id}.${output === undefined ? "status" : "output"}` };
  }
  if (output !== undefined) return undefined;
  if (kind === "wait") {
    const help = `read steps.${id}.status, or wait for a signal`;
    return { code: "E217", message: `'${id}' has no output: it waits for a time`, help };
  }
  const help = `add output: to '${id}', or read steps.${id}.text`;
  return { code: "E217", message: `'${id}' has no output: it declares no type`, help };
}
