import type { JsonSchema, ValueTemplate } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { FileSettings } from "../settings/file.js";
import type { BodyDraft, StepDraft } from "../settings/step-draft.js";
import { checkArguments } from "./arguments.js";
import { ExpressionChecker } from "./expressions.js";
import { indexSteps } from "./known-steps.js";
import { findRanges, type SectionFacts } from "./ranges.js";
import type { Reader } from "./reader.js";
import { checkRefs } from "./refs.js";
import { checkSessions, checkWorkspaces } from "./sessions.js";
import { checkTriggers } from "./triggers.js";
import type { ExprUse } from "./use.js";
import { resolveWaits } from "./waits.js";

/** What was read of a file. */
export interface FileDrafts {
  readonly settings: FileSettings;
  readonly drafts: readonly StepDraft[];
  /** Expressions outside of steps and triggers. */
  readonly fileUses: readonly ExprUse[];
  readonly report: Report;
  /** Variables that the bundle gives. */
  readonly config: Readonly<Record<string, string>>;
}

/** What the checks work out for the model. */
export interface Checked {
  /** Ids that a step waits for; none in a sequence. */
  needsOf(step: number): readonly string[];
  /** Types of the workflow's outputs. */
  readonly outputs: Readonly<Record<string, JsonSchema>>;
  readonly checker: ExpressionChecker;
}

/** Checks what can only be checked once the whole file is read. */
export function checkWorkflow(file: FileDrafts): Checked {
  const { settings, drafts, report } = file;
  const ids = indexSteps(drafts, report);
  const main = drafts.filter(({ section }) => section === "steps");
  const waits = resolveWaits(main, ids, report);
  const facts: SectionFacts = { drafts, ids, waits, report };
  for (const draft of drafts) checkRefs(draft, ids, report);
  const ranges = findRanges(facts);
  checkSessions(facts);
  checkWorkspaces(facts, settings.workspace);
  const { inputs, secrets } = settings;
  const checker = new ExpressionChecker({ ...facts, ranges, inputs, secrets, env: variables(file) });
  const types = new Map(file.fileUses.map((use) => [use, checker.check(use)]));
  checkTriggers(settings.on ?? [], { inputs, secrets, checker, report });
  for (const step of drafts) {
    checkBody(step, { step }, checker, report);
    if (step.undo !== undefined) checkBody(step.undo, { step, isUndo: true }, checker, report);
  }
  return {
    needsOf: (step) => (step < main.length ? waits.needsOf(step) : []),
    outputs: outputTypes(settings, types),
    checker,
  };
}

/** The variables of the whole workflow; those made from secrets are secrets. */
function variables({ settings, config }: FileDrafts): Readonly<Record<string, { readonly isSecret: boolean }>> {
  const plain = Object.keys(config).map((name) => [name, { isSecret: false }] as const);
  const declared = Object.entries(settings.env).map(
    ([name, value]) => [name, { isSecret: readsSecrets(value) }] as const,
  );
  return Object.fromEntries([...plain, ...declared]);
}

function outputTypes(
  { outputs }: FileSettings,
  types: ReadonlyMap<ExprUse, JsonSchema>,
): Readonly<Record<string, JsonSchema>> {
  const bySource = new Map(
    [...types].flatMap(([use, type]) => (use.place === "outputs" ? [[use.expression.source, type] as const] : [])),
  );
  return Object.fromEntries(Object.entries(outputs).map(([name, expr]) => [name, bySource.get(expr) ?? {}]));
}

function checkBody(body: BodyDraft, reader: Reader, checker: ExpressionChecker, report: Report): void {
  const types = new Map(body.uses.map((use) => [use.expression.source, checker.check(use, reader)]));
  if (body.call !== undefined) checkArguments(body.call, (source) => types.get(source), report);
}

function readsSecrets(template: ValueTemplate): boolean {
  const isSecret = (expr: string) => /(?:^|[^.\p{L}\p{N}_])secrets\b/u.test(expr);
  if (template.t === "expr") return isSecret(template.expr);
  return template.t === "text" && template.parts.some((part) => typeof part !== "string" && isSecret(part.expr));
}
