import {
  type CheckedExpression,
  checkExpression,
  type Expression,
  isJsonObject,
  type JsonSchema,
  nonNullWhere,
  type Reference,
} from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { StepDraft } from "../settings/step-draft.js";
import { loopType } from "./loop-types.js";
import { createNames, type NameTable } from "./names.js";
import { faultOfOrder } from "./order.js";
import type { Reader } from "./reader.js";
import { closed, type ScopeFacts } from "./scope.js";
import { faultOfRead, knowledgeOf, type ReadFacts } from "./step-reads.js";
import { narrowingOf, stepType } from "./step-types.js";
import type { ExprUse, UsePlace } from "./use.js";
import { reportUse } from "./use-problems.js";

/** What the check of one file's expressions knows. */
export interface ExpressionFacts extends ScopeFacts, ReadFacts {
  readonly report: Report;
  readonly drafts: readonly StepDraft[];
  readonly ids: ReadonlyMap<string, number>;
}

/** Where an expression stands. */
export interface ExpressionPlace {
  readonly place: UsePlace;
  readonly reader: Reader;
  readonly locals?: Readonly<Record<string, JsonSchema>>;
}

/** Loops over the results of loops are followed this deep; beyond, an element may be anything. */
const maxLoopDepth = 50;
const nothing: readonly Reference[] = [];

/**
 * Checks expressions where they stand, each once. The type of `steps` is made for each expression of the steps that it
 * names: a file may have thousands, and what is known of a step depends on who reads it.
 */
export class ExpressionChecker {
  readonly #facts: ExpressionFacts;
  readonly #names: NameTable;
  readonly #types = new Map<ExprUse, JsonSchema>();
  readonly #stepTypes = new Map<string, JsonSchema>();
  readonly #loopTypes = new Map<StepDraft, JsonSchema>();
  readonly #openLoops = new Set<StepDraft>();
  readonly #guards = new Map<StepDraft, ReadonlySet<string>>();

  constructor(facts: ExpressionFacts) {
    this.#facts = facts;
    this.#names = createNames(facts);
  }

  /** @returns The type of the value. */
  check(use: ExprUse, reader: Reader = {}): JsonSchema {
    const known = this.#types.get(use);
    if (known !== undefined) return known;
    if (this.#facts.report.isFull()) return {};
    const checked = this.#checked(use, reader);
    reportUse(use, checked, { reader, facts: this.#facts });
    this.#types.set(use, checked.type);
    return checked.type;
  }

  /**
   * The type of an expression that the file need not have, for editors; nothing is reported.
   *
   * @param locals - Variables of the macros around it, with their types.
   */
  infer(expression: Expression, { place, reader, locals = {} }: ExpressionPlace): JsonSchema {
    return this.#checked({ expression, place }, reader, locals).type;
  }

  /** Names that an expression may begin with, with their types; that of `steps` says nothing. */
  namesAt({ place, reader, locals = {} }: ExpressionPlace): Readonly<Record<string, JsonSchema>> {
    return { ...this.#namesFor(place, reader, []), ...locals };
  }

  /** Steps that may be read there, or the fields of one that it has. */
  readable({ place, reader }: ExpressionPlace, step?: string): readonly string[] {
    const { drafts, ids } = this.#facts;
    const isFine = (target: StepDraft, ...fields: readonly string[]) => {
      const reference = { path: ["steps", target.id, ...fields] };
      return faultOfRead(reference, target, { reader, place, facts: this.#facts }) === undefined;
    };
    if (step === undefined) return drafts.flatMap((draft) => (draft.id !== "" && isFine(draft) ? [draft.id] : []));
    const target = drafts[ids.get(step) ?? -1];
    if (target === undefined) return [];
    const fields = this.#stepType(target, reader).properties;
    return Object.keys(isJsonObject(fields) ? fields : {}).filter((field) => isFine(target, field));
  }

  /** Is the other step done, in whatever way, before this one starts? */
  isDoneBefore(step: StepDraft, other: StepDraft): boolean {
    return step !== other && faultOfOrder(step, other, this.#facts.waits) === undefined;
  }

  #checked(
    { expression, place }: Pick<ExprUse, "expression" | "place">,
    reader: Reader,
    locals = {},
  ): CheckedExpression {
    const reads = this.#stepReads(expression);
    const { step } = reader;
    const names = { ...this.#namesFor(place, reader, reads), ...locals };
    const nonNull = step === undefined || place === "if" ? undefined : this.#guardOf(step);
    return checkExpression(expression, { names, narrowing: this.#narrowing(reads), nonNull });
  }

  #namesFor(place: UsePlace, reader: Reader, reads: readonly Reference[]): Readonly<Record<string, JsonSchema>> {
    const { step } = reader;
    const loop = () => (step === undefined ? {} : this.#loopType(step));
    return this.#names.namesFor(place, reader, { steps: this.#stepsType(reads, reader), loop });
  }

  /** The steps that an expression reads, and what of them. */
  #stepReads(expression: ExprUse["expression"]): readonly Reference[] {
    if (!expression.source.includes("steps")) return nothing;
    return checkExpression(expression, { names: { steps: {} } }).references.filter(({ path }) => path[0] === "steps");
  }

  #stepsType(reads: readonly Reference[], reader: Reader): JsonSchema {
    const steps = this.#named(reads).map((target) => [target.id, this.#stepType(target, reader)] as const);
    return closed(Object.fromEntries(steps));
  }

  #named(reads: readonly Reference[]): readonly StepDraft[] {
    const { ids, drafts } = this.#facts;
    return reads.flatMap(({ path }) => drafts[ids.get(path[1] ?? "") ?? -1] ?? []);
  }

  #stepType(target: StepDraft, reader: Reader): JsonSchema {
    const knowledge = knowledgeOf(target, reader, this.#facts);
    const key = `${target.index}${knowledge.isOpen ? " open" : ""}${knowledge.isOwn ? " own" : ""}`;
    const known = this.#stepTypes.get(key);
    if (known !== undefined) return known;
    const type = stepType(target, this.#loopType(target), knowledge);
    // While a loop's own list is read, its elements are not known yet.
    if (this.#openLoops.size === 0) this.#stepTypes.set(key, type);
    return type;
  }

  #loopType(step: StepDraft): JsonSchema {
    const { foreach } = step;
    if (foreach === undefined) return {};
    const known = this.#loopTypes.get(step);
    if (known !== undefined) return known;
    if (this.#openLoops.has(step) || this.#openLoops.size >= maxLoopDepth) return {};
    this.#openLoops.add(step);
    const types = new Map<string, JsonSchema>();
    for (const use of step.uses) {
      if (isListUse(use)) types.set(use.expression.source, this.check(use, { step }));
    }
    this.#openLoops.delete(step);
    const whole = loopType(foreach.over, (source) => types.get(source) ?? {});
    const type = isLarge(whole) ? {} : whole;
    this.#loopTypes.set(step, type);
    return type;
  }

  #narrowing(reads: readonly Reference[]) {
    return this.#named(reads.filter(({ path }) => path[2] === "status")).flatMap(narrowingOf);
  }

  /** What the step's own `if` rules out to be null. */
  #guardOf(step: StepDraft): ReadonlySet<string> | undefined {
    if (step.condition === undefined) return undefined;
    const known = this.#guards.get(step);
    if (known !== undefined) return known;
    const condition = step.uses.find(({ place }) => place === "if")?.expression;
    const guard =
      condition === undefined
        ? new Set<string>()
        : nonNullWhere(condition, this.#narrowing(this.#stepReads(condition)));
    this.#guards.set(step, guard);
    return guard;
  }
}

/** Types of loops over loops hold each other: beyond this they are not followed. */
const maxTypeParts = 500;

function isLarge(type: JsonSchema): boolean {
  let parts = 0;
  const open: unknown[] = [type];
  for (let part = open.pop(); part !== undefined && parts <= maxTypeParts; part = open.pop()) {
    parts += 1;
    if (typeof part === "object" && part !== null) open.push(...Object.values(part));
  }
  return parts > maxTypeParts;
}

function isListUse({ place }: ExprUse): boolean {
  return place === "foreach" || place === "foreach-item" || place === "axis" || place === "axis-item";
}
