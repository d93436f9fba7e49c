import type { JsonSchema, ValueTemplate } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { FileSettings } from "../settings/file.js";
import type { StepDraft } from "../settings/step-draft.js";
import { checkArguments } from "./arguments.js";
import { createChecker, type ExpressionChecker } from "./expressions.js";
import { indexSteps } from "./known-steps.js";
import { checkRefs } from "./refs.js";
import type { ExprUse } from "./use.js";
import { resolveWaits } from "./waits.js";

/** What was read of a file. */
export interface FileDrafts {
  readonly settings: FileSettings;
  readonly drafts: readonly StepDraft[];
  /** Expressions outside of steps. */
  readonly fileUses: readonly ExprUse[];
  readonly report: Report;
  /** Variables that the bundle gives. */
  readonly config: Readonly<Record<string, string>>;
}

/** What the checks work out for the model. */
export interface Checked {
  /** Ids that a step waits for. */
  needsOf(step: number): readonly string[];
  /** Types of the workflow's outputs. */
  readonly outputs: Readonly<Record<string, JsonSchema>>;
}

/** Checks what can only be checked once the whole file is read. */
export function checkWorkflow({ settings, drafts, fileUses, report, config }: FileDrafts): Checked {
  const ids = indexSteps(drafts, report);
  const waits = resolveWaits(
    drafts.filter(({ section }) => section === "steps"),
    ids,
    report,
  );
  const plain = Object.keys(config).map((name) => [name, { isSecret: false }] as const);
  const declared = Object.entries(settings.env).map(
    ([name, value]) => [name, { isSecret: readsSecrets(value) }] as const,
  );
  const env = Object.fromEntries([...plain, ...declared]);
  const { inputs, secrets } = settings;
  const checker = createChecker({ inputs, secrets, env, steps: drafts, report, ids, waits });
  const outputTypes = new Map(fileUses.map((use) => [use, checker.check(use)]));
  for (const draft of drafts) {
    checkRefs(draft, ids, report);
    checkStep(draft, checker, report);
  }
  return {
    needsOf: (step) => (drafts[step]?.section === "steps" ? waits.needsOf(step) : []),
    outputs: outputsOf(settings, outputTypes),
  };
}

function outputsOf(
  { outputs }: FileSettings,
  types: ReadonlyMap<ExprUse, JsonSchema>,
): Readonly<Record<string, JsonSchema>> {
  const bySource = new Map(
    [...types].flatMap(([use, type]) => (use.place === "outputs" ? [[use.expression.source, type] as const] : [])),
  );
  return Object.fromEntries(Object.entries(outputs).map(([name, expr]) => [name, bySource.get(expr) ?? {}]));
}

function checkStep(draft: StepDraft, checker: ExpressionChecker, report: Report): void {
  const types = new Map(draft.uses.map((use) => [use.expression.source, checker.check(use, draft)]));
  if (draft.call !== undefined) checkArguments(draft.call, (source) => types.get(source), report);
}

function readsSecrets(template: ValueTemplate): boolean {
  const isSecret = (expr: string) => /(?:^|[^.\p{L}\p{N}_])secrets\b/u.test(expr);
  if (template.t === "expr") return isSecret(template.expr);
  return template.t === "text" && template.parts.some((part) => typeof part !== "string" && isSecret(part.expr));
}
