import {
  type CheckedExpression,
  checkUse,
  describeType,
  type ExpressionUse,
  type ExprProblem,
  isAssignable,
  isNullable,
  type JsonSchema,
  type Reference,
} from "@aiw/core";
import type { ProblemCode } from "../problems/codes.js";
import type { Report } from "../problems/report.js";
import type { StepDraft } from "../settings/step-draft.js";
import type { Range } from "../text/source.js";
import { reportExpr } from "./expr-codes.js";
import { helpForStep } from "./known-steps.js";
import { helpForName } from "./names.js";
import { bodyOf, type Reader } from "./reader.js";
import { text, texts } from "./scope.js";
import { faultOfRead, type ReadFacts } from "./step-reads.js";
import type { ExprUse, UsePlace } from "./use.js";

/** What is needed to say what is wrong with an expression. */
export interface UseFacts extends ReadFacts {
  readonly report: Report;
  readonly drafts: readonly StepDraft[];
  readonly ids: ReadonlyMap<string, number>;
  readonly env: Readonly<Record<string, { readonly isSecret: boolean }>>;
}

/** Reports what is wrong with a checked expression where it stands. */
export function reportUse(
  use: ExprUse,
  checked: CheckedExpression,
  context: { readonly reader: Reader; readonly facts: UseFacts },
): void {
  new UseReport(use, context.reader, context.facts).report(checked);
}

const uses: Partial<Readonly<Record<UsePlace, ExpressionUse>>> = {
  if: "condition",
  "fail-if": "condition",
  until: "condition",
  "trigger-if": "condition",
  foreach: "list",
  axis: "list",
};
/** Places that secrets may stand in, whoever reads them there. */
const secretPlaces: readonly UsePlace[] = ["env", "file-env", "tool-env", "tool-auth"];
const timeType: JsonSchema = { anyOf: [text, { type: "number" }] };

class UseReport {
  readonly #use: ExprUse;
  readonly #reader: Reader;
  readonly #facts: UseFacts;
  /** References that were reported: what the checker of expressions says of them is an echo. */
  readonly #reported: Reference[] = [];

  constructor(use: ExprUse, reader: Reader, facts: UseFacts) {
    this.#use = use;
    this.#reader = reader;
    this.#facts = facts;
  }

  report(checked: CheckedExpression): void {
    for (const reference of checked.references) this.#reference(reference);
    const { expression, place, inText } = this.#use;
    const use = uses[place] ?? (inText ? "text" : "value");
    const problems = [...checked.problems, ...checkUse(expression, checked, use)];
    for (const problem of problems) this.#problem(problem, checked.references);
    if (problems.length === 0 && this.#reported.length === 0) this.#value(checked.type);
  }

  #problem(problem: ExprProblem, references: readonly Reference[]): void {
    if (this.#reported.some(({ start, end }) => problem.start < end && problem.end > start)) return;
    if (this.#reported.length > 0 && problem.code === "nullable") return;
    const { report, ids } = this.#facts;
    const { locate, place } = this.#use;
    const range = this.#range(problem);
    const step = references.find(({ path, parts }) => path[0] === "steps" && parts[1]?.start === problem.start);
    if (problem.code === "unknown_field" && step !== undefined) {
      const id = step.path[1] ?? "";
      report.add("E211", range, `there is no step '${id}'`, helpForStep(id, ids));
    } else if (problem.code === "unknown_name") {
      report.add("E202", range, problem.message, this.#helpForName(problem));
    } else if (problem.code === "unknown_field" && problem.help === undefined) {
      reportExpr(report, { ...problem, help: this.#helpToDeclare(problem, references) }, locate);
    } else if (problem.code === "wrong_type" && this.#isWhole(problem, "a condition ")) {
      report.add("E216", range, `'${place.replace("trigger-", "")}' ${problem.message.slice(12)}`, problem.help);
    } else if (problem.code === "wrong_type" && this.#isWhole(problem, "'foreach' ")) {
      report.add("E222", range, problem.message, "write a list, or an expression that gives one");
    } else reportExpr(report, problem, locate);
  }

  /** Help where the front matter declares nothing of the kind. */
  #helpToDeclare({ start }: ExprProblem, references: readonly Reference[]): string | undefined {
    const reference = references.find(({ parts }) => parts[1]?.start === start);
    const [root = "", name = "name"] = reference?.path ?? [];
    if (root === "inputs") return `declare it in the front matter: inputs: { ${name}: string }`;
    if (root === "secrets") return `declare it in the front matter: secrets: [${name}]`;
    return root === "env" ? "expressions read the variables of the front matter, not those of a step" : undefined;
  }

  #isWhole(problem: ExprProblem, message: string): boolean {
    return problem.start === 0 && problem.message.startsWith(message) && uses[this.#use.place] !== undefined;
  }

  #helpForName({ start, end, help }: ExprProblem): string | undefined {
    const { expression, place, inText } = this.#use;
    const known = helpForName(expression.source.slice(start, end), place, this.#reader);
    return known ?? help ?? (inText ? "write \\{{ for a literal {{" : undefined);
  }

  /** What the place asks of the value as a whole. */
  #value(type: JsonSchema): void {
    const { expression, place } = this.#use;
    const whole = { start: 0, end: expression.source.length };
    if (place === "wait-until" && !isAssignable(type, timeType)) {
      const help = isNullable(type) ? "say what to take instead of null, with ??" : "give text in ISO 8601, or ms";
      this.#report("E223", whole, `'until' of a wait takes a time, not ${describeType(type)}`, help);
    } else if (place === "axis" && !isAssignable(type, texts)) {
      const message = `this axis takes a list of text, not ${describeType(type)}`;
      this.#report("E137", whole, message, "call the axis otherwise, and read it as item.name");
    } else if (place === "axis-item" && !isAssignable(type, text)) {
      this.#report("E137", whole, `this axis takes text, not ${describeType(type)}`, "write string(x)");
    }
  }

  #reference(reference: Reference): void {
    const [root, name] = reference.path;
    const { place } = this.#use;
    if (root === "steps") this.#stepReference(reference, name);
    else if (root === "output" && (place === "fail-if" || place === "until") && !this.#hasOutput()) {
      this.#add("E217", reference, "this step has no output: it declares no type", "add output:, or read text");
    } else if (root === "secrets") this.#secretReference(reference);
    else if (root === "env" && name !== undefined && this.#facts.env[name]?.isSecret === true) {
      this.#secretReference(reference);
    } else if (root === "sections") {
      const message = "a section stands alone: {{ sections.name }}";
      this.#add("E219", reference, message, "write it in text, not inside an expression");
    }
  }

  #hasOutput(): boolean {
    return bodyOf(this.#reader)?.output !== undefined;
  }

  #secretReference(reference: Reference): void {
    const { place } = this.#use;
    if (takesSecrets(place, this.#reader)) return;
    if (place === "with-use") {
      const help = "declare it under secrets: of the sub-workflow";
      this.#add("E214", reference, "a sub-workflow is given no secrets: it declares its own", help);
      return;
    }
    const message = "secrets may stand only in env: and in with: of tools and scripts";
    this.#add("E214", reference, message, "give it to a script or tool through env:");
  }

  #stepReference(reference: Reference, id: string | undefined): void {
    const { place } = this.#use;
    const { drafts, ids } = this.#facts;
    if (!readsSteps(place)) return;
    if (id === undefined) {
      this.#add("E210", reference, "'steps' is read by name", "write steps.name.text or steps.name.output");
      return;
    }
    const target = drafts[ids.get(id) ?? -1];
    if (target === undefined) return;
    const fault = faultOfRead(reference, target, { reader: this.#reader, place, facts: this.#facts });
    if (fault !== undefined) this.#add(fault.code, reference, fault.message, fault.help);
  }

  #add(code: ProblemCode, reference: Reference, message: string, help?: string): void {
    this.#reported.push(reference);
    this.#report(code, reference, message, help);
  }

  #report(code: ProblemCode, range: Range, message: string, help?: string): void {
    this.#facts.report.add(code, this.#range(range), message, help);
  }

  #range({ start, end }: Range): Range {
    const { locate } = this.#use;
    return { start: locate(start), end: locate(Math.max(start, end - 1)) + 1 };
  }
}

/** May secrets stand there? */
export function takesSecrets(place: UsePlace, reader: Reader): boolean {
  const kind = bodyOf(reader)?.kind;
  return secretPlaces.includes(place) || (place === "with" && (kind === "script" || kind === "tool"));
}

/** Elsewhere `steps` is no name at all. */
function readsSteps(place: UsePlace): boolean {
  const without: readonly UsePlace[] = ["file-env", "section", "concurrency", "tool-env", "tool-auth"];
  return !without.includes(place) && !place.startsWith("trigger");
}
