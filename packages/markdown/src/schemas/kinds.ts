import type { JsonObject, JsonSchema } from "@aiw/core";
import { kindKeys, type StepKind, stepKeys } from "../settings/keys.js";

/** The keys that make a step of a kind, `run` of pure YAML among them. */
const kinds: Readonly<Record<string, StepKind>> = {
  ...Object.fromEntries(kindKeys.map((key) => [key, key])),
  run: "script",
};

/**
 * Refuses what a step of a kind cannot have: for each key that makes it one, the keys without effect on it.
 *
 * @param properties - Of the step.
 */
export function refuseWithoutEffect(properties: JsonObject): JsonSchema {
  const known = Object.keys(kinds).filter((key) => Object.hasOwn(properties, key));
  const dependent = known.map((key) => [key, { properties: refusedBeside(key, properties) }]);
  return {
    dependentSchemas: { ...Object.fromEntries(dependent), ...loops(properties) },
  };
}

function refusedBeside(key: string, properties: JsonObject): JsonObject {
  const kind = kinds[key];
  const refused = Object.keys(properties).filter((other) => {
    if (other === key || kind === undefined) return false;
    if (Object.hasOwn(kinds, other)) return true;
    if (other === "prompt") return kind !== "approval";
    if (other === "undo") return kind === "approval" || kind === "wait";
    const allowed = Object.hasOwn(stepKeys, other) ? stepKeys[other] : undefined;
    return allowed !== undefined && !allowed.includes(kind);
  });
  const off = Object.fromEntries(refused.map((other) => [other, false]));
  // Arguments and inputs have names; a script takes any data.
  return kind === "tool" || kind === "use" ? { ...off, with: { type: "object" } } : off;
}

/** What has no effect without a loop. */
function loops(properties: JsonObject): JsonObject {
  if (!Object.hasOwn(properties, "foreach")) return {};
  return { as: { required: ["foreach"] }, "max-parallel": { required: ["foreach"] } };
}
