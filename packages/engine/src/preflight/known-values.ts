import {
  createEvaluator,
  type Evaluator,
  type ForeachAxis,
  type ForeachOver,
  type Json,
  type JsonObject,
  type Scope,
  Secret,
  type TextTemplate,
  type ValueTemplate,
  type Workflow,
} from "@aiw/core";

/** What can be said of a workflow's expressions before it runs: the values of those that read nothing but inputs. */
export class KnownValues {
  readonly #evaluator: Evaluator = createEvaluator();
  readonly #scope: Scope;

  /** @param inputs - With their defaults; those without a value read as null. Absent: nothing is known of them. */
  constructor({ inputs: declared }: Pick<Workflow, "inputs">, inputs: JsonObject | undefined) {
    const missing = Object.keys(declared).map((name) => [name, null] as const);
    const names = inputs === undefined ? {} : { inputs: { ...Object.fromEntries(missing), ...inputs } };
    this.#scope = { names, now: unknownYet, file: unknownYet };
  }

  /** Undefined when it reads something else, or fails. */
  ofExpression(source: string): Json | undefined {
    return this.#read(() => this.#evaluator.evaluate(source, this.#scope));
  }

  ofTemplate(template: ValueTemplate): Json | undefined {
    return this.#read(() => this.#evaluator.renderValue(template, this.#scope));
  }

  ofText(template: TextTemplate): string | undefined {
    const value = this.#read(() => this.#evaluator.renderText(template, this.#scope));
    return typeof value === "string" ? value : undefined;
  }

  ofAxis(axis: ForeachAxis): readonly Json[] | undefined {
    if ("list" in axis) return this.#ofList(axis.list);
    const value = this.ofExpression(axis.expr);
    return Array.isArray(value) ? value : undefined;
  }

  /** Number of items. */
  sizeOf(over: ForeachOver): number | undefined {
    if ("list" in over) return over.list.length;
    if ("expr" in over) return this.ofAxis(over)?.length;
    let size = 1;
    for (const axis of Object.values(over.matrix)) {
      const length = "list" in axis ? axis.list.length : this.ofAxis(axis)?.length;
      if (length === undefined) return undefined;
      size *= length;
    }
    return size;
  }

  #ofList(list: readonly ValueTemplate[]): readonly Json[] | undefined {
    const values = list.map((template) => this.ofTemplate(template));
    const known = values.flatMap((value) => (value === undefined ? [] : [value]));
    return known.length === values.length ? known : undefined;
  }

  #read(evaluate: () => unknown): Json | undefined {
    try {
      const value = evaluate();
      return value instanceof Secret ? undefined : JSON.parse(JSON.stringify(value ?? null));
    } catch {
      return undefined;
    }
  }
}

function unknownYet(): never {
  throw new Error("known when the step becomes ready");
}
