import type { InputSpec, JsonSchema, UsedWorkflow } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { Range } from "../text/source.js";

/** What a file knows of a workflow that it uses. */
export interface UsedInterface {
  readonly workflow: UsedWorkflow;
  /** Declared inputs. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Types of its outputs: `outputs` of its `LoadResult`. */
  readonly outputs: Readonly<Record<string, JsonSchema>>;
}

/** Why a workflow cannot be used: missing, with problems of its own, using itself, nested too deep. */
export interface UseProblem {
  /** Lower case, one plain sentence. */
  readonly message: string;
  readonly help?: string;
}

/** Resolves `use:`; what cannot be read here is not checked. */
export type ReadUse = (target: string) => UsedInterface | UseProblem | undefined;

/** What `use:` names. */
export interface UsedTarget {
  /** Its inputs as parameters; absent: not known. */
  readonly parameters: JsonSchema | undefined;
  /** Type of the step's output. */
  readonly output: JsonSchema;
}

/** The sub-workflows of a file; each target is asked for once. */
export interface UseTable {
  find(target: string, at: Range): UsedTarget;
  /** Those that were found, by the text of `use:`. */
  found(): Readonly<Record<string, UsedWorkflow>> | undefined;
}

/** Asks `read` for each target once. */
export function createUses(read: ReadUse | undefined, report: Report): UseTable {
  const known = new Map<string, UsedInterface | UseProblem | undefined>();
  return {
    find(target, at) {
      if (!known.has(target)) known.set(target, read?.(target));
      const used = known.get(target);
      if (used === undefined) return { parameters: undefined, output: {} };
      if ("workflow" in used) return { parameters: parametersOf(used.inputs), output: mapOf(used.outputs) };
      report.add("E307", at, used.message, used.help ?? "the path starts at the folder of this file");
      return { parameters: undefined, output: {} };
    },
    found() {
      const entries = [...known].flatMap(([target, used]) =>
        used !== undefined && "workflow" in used ? [[target, used.workflow] as const] : [],
      );
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    },
  };
}

/** Inputs as the schema of a map. */
export function parametersOf(inputs: Readonly<Record<string, InputSpec>>): JsonSchema {
  const entries = Object.entries(inputs);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
    required: entries.filter(([, { required }]) => required).map(([name]) => name),
    additionalProperties: false,
  };
}

function mapOf(fields: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: "object", properties: fields, required: Object.keys(fields), additionalProperties: false };
}
