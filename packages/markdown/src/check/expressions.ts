import {
  type CheckedExpression,
  checkExpression,
  checkUse,
  type ExprProblem,
  type JsonSchema,
  nonNullWhere,
  type Reference,
  type ScopeTypes,
} from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { StepDraft } from "../settings/step-draft.js";
import { reportExpr } from "./expr-codes.js";
import { helpForStep } from "./known-steps.js";
import { attemptTypes, narrowingOf, rootTypes, type ScopeFacts } from "./scope.js";
import type { ExprUse, UsePlace } from "./use.js";
import type { Waits } from "./waits.js";

/** What the check of one file's expressions knows. */
export interface ExpressionFacts extends ScopeFacts {
  readonly report: Report;
  readonly ids: ReadonlyMap<string, number>;
  readonly waits: Waits;
}

/** Checks expressions where they stand. */
export interface ExpressionChecker {
  /** @returns The type of the value. */
  check(use: ExprUse, step?: StepDraft): JsonSchema;
}

const readable: Readonly<Record<UsePlace, readonly string[]>> = {
  prompt: ["inputs", "env", "run", "steps"],
  if: ["inputs", "env", "run", "steps"],
  "fail-if": ["inputs", "env", "run", "steps"],
  cwd: ["inputs", "env", "run", "steps"],
  env: ["inputs", "env", "run", "steps"],
  with: ["inputs", "env", "run", "steps"],
  until: ["inputs", "env", "run", "steps"],
  foreach: ["inputs", "env", "run", "steps"],
  "foreach-item": ["inputs", "env", "run", "steps"],
  "with-use": ["inputs", "env", "run", "steps"],
  "wait-until": ["inputs", "env", "run", "steps"],
  signal: ["inputs", "env", "run", "steps"],
  concurrency: ["inputs", "run"],
  "trigger-if": ["event"],
  "trigger-input": ["event"],
  "tool-env": ["inputs", "env", "run"],
  "tool-auth": ["inputs", "env", "run"],
  outputs: ["inputs", "env", "run", "steps"],
  "file-env": ["inputs", "run"],
  section: ["inputs", "env", "run"],
};

/** Builds the types of the file once. */
export function createChecker(facts: ExpressionFacts): ExpressionChecker {
  const roots = rootTypes(facts);
  const places = new Map(
    Object.entries(readable).map(([place, names]) => [
      place,
      Object.fromEntries([...names, "secrets"].map((name) => [name, roots[name] ?? {}])),
    ]),
  );
  const guards = new Map<StepDraft, ReadonlySet<string>>();
  /** What the step's own `if` rules out to be null. */
  const guardOf = (step: StepDraft | undefined): ReadonlySet<string> | undefined => {
    if (step?.condition === undefined) return undefined;
    const known = guards.get(step);
    if (known !== undefined) return known;
    const condition = step.uses.find(({ place }) => place === "if")?.expression;
    const guard =
      condition === undefined ? new Set<string>() : nonNullWhere(condition, narrowingFor(condition.source, facts.ids));
    guards.set(step, guard);
    return guard;
  };
  return {
    check(use, step) {
      if (facts.report.isFull()) return {};
      const names = { ...places.get(use.place), sections: {} };
      const isOwn = use.place === "fail-if" || use.place === "until";
      const own = {
        ...(step?.foreach === undefined ? {} : { [step.foreach.as]: {} }),
        ...(step?.section === "steps" || step === undefined ? {} : { error: {} }),
        ...(isOwn && step !== undefined ? attemptTypes(step) : {}),
      };
      const scope = {
        names: { ...names, ...own },
        narrowing: narrowingFor(use.expression.source, facts.ids),
        nonNull: use.place === "if" ? undefined : guardOf(step),
      };
      return new UseCheck(use, step, facts).run(scope);
    },
  };
}

/** Only for the steps that the source names: a file may have thousands. */
function narrowingFor(source: string, ids: ReadonlyMap<string, number>) {
  if (!source.includes("status")) return [];
  const named = [...source.matchAll(/steps\s*\.\s*([\p{L}\p{N}\p{M}_]+)/gu)].map((match) => match[1] ?? "");
  return [...new Set(named)].filter((id) => ids.has(id)).flatMap(narrowingOf);
}

class UseCheck {
  readonly #use: ExprUse;
  readonly #step: StepDraft | undefined;
  readonly #facts: ExpressionFacts;
  /** Starts of references that were reported: what the checker of expressions says of them is an echo. */
  readonly #reported: Reference[] = [];

  constructor(use: ExprUse, step: StepDraft | undefined, facts: ExpressionFacts) {
    this.#use = use;
    this.#step = step;
    this.#facts = facts;
  }

  run(scope: ScopeTypes): JsonSchema {
    const { expression } = this.#use;
    const checked = checkExpression(expression, scope);
    for (const reference of checked.references) this.#reference(reference);
    const problems = [...checked.problems, ...this.#asUsed(checked)];
    for (const problem of problems) this.#problem(problem, checked.references);
    return checked.type;
  }

  #asUsed(checked: CheckedExpression): readonly ExprProblem[] {
    const { expression, place, inText } = this.#use;
    if (place === "if" || place === "fail-if") return checkUse(expression, checked, "condition");
    return inText ? checkUse(expression, checked, "text") : [];
  }

  #problem(problem: ExprProblem, references: readonly Reference[]): void {
    if (this.#reported.some(({ start, end }) => problem.start < end && problem.end > start)) return;
    if (this.#reported.length > 0 && problem.code === "nullable") return;
    const { report, ids } = this.#facts;
    const { locate, place } = this.#use;
    const range = { start: locate(problem.start), end: locate(Math.max(problem.start, problem.end - 1)) + 1 };
    const step = references.find(({ path, parts }) => path[0] === "steps" && parts[1]?.start === problem.start);
    if (problem.code === "unknown_field" && step !== undefined) {
      const id = step.path[1] ?? "";
      report.add("E211", range, `there is no step '${id}'`, helpForStep(id, ids));
    } else if (problem.code === "unknown_name" && place === "section") {
      report.add("E202", range, problem.message, "a section may use inputs, run, env and sections");
    } else if (problem.code === "unknown_name" && place === "file-env") {
      report.add("E202", range, problem.message, "env of the front matter may use inputs, run and secrets");
    } else if (problem.code === "unknown_name" && problem.help === undefined && this.#use.inText) {
      report.add("E202", range, problem.message, "write \\{{ for a literal {{");
    } else if (problem.code === "wrong_type" && (place === "if" || place === "fail-if") && this.#isWhole(problem)) {
      report.add("E216", range, `'${place}' ${problem.message.replace(/^a condition /, "")}`, problem.help);
    } else reportExpr(report, problem, locate);
  }

  #isWhole(problem: ExprProblem): boolean {
    return problem.start === 0 && problem.message.startsWith("a condition ");
  }

  #reference(reference: Reference): void {
    const [root, name] = reference.path;
    if (root === "steps") this.#stepReference(reference, name);
    else if (root === "output" && this.#use.place === "fail-if" && this.#step?.output === undefined) {
      this.#add("E217", reference, "this step has no output: it declares no type", "add output:, or read text");
    } else if (root === "secrets") this.#secretReference(reference);
    else if (root === "env" && name !== undefined && this.#facts.env[name]?.isSecret === true) {
      this.#secretReference(reference);
    } else if (root === "sections") {
      const message = "a section stands alone: {{ sections.name }}";
      this.#add("E219", reference, message, "write it in text, not inside an expression");
    }
  }

  #secretReference(reference: Reference): void {
    const { place } = this.#use;
    if (place === "env" || place === "file-env" || place === "tool-env" || place === "tool-auth") return;
    if (place === "with" && (this.#step?.kind === "script" || this.#step?.kind === "tool")) return;
    const where = "secrets may stand only in env: and in with: of tools and scripts";
    this.#add("E214", reference, where, "give it to a script or tool through env:");
  }

  #stepReference(reference: Reference, id: string | undefined): void {
    const { place } = this.#use;
    if (place === "file-env" || place === "section") return;
    if (id === undefined) {
      this.#add("E210", reference, "'steps' is read by name", "write steps.name.text or steps.name.output");
      return;
    }
    const target = this.#facts.ids.get(id);
    const step = this.#facts.steps[target ?? -1];
    if (target === undefined || step === undefined) return;
    const own = this.#step;
    if (own !== undefined && own.id === step.id && own.undo === undefined) {
      const help =
        place === "fail-if"
          ? "in fail-if, this attempt's are output, text, status, exit_code and stderr"
          : "read a step above, or remove this";
      this.#add("E213", reference, "a step cannot read itself", help);
    } else if (own !== undefined && own.section === "steps" && !this.#facts.waits.has(own.index, target)) {
      const help =
        own.needs === undefined ? `move '${id}' above this step, or write needs: [${id}]` : `add '${id}' to needs`;
      this.#add("E212", reference, `this step does not wait for '${id}'`, help);
    } else if (reference.path[2] === "output" && step.output === undefined) {
      this.#add(
        "E217",
        reference,
        `'${id}' has no output: it declares no type`,
        `add output: to '${id}', or read steps.${id}.text`,
      );
    }
  }

  #add(code: Parameters<Report["add"]>[0], reference: Reference, message: string, help?: string): void {
    const { locate } = this.#use;
    this.#reported.push(reference);
    const range = { start: locate(reference.start), end: locate(reference.end - 1) + 1 };
    this.#facts.report.add(code, range, message, help);
  }
}
