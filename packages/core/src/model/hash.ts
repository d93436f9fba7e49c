import { sha256Hex } from "../expr/sha256.js";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../json.js";
import type { Workflow } from "./workflow.js";

/** Hash of what a run was asked to do: the same run id with another hash is a conflict. Positions do not count. */
export function requestHash(workflow: Workflow, inputs: JsonObject): string {
  return sha256Hex(`aiw request 1\n${hashText(workflow)}\n${canonicalJson(inputs)}`);
}

/** Hash of a workflow's meaning; moving it within its file does not change it. */
export function workflowHash(workflow: Workflow): string {
  return sha256Hex(`aiw workflow 1\n${hashText(workflow)}`);
}

function hashText(workflow: Workflow): string {
  // A workflow is plain JSON by definition; going through text drops absent keys and read-only types at once.
  const plain: Json = JSON.parse(JSON.stringify(workflow));
  return canonicalJson(withoutPositions(plain));
}

function withoutPositions(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutPositions(item));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([key, item]) => !(key === "at" && isPosition(item)));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutPositions(item)]));
}

/** A field that somebody named `at`, in an output type say, is no position. */
function isPosition(value: Json): boolean {
  return isJsonObject(value) && typeof value.line === "number" && typeof value.column === "number";
}
