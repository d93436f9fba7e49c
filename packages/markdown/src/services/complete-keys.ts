import { describeType, isJsonObject, type JsonSchema } from "@aiw/core";
import { bodyOf } from "../check/reader.js";
import { given } from "../settings/key-reader.js";
import { kindKeys, type StepKind, stepKeys } from "../settings/keys.js";
import type { Candidate } from "./complete-expression.js";
import { docAt } from "./key-lookup.js";
import type { FilePart, FileView } from "./view.js";
import type { YamlCursor } from "./yaml-cursor.js";

/** Keys that are still missing in the map around the cursor, and fit the kind of step. */
export function keysAt(view: FileView, part: FilePart, { path, siblings }: YamlCursor): readonly Candidate[] {
  const doc = docAt(part, path);
  if (doc?.names === "arguments") return argumentKeys(bodyOf(part.reader)?.call?.parameters, siblings);
  if (doc?.names === "inputs") return inputKeys(view, siblings);
  const isStep = path.length === 0 && part.kind !== "front";
  return Object.entries(doc?.keys ?? {}).flatMap(([key, { about, example }]): readonly Candidate[] => {
    if (siblings.includes(key) || (isStep && !fits(key, part, siblings))) return [];
    return [{ label: key, kind: "key", about: `${about}\n\n\`${example}\`` }];
  });
}

function argumentKeys(parameters: JsonSchema | undefined, siblings: readonly string[]): readonly Candidate[] {
  const properties = parameters?.properties;
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([label, type]): readonly Candidate[] => {
    if (siblings.includes(label)) return [];
    const known = isJsonObject(type) ? type : {};
    const about = typeof known.description === "string" ? known.description : undefined;
    return [{ label, kind: "key", detail: describeType(known), ...given({ about }) }];
  });
}

function inputKeys({ checked }: FileView, siblings: readonly string[]): readonly Candidate[] {
  const inputs = Object.entries(checked?.settings.inputs ?? {}).filter(([name]) => !siblings.includes(name));
  return inputs.map(([label, { schema }]) => ({ label, kind: "key", detail: describeType(schema) }));
}

/** Keys that have no effect without another one. */
const dependent: Readonly<Record<string, string>> = { as: "foreach", "max-parallel": "foreach" };

function fits(key: string, part: FilePart, siblings: readonly string[]): boolean {
  const needed = dependent[key];
  if (needed !== undefined && !siblings.includes(needed)) return false;
  const { step } = part.reader;
  if (key === "needs" && step !== undefined && step.section !== "steps") return false;
  if ((key === "agent" || key === "model") && siblings.includes("session")) return false;
  const kinds = kindsOf(part, siblings);
  if (kindKeys.some((each) => each === key)) return kinds.some((kind) => kind === key);
  return kinds.some((kind) => stepKeys[key]?.includes(kind));
}

/** Kinds that the step may still become: what makes its kind may stand there already. */
function kindsOf({ block, reader, kind: partKind, prose }: FilePart, siblings: readonly string[]): readonly StepKind[] {
  if (block?.fences.some(({ role }) => role.kind === "script") === true) return ["script"];
  const own = kindKeys.find((key) => siblings.includes(key));
  if (own !== undefined) return [own];
  if (siblings.some((key) => stepKeys[key]?.join() === "agent")) return ["agent"];
  const calls: readonly StepKind[] = ["agent", "tool", "use"];
  const others: readonly StepKind[] =
    partKind === "undo" ? [] : reader.step?.section === "finally" ? ["wait", "apply"] : ["approval", "wait", "apply"];
  // A script may still be written where there is no prompt.
  return [...calls, ...others, ...(prose.length === 0 ? (["script"] as const) : [])];
}
