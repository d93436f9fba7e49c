import { type InputSpec, type JsonSchema, suggest } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { Call } from "../settings/step-draft.js";
import type { TriggerDraft } from "../settings/triggers.js";
import { parametersOf } from "../settings/use-call.js";
import { checkArguments } from "./arguments.js";
import type { ExpressionChecker } from "./expressions.js";

/** What triggers are compared with. */
export interface TriggerFacts {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly secrets: readonly string[];
  readonly checker: ExpressionChecker;
  readonly report: Report;
}

/** Checks the expressions, inputs and secrets of triggers. */
export function checkTriggers(triggers: readonly TriggerDraft[], facts: TriggerFacts): void {
  const { inputs, secrets, checker, report } = facts;
  const parameters = parametersOf(inputs);
  for (const { spec, at, uses, inputs: withNode, secret } of triggers) {
    const types = new Map<string, JsonSchema>();
    for (const use of uses) types.set(use.expression.source, checker.check(use, { trigger: spec.type }));
    // A person gives the inputs when they start it.
    if (spec.type === "manual") continue;
    const call: Call = {
      at,
      of: "workflow",
      key: "inputs",
      parameters,
      ...(withNode === undefined ? {} : { withNode }),
    };
    checkArguments(call, (source) => types.get(source), report);
    if (secret === undefined || secrets.includes(secret.name)) continue;
    const help = suggest(secret.name, secrets) ?? `add it: secrets: [${secret.name}]`;
    report.add("E138", secret, `the secret '${secret.name}' is not declared`, help);
  }
}
