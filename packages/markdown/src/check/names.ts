import type { JsonSchema } from "@aiw/core";
import { bodyOf, type Reader } from "./reader.js";
import { attemptTypes, errorType, eventType, orNull, rootTypes, runType, type ScopeFacts } from "./scope.js";
import type { UsePlace } from "./use.js";

type Names = Readonly<Record<string, JsonSchema>>;
type Root = "inputs" | "env" | "run" | "steps" | "event";

const all: readonly Root[] = ["inputs", "env", "run", "steps"];
/** Names that each place may read, besides what its step adds. */
const readable: Readonly<Record<UsePlace, readonly Root[]>> = {
  prompt: all,
  if: all,
  "fail-if": all,
  until: all,
  foreach: all,
  "foreach-item": all,
  axis: all,
  "axis-item": all,
  env: all,
  with: all,
  "with-use": all,
  cwd: all,
  "wait-until": all,
  signal: all,
  outputs: all,
  "file-env": ["inputs", "run"],
  section: ["inputs", "env", "run"],
  concurrency: ["inputs", "run"],
  "trigger-if": ["event"],
  "trigger-input": ["event"],
  "tool-env": ["inputs", "env", "run"],
  "tool-auth": ["inputs", "env", "run"],
};

/** Places that are read once, before a `foreach` has items. */
const beforeLoop: readonly UsePlace[] = ["if", "foreach", "foreach-item", "axis", "axis-item"];

/** Gives the names that an expression may read. */
export interface NameTable {
  /**
   * @param steps - Type of `steps`.
   * @param loop - Type of the loop variable; asked for only where it may be read.
   */
  namesFor(place: UsePlace, reader: Reader, types: { readonly steps: JsonSchema; loop(): JsonSchema }): Names;
}

/** Builds what does not depend on the reader once. */
export function createNames(facts: ScopeFacts): NameTable {
  const roots = rootTypes(facts);
  const runs = { running: runType(false), ending: runType(true) };
  return {
    namesFor(place, reader, types) {
      const { step, isUndo, trigger } = reader;
      const isEnding = isUndo === true || (step !== undefined && step.section !== "steps");
      const names: Record<string, JsonSchema> = { secrets: roots.secrets, sections: {} };
      for (const name of readable[place]) {
        if (name === "run") names.run = isEnding ? runs.ending : runs.running;
        else if (name === "steps") names.steps = types.steps;
        else if (name === "event") names.event = eventType(trigger ?? "manual");
        else names[name] = roots[name];
      }
      if (isEnding) names.error = step?.section === "onFailure" ? errorType : nullableError;
      if (step?.foreach !== undefined && !beforeLoop.includes(place)) names[step.foreach.as] = types.loop();
      const body = bodyOf(reader);
      if (body !== undefined && (place === "fail-if" || place === "until")) Object.assign(names, attemptTypes(body));
      return names;
    },
  };
}

const nullableError = orNull(errorType);

/** What to write instead of a name that is not there. */
export function helpForName(name: string, place: UsePlace, { step }: Reader): string | undefined {
  if (place === "section") return "a section may use inputs, run, env and sections";
  if (place === "file-env") return "env of the front matter may use inputs, run and secrets";
  if (place === "tool-env" || place === "tool-auth") return "a declaration may use inputs, env, run and secrets";
  if (place === "concurrency") return "the key may use inputs and run";
  if (place === "trigger-if" || place === "trigger-input") return "a trigger may use event";
  if (name === step?.foreach?.as) return `'${name}' exists once the foreach has its items: not in if and foreach`;
  if (name === "item") return "item is the variable of a foreach";
  if (name === "error") return "error exists in ## On failure, ## Finally and #### Undo";
  return name === "event" ? "event exists in triggers, under on:" : undefined;
}
