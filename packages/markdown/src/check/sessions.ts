import type { Ref, StepDraft } from "../settings/step-draft.js";
import { faultOfOrder } from "./order.js";
import type { SectionFacts } from "./ranges.js";

/** Checks `session:`: one agent step that is done by then, and goes on with one conversation. */
export function checkSessions(facts: SectionFacts): void {
  const users = new Map<number, StepDraft>();
  for (const draft of facts.drafts) {
    const { session } = draft;
    const target = session === undefined ? undefined : facts.ids.get(session.id);
    const step = facts.drafts[target ?? -1];
    if (session === undefined || target === undefined || step === undefined) continue;
    const fault = faultOf(draft, step, facts) ?? secondUser(users.get(target));
    if (fault !== undefined) facts.report.add("E135", session, fault.message, fault.help);
    else users.set(target, draft);
  }
}

interface Fault {
  readonly message: string;
  readonly help: string;
}

function faultOf(draft: StepDraft, target: StepDraft, facts: SectionFacts): Fault | undefined {
  const { id } = target;
  if (target === draft) return { message: "a step cannot go on with its own session", help: "name an earlier step" };
  if (target.kind !== "agent") {
    return { message: `'${id}' is no agent step: it has no session`, help: "name a step with a prompt" };
  }
  const order = faultOfOrder(draft, target, facts.waits);
  if (order !== undefined) return order;
  if (target.foreach !== undefined) {
    return { message: `'${id}' has a foreach: it has a session for each item`, help: "name a step without foreach" };
  }
  if (draft.foreach !== undefined) {
    return { message: "a step with a foreach would use the session more than once", help: "remove the foreach" };
  }
  if (draft.cwd !== undefined && JSON.stringify(draft.cwd) !== JSON.stringify(target.cwd)) {
    return { message: `'${id}' works in another folder`, help: "give both the same cwd" };
  }
  return undefined;
}

function secondUser(user: StepDraft | undefined): Fault | undefined {
  if (user === undefined) return undefined;
  const help = `name '${user.id}' to go on after it`;
  return { message: `'${user.id}' goes on with this session already`, help };
}

/** Checks `workspace: <step>` and `apply: <step>`: a step that is done by then and has a workspace of its own. */
export function checkWorkspaces(facts: SectionFacts, fileDefault: string | undefined): void {
  for (const draft of facts.drafts) {
    for (const ref of [draft.workspace?.ref, draft.applies, draft.undo?.workspace?.ref]) {
      if (ref !== undefined) checkWorkspace(draft, ref, facts, fileDefault);
    }
  }
}

function checkWorkspace(draft: StepDraft, ref: Ref, facts: SectionFacts, fileDefault: string | undefined): void {
  const target = facts.drafts[facts.ids.get(ref.id) ?? -1];
  if (target === undefined) return;
  const { report } = facts;
  const isOfUndo = ref === draft.undo?.workspace?.ref;
  const order = faultOfOrder(draft, target, facts.waits);
  if (target === draft && !isOfUndo) {
    report.add("E136", ref, "a step cannot name itself", "name an earlier step");
  } else if (target !== draft && order !== undefined) {
    report.add("E136", ref, order.message, order.help);
  } else if ((target.workspace?.value ?? fileDefault) !== "new") {
    const message = `'${ref.id}' has no workspace of its own`;
    report.add("E136", ref, message, `write workspace: new in the settings of '${ref.id}'`);
  } else if (target.foreach !== undefined && target !== draft) {
    const message = `'${ref.id}' has a foreach: it has a workspace for each item`;
    report.add("E136", ref, message, "name a step without foreach");
  }
}
