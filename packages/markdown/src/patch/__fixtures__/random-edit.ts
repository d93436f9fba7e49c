import type { Step, Workflow } from "@aiw/core";
import type { SourceMap } from "../../structure/source-map.js";
import type { Range } from "../../text/source.js";
import type { WorkflowEdit } from "../edit.js";
import { pick, type Random } from "./write-workflow.js";

/** An edit with what is known of it before it is made. */
export interface PlannedEdit {
  readonly edit: WorkflowEdit;
  /** Ranges of the text, without byte order mark, that may change; an insertion may stand at their ends. */
  readonly within: readonly Range[];
  /** Lines that go and come; absent where it depends. */
  readonly lines?: { readonly gone: number; readonly added: number };
  /** The model after the edit, from the one before; both without positions. Absent where only the rest is known. */
  readonly model?: (before: Workflow) => Workflow;
  /** Takes a new name out of the model after the edit, before the two are compared. */
  readonly unnamed?: (after: Workflow) => Workflow;
  /** Steps that may differ in more than `needs:` nobody wrote. */
  readonly touched: readonly string[];
  /** Gives back the bytes. */
  readonly inverse?: WorkflowEdit;
}

/** A file that edits are planned for. */
export interface EditedFile {
  readonly text: string;
  readonly workflow: Workflow;
  readonly source: SourceMap;
}

/** A random edit of a file. */
export function planEdit(file: EditedFile, random: Random, tag: string): PlannedEdit {
  return new Planner(file, random, tag).plan();
}

class Planner {
  readonly #file: EditedFile;
  readonly #random: Random;
  /** Makes names that stand nowhere in the file. */
  readonly #tag: string;
  readonly #steps: readonly Step[];

  constructor(file: EditedFile, random: Random, tag: string) {
    this.#file = file;
    this.#random = random;
    this.#tag = tag;
    const { steps, onFailure = [], finally: last = [] } = file.workflow;
    this.#steps = [...steps, ...onFailure, ...last];
  }

  plan(): PlannedEdit {
    const kinds = [
      "set",
      "set",
      "env",
      "attempts",
      "front",
      "remove",
      "add",
      "cut",
      "move",
      "rename",
      "rename",
      "prose",
      "script",
    ] as const;
    const [first, ...rest] = this.#steps;
    if (first === undefined) throw new Error("a workflow without steps");
    const step = pick(this.#random, [first, ...rest]);
    switch (pick(this.#random, kinds)) {
      case "set":
        return this.#set(step, ["timeout"], pick(this.#random, ["7m", "90s"]), (model, value) => ({
          ...model,
          timeoutMs: value === "7m" ? 420_000 : 90_000,
        }));
      case "env":
        return this.#set(step, ["env", `Z_${this.#tag}`], "some text", (model) => ({
          ...model,
          env: { ...model.env, [`Z_${this.#tag}`]: { t: "literal", value: "some text" } },
        }));
      case "attempts":
        return this.#attempts(step);
      case "front":
        return this.#front();
      case "remove":
        return this.#remove(step);
      case "add":
        return this.#add(step);
      case "cut":
        return { edit: { kind: "remove-step", step: step.id }, within: [this.#around(step)], touched: [step.id] };
      case "move":
        return this.#move(step);
      case "rename":
        return this.#rename(step);
      case "prose":
        return this.#prose(step);
      case "script":
        return this.#script(step);
    }
  }

  #set(step: Step, path: readonly string[], value: string, change: (step: Step, value: string) => Step): PlannedEdit {
    const key = path[0] ?? "";
    const own = this.#find("value", ["steps", step.id, key]);
    const isThere = own !== undefined;
    const isRaw = isThere && this.#slice(own) === value;
    const isNew = path.length > 1 || !isThere;
    return {
      edit: { kind: "set", step: step.id, path, value },
      within: [this.#settings(step)],
      touched: [step.id],
      model: (before) => mapStep(before, step.id, (each) => change(each, value)),
      ...(isThere && path.length === 1 && !isRaw ? { lines: { gone: 1, added: 1 } } : {}),
      ...(isThere || isRaw
        ? {}
        : { lines: { gone: 0, added: this.#find("settings", ["steps", step.id]) === undefined ? 3 : 1 } }),
      ...(isNew ? { inverse: { kind: "remove", step: step.id, path } } : {}),
      ...(!isNew && /^\d+[smh]$/.test(this.#slice(own ?? { start: 0, end: 0 }))
        ? { inverse: { kind: "set", step: step.id, path, value: this.#slice(own ?? { start: 0, end: 0 }) } }
        : {}),
    };
  }

  #attempts(step: Step): PlannedEdit {
    const value = 1 + Math.floor(this.#random() * 9);
    const old = step.retry?.attempts;
    const path = ["retry", "attempts"];
    return {
      edit: { kind: "set", step: step.id, path, value },
      within: [this.#settings(step)],
      touched: [step.id],
      model: (before) =>
        mapStep(before, step.id, (each) => ({
          ...each,
          retry: { ...(each.retry ?? { backoff: "exponential", delayMs: 1_000, maxDelayMs: 60_000 }), attempts: value },
        })),
      ...(old === undefined || old === value ? {} : { lines: { gone: 1, added: 1 } }),
      inverse:
        old === undefined ? { kind: "remove", step: step.id, path } : { kind: "set", step: step.id, path, value: old },
    };
  }

  #front(): PlannedEdit {
    const first = this.#file.source.entries.find(({ kind, path }) => kind === "key" && path[0] === "front");
    const value = `About ${this.#tag}: all of it`;
    const isThere = this.#find("key", ["front", "description"]) !== undefined;
    const end = this.#file.text.indexOf("\n---", first?.start ?? 0);
    return {
      edit: { kind: "set", path: ["description"], value },
      within: [{ start: 0, end: Math.max(end, 0) + 5 }],
      touched: [],
      model: (before) => ({ ...before, description: value }),
      ...(isThere ? {} : { inverse: { kind: "remove", path: ["description"] } }),
    };
  }

  #remove(step: Step): PlannedEdit {
    const keys = this.#file.source.entries.flatMap(({ kind, path }) =>
      kind === "key" && path[0] === "steps" && path[1] === step.id && path.length === 3 && path[2] !== "id"
        ? [String(path[2])]
        : [],
    );
    const [first, ...rest] = keys;
    if (first === undefined) return this.#set(step, ["timeout"], "7m", (model) => ({ ...model, timeoutMs: 420_000 }));
    const key = pick(this.#random, [first, ...rest]);
    return { edit: { kind: "remove", step: step.id, path: [key] }, within: [this.#settings(step)], touched: [step.id] };
  }

  #add(step: Step): PlannedEdit {
    const title = `New step ${this.#tag}`;
    const id = title.toLowerCase().replaceAll(" ", "_");
    const around = this.#around(step);
    return {
      edit: {
        kind: "add-step",
        step: {
          title,
          settings: { timeout: "1m", env: { A: "{{ run.id }}" } },
          script: { lang: "sh", code: "echo\n" },
          prose: "Says nothing.",
        },
        after: step.id,
      },
      within: [{ start: around.end, end: around.end }],
      touched: [id],
      inverse: { kind: "remove-step", step: id },
    };
  }

  #move(step: Step): PlannedEdit {
    const list =
      [this.#file.workflow.steps, this.#file.workflow.onFailure ?? [], this.#file.workflow.finally ?? []].find(
        (steps) => steps.includes(step),
      ) ?? [];
    const at = list.indexOf(step);
    const others = list.filter((each) => each !== step).map(({ id }) => id);
    const after = pick(this.#random, [null, ...others]);
    return {
      edit: { kind: "move-step", step: step.id, after },
      within: [{ start: 0, end: this.#file.text.length }],
      touched: [],
      inverse: { kind: "move-step", step: step.id, after: list[at - 1]?.id ?? null },
    };
  }

  #rename(step: Step): PlannedEdit {
    const title = `Renamed ${this.#tag}`;
    const id = title.toLowerCase().replaceAll(" ", "_");
    const hasKey = this.#find("key", ["steps", step.id, "id"]) !== undefined;
    const isIdOnly = this.#random() < 0.3;
    const edit: WorkflowEdit = {
      kind: "rename-step",
      step: step.id,
      ...(isIdOnly ? { id } : { title, ...(hasKey ? { id } : {}) }),
    };
    return {
      edit,
      within: [{ start: 0, end: this.#file.text.length }],
      touched: [step.id, id],
      model: (before) => mapStep(before, step.id, (each) => (isIdOnly ? each : { ...each, title })),
      ...(isIdOnly && !hasKey
        ? {}
        : { inverse: { kind: "rename-step", step: id, title: step.title, ...(hasKey ? { id: step.id } : {}) } }),
      unnamed: (after) => JSON.parse(JSON.stringify(after).replaceAll(id, step.id)),
    };
  }

  #prose(step: Step): PlannedEdit {
    const old = this.#entries("prose", ["steps", step.id]);
    const text = old.map((range) => this.#slice(range).replaceAll(/\r\n?/g, "\n")).join("\n\n");
    const at = Math.floor(this.#random() * (text.length + 1));
    const cut = text.lastIndexOf("\n", at) + 1;
    const wanted = `${text.slice(0, cut)}A line about ${this.#tag}.\n${text.slice(cut)}`;
    return {
      edit: { kind: "set-prose", step: step.id, text: wanted },
      within: old.length === 0 ? [this.#around(step)] : old,
      touched: [step.id],
      ...(old.length === 0 ? {} : { lines: { gone: 0, added: 1 } }),
      ...(text === "" ? {} : { inverse: { kind: "set-prose", step: step.id, text } }),
    };
  }

  #script(step: Step): PlannedEdit {
    const script = this.#find("script", ["steps", step.id]);
    if (step.kind !== "script" || script === undefined) {
      const other = this.#steps.find(({ kind }) => kind === "script");
      return other === undefined ? this.#rename(step) : this.#script(other);
    }
    const code = `${step.script}echo ${this.#tag}\n`;
    return {
      edit: { kind: "set-script", step: step.id, code },
      within: [script],
      touched: [step.id],
      lines: { gone: 0, added: 1 },
      model: (before) => mapStep(before, step.id, (each) => ({ ...each, script: code })),
      inverse: { kind: "set-script", step: step.id, code: step.script },
    };
  }

  /** Where a change of settings may be. */
  #settings(step: Step): Range {
    const heading = this.#find("step-heading", ["steps", step.id]) ?? { start: 0, end: 0 };
    return this.#find("settings", ["steps", step.id]) ?? { start: heading.end, end: heading.end };
  }

  /** A step with the blank lines around it. */
  #around(step: Step): Range {
    const { text } = this.#file;
    const range = this.#find("step", ["steps", step.id]) ?? { start: 0, end: 0 };
    return { start: text.slice(0, range.start).trimEnd().length, end: range.end };
  }

  #find(kind: string, path: readonly string[]): Range | undefined {
    return this.#entries(kind, path)[0];
  }

  #entries(kind: string, path: readonly string[]): readonly Range[] {
    const key = path.join("\0");
    return this.#file.source.entries.filter((entry) => entry.kind === kind && entry.path.join("\0") === key);
  }

  #slice({ start, end }: Range): string {
    return this.#file.text.slice(start, end);
  }
}

/** The model with one step changed. */
function mapStep(workflow: Workflow, id: string, change: (step: Step) => unknown): Workflow {
  const steps = (list: readonly Step[]) => list.map((step) => (step.id === id ? change(step) : step));
  const { onFailure, finally: last } = workflow;
  return {
    ...workflow,
    // What a change makes is compared, never run.
    steps: steps(workflow.steps) as readonly Step[],
    ...(onFailure === undefined ? {} : { onFailure: steps(onFailure) as readonly Step[] }),
    ...(last === undefined ? {} : { finally: steps(last) as readonly Step[] }),
  };
}
