import { AiwError } from "../errors.js";
import { workflowHash } from "../model/hash.js";
import type { CodeFunction, Step, UndoStep } from "../model/step.js";
import type { UsedWorkflow, Workflow } from "../model/workflow.js";
import type { Buildable, BuiltWorkflow } from "./built.js";
import { given } from "./given.js";
import { checkId, checkName } from "./names.js";
import type { PlaceName } from "./rules.js";
import { resolve, scopeOf } from "./scope.js";
import { stepModel } from "./step-model.js";
import { expressionSource } from "./values.js";
import { verifyWorkflow } from "./verify.js";
import { createWaits } from "./waits.js";
import { workflowHead } from "./workflow-model.js";

/** A step as it was added; an Undo has the id of its step. */
export interface FlowEntry {
  readonly place: PlaceName;
  readonly id: string;
  readonly options: object;
}

/** Everything that was said of a workflow. */
export interface FlowDraft {
  readonly name: string;
  readonly options: object;
  readonly entries: readonly FlowEntry[];
  readonly outputs: unknown;
}

/** Makes the workflow of the model, checked as far as types cannot. */
export function compileFlow(draft: FlowDraft): BuiltWorkflow {
  return new Compiler(draft).compile();
}

class Compiler {
  readonly #draft: FlowDraft;
  readonly #waits = createWaits();
  readonly #ids = new Set<string>();
  readonly #code = new Map<string, CodeFunction>();
  readonly #children = new Map<string, BuiltWorkflow>();
  readonly #lists: Readonly<Record<Exclude<PlaceName, "undo">, Step[]>> = { steps: [], onFailure: [], finally: [] };

  constructor(draft: FlowDraft) {
    this.#draft = draft;
  }

  compile(): BuiltWorkflow {
    const { name, options, entries } = this.#draft;
    const head = workflowHead(name, options);
    for (const entry of entries) {
      if (entry.place === "undo") this.#undo(entry);
      else this.#step(entry, this.#lists[entry.place]);
    }
    const { steps, onFailure, finally: last } = this.#lists;
    if (steps.length === 0) throw new AiwError("workflow_invalid", `workflow '${name}' has no step`);
    const workflow: Workflow = {
      ...head,
      steps,
      outputs: this.#outputs(),
      ...given({
        onFailure: onFailure.length === 0 ? undefined : onFailure,
        finally: last.length === 0 ? undefined : last,
        uses: this.#uses(),
      }),
    };
    verifyWorkflow(workflow, this.#waits);
    return { workflow, code: Object.fromEntries(this.#code), children: [...this.#children.values()] };
  }

  #step({ id, options, place }: FlowEntry, list: Step[]): void {
    checkId(id);
    if (this.#ids.has(id)) throw new AiwError("workflow_invalid", `there are two steps '${id}'`);
    this.#ids.add(id);
    const draft = stepModel({ id, options, title: id, registry: this.#registry(id), of: `step '${id}'` });
    list.push(draft.step(place === "steps" ? this.#waits.add(id, draft.needs) : []));
  }

  #undo({ id, options }: FlowEntry): void {
    const { steps } = this.#lists;
    const step = steps.at(-1);
    const of = `the Undo of step '${id}'`;
    const registry = this.#registry(`${id}!undo`);
    const undo = stepModel({ id, options, title: "Undo", registry, of, as: step?.foreach?.as }).step([]);
    if (step?.id !== id || step.kind === "approval" || step.kind === "wait" || !isUndo(undo)) {
      throw new AiwError("workflow_invalid", `${of}: a step of this kind cannot undo, or be undone`);
    }
    if (step.undo !== undefined) throw new AiwError("workflow_invalid", `there are two Undos of step '${id}'`);
    steps[steps.length - 1] = { ...step, undo };
  }

  #registry(key: string) {
    return {
      addCode: (run: CodeFunction) => {
        this.#code.set(key, run);
      },
      addChild: (child: Buildable) => this.#addChild(child.build()),
    };
  }

  /** The text of `use:`: where its Markdown would lie beside this one's. */
  #addChild(child: BuiltWorkflow): string {
    const { name } = child.workflow;
    const slug = name
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-+|-+$/g, "");
    const target = `./${slug === "" ? "workflow" : slug}.md`;
    const known = this.#children.get(target);
    if (known !== undefined && workflowHash(known.workflow) !== workflowHash(child.workflow)) {
      throw new AiwError("workflow_invalid", `two different workflows are called '${name}'`, {
        hint: "rename one of them",
      });
    }
    this.#children.set(target, known ?? child);
    return target;
  }

  #uses(): Readonly<Record<string, UsedWorkflow>> | undefined {
    const uses = [...this.#children].map(
      ([target, { workflow }]) => [target, { workflow, from: { folder: ".", bundle: false } }] as const,
    );
    return uses.length === 0 ? undefined : Object.fromEntries(uses);
  }

  #outputs(): Readonly<Record<string, string>> {
    const { outputs } = this.#draft;
    const made = outputs === undefined ? {} : resolve(outputs, scopeOf("item"), "outputs");
    const entries = typeof made === "object" && made !== null ? Object.entries(made) : [];
    return Object.fromEntries(
      entries.map(([name, value]) => {
        checkName(name, "an output");
        return [name, expressionSource(value, `output '${name}'`)];
      }),
    );
  }
}

function isUndo(step: Step): step is UndoStep {
  return step.kind !== "approval" && step.kind !== "wait" && step.kind !== "apply";
}
