import { sha256Hex } from "../expr/sha256.js";
import { canonicalJson, type JsonObject } from "../json.js";
import type { Workflow } from "./workflow.js";

/** SHA-256 of a text as hexadecimal digits; platforms have faster ones than the portable default. */
export type Digest = (text: string) => string;

/**
 * Hash of what a run was asked to do: the same run id with another hash is a conflict. Positions do not count.
 *
 * @param workflow - The workflow, or its hash where that is known already.
 */
export function requestHash(workflow: Workflow | string, inputs: JsonObject, digest: Digest = sha256Hex): string {
  const hash = typeof workflow === "string" ? workflow : workflowHash(workflow, digest);
  return digest(`aiw request 1\n${hash}\n${canonicalJson(inputs)}`);
}

/** Hash of a workflow's meaning; moving it within its file does not change it. */
export function workflowHash(workflow: Workflow, digest: Digest = sha256Hex): string {
  return digest(`aiw workflow 1\n${canonicalText(workflow)}`);
}

/** As `canonicalJson`, in one pass without absent fields, positions and places: a workflow may have thousands of steps. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "null";
  let text = "";
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined || (key === "at" && isPosition(item)) || (key === "from" && isPlace(item))) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalText(item)}`;
  }
  return `{${text}}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Where a sub-workflow lies is no part of its meaning. */
function isPlace(value: unknown): boolean {
  return typeof value === "object" && value !== null && "folder" in value && "bundle" in value;
}

/** A field that somebody named `at`, in an output type say, is no position. */
function isPosition(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("line" in value) || !("column" in value)) return false;
  return typeof value.line === "number" && typeof value.column === "number";
}
