import { AiwError } from "../errors.js";
import { checkExpression } from "../expr/check.js";
import { nearest } from "../expr/nearest.js";
import { parseExpression } from "../expr/parser.js";
import type { Step } from "../model/step.js";
import type { Workflow } from "../model/workflow.js";
import { type ExpressionUse, expressionsOf, inText, inValue } from "./expressions.js";
import type { Waits } from "./waits.js";

const common = ["inputs", "env", "run", "steps"];
const attempt = ["output", "text", "status", "exit_code", "stderr"];

/**
 * Checks what types cannot see, in expressions written as text above all: that they can be read, use names that there
 * are, and read only steps that are waited for.
 *
 * @throws AiwError `workflow_invalid` at the first fault.
 */
export function verifyWorkflow(workflow: Workflow, waits: Waits): void {
  const { steps, onFailure = [], finally: last = [] } = workflow;
  const ids = new Set([...steps, ...onFailure, ...last].map(({ id }) => id));
  for (const value of Object.values(workflow.env))
    verify("env", inValue(value), ["inputs", "run", "secrets"], new Set());
  verify("instructions", inText(workflow.instructions ?? []), ["inputs", "env", "run"], new Set());
  verify("concurrency", inText(workflow.concurrency?.key ?? []), ["inputs", "run"], new Set());
  for (const step of steps) verifyStep(step, readableBy(step, steps, waits), []);
  for (const step of [...onFailure, ...last]) verifyStep(step, ids, ["error"]);
  verify("outputs", Object.values(workflow.outputs), common, ids);
}

/** The steps that a step may read: those it waits for, and all of a `repeat` that it is part of. */
function readableBy(step: Step, steps: readonly Step[], waits: Waits): ReadonlySet<string> {
  const readable = new Set(waits.before(step.id));
  const at = steps.indexOf(step);
  for (const [end, { repeat }] of steps.entries()) {
    const start = steps.findIndex(({ id }) => id === repeat?.from);
    if (start === -1 || at < start || at > end) continue;
    for (const { id } of steps.slice(start, end + 1)) if (id !== step.id) readable.add(id);
  }
  return readable;
}

function verifyStep(step: Step, readable: ReadonlySet<string>, more: readonly string[]): void {
  const as = step.foreach?.as;
  const roots: Readonly<Record<ExpressionUse, readonly string[]>> = {
    condition: [...common, ...more],
    value: [...common, ...more, ...(as === undefined ? [] : [as])],
    secret: [...common, ...more, "secrets", ...(as === undefined ? [] : [as])],
    attempt: [...common, ...more, ...attempt, ...(as === undefined ? [] : [as])],
  };
  for (const { source, use, key } of expressionsOf(step)) {
    verify(`step '${step.id}': ${key}`, [source], roots[use], readable);
  }
  if (step.undo === undefined) return;
  for (const { source, use, key } of expressionsOf(step.undo)) {
    const names = [...roots[use], "error", ...(as === undefined ? [] : [as])];
    verify(`Undo of step '${step.id}': ${key}`, [source], names, new Set([...readable, step.id]));
  }
}

function verify(of: string, sources: readonly string[], roots: readonly string[], steps: ReadonlySet<string>): void {
  for (const source of sources) {
    const parsed = parseExpression(source);
    if (!parsed.ok) refuse(of, source, parsed.problem.message, parsed.problem.help);
    const names = Object.fromEntries(roots.map((name) => [name, {}]));
    const { problems, references } = checkExpression(parsed.expression, { names });
    const [problem] = problems;
    if (problem !== undefined) refuse(of, source, problem.message, problem.help);
    for (const { path } of references) {
      const [root, id] = path;
      if (root !== "steps") continue;
      if (id === undefined) refuse(of, source, "'steps' is read by name", "write steps.name.text or steps.name.output");
      if (steps.has(id)) continue;
      const near = nearest(id, [...steps]);
      const help = near === undefined ? `add '${id}' to needs` : `did you mean '${near}'?`;
      refuse(of, source, `it does not wait for a step '${id}'`, help);
    }
  }
}

function refuse(of: string, source: string, message: string, help: string | undefined): never {
  throw new AiwError("workflow_invalid", `${of}: ${message}: ${source}`, help === undefined ? {} : { hint: help });
}
