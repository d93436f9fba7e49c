import { workflowHash } from "../model/hash.js";
import type { CodeFunction } from "../model/step.js";
import type { Workflow } from "../model/workflow.js";
import type { BuiltWorkflow } from "./built.js";

/**
 * Finds the functions of code steps for an engine, those of sub-workflows included. Workflows are known by their
 * meaning, so a run is also found by the program that is started again.
 *
 * @returns The function of a step; `<id>!undo` for that of its Undo.
 */
export function codeSource(
  ...built: readonly BuiltWorkflow[]
): (workflow: Workflow, step: string) => CodeFunction | undefined {
  const byHash = new Map<string, BuiltWorkflow["code"]>();
  const add = ({ workflow, code, children }: BuiltWorkflow): void => {
    byHash.set(workflowHash(workflow), code);
    children.forEach(add);
  };
  built.forEach(add);
  const hashes = new WeakMap<Workflow, string>();
  return (workflow, step) => {
    const hash = hashes.get(workflow) ?? workflowHash(workflow);
    hashes.set(workflow, hash);
    const code = byHash.get(hash);
    return code !== undefined && Object.hasOwn(code, step) ? code[step] : undefined;
  };
}
