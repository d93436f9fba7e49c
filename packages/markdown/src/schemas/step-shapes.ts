import { errorCodes, maxForeachItems } from "@aiw/core";
import { maxApprovers } from "../settings/approval.js";
import { maxEffects } from "../settings/limits.js";
import { maxParallel, maxRounds } from "../settings/loops.js";
import { maxAttempts } from "../settings/retry.js";
import { either, fixed, listOf, mapOf, type Shape, type Shapes, word } from "./shape.js";
import { agent, budget, cache, permissions } from "./shared-shapes.js";
import {
  anything,
  count,
  duration,
  expression,
  fields,
  identifier,
  namePattern,
  oneOrMore,
  someText,
  text,
  texts,
  type,
  variables,
  written,
} from "./values.js";

const error = fixed({ enum: Object.keys(errorCodes) });

const retry: Shape = either(
  count(0, maxAttempts),
  mapOf(
    {
      attempts: count(0, maxAttempts),
      backoff: word,
      delay: duration,
      "max-delay": duration,
      on: either(error, listOf(error)),
    },
    { required: ["attempts"] },
  ),
);

const wait: Shape = mapOf(
  { for: duration, until: expression, signal: someText, schema: type, timeout: duration },
  {
    oneOf: [{ required: ["for"] }, { required: ["until"] }, { required: ["signal"] }],
    dependentRequired: { schema: ["signal"], timeout: ["signal"] },
  },
);

const list = fixed({ type: "array", items: anything({}), maxItems: maxForeachItems });
const axis: Shape = either(someText, list);

/** A list, an expression, or axes of which some set a key of the step. */
const foreach: Shape = either(axis, (doc) => ({
  ...mapOf({ agent: axis, model: axis, effort: axis })(doc),
  additionalProperties: axis({}),
  propertyNames: { type: "string", pattern: namePattern },
  minProperties: 1,
}));

/** Every key of a step. */
export const stepShapes: Shapes = {
  id: fixed({ type: "string", pattern: "^[\\p{L}_][\\p{L}\\p{N}_]*$", maxLength: 100 }),
  if: expression,
  needs: oneOrMore,
  agent,
  model: written,
  effort: written,
  tools: texts,
  permissions,
  use: fixed({ type: "string", pattern: "^(?:\\.{1,2}/|@)\\S" }),
  tool: fixed({ type: "string", pattern: "^[\\p{L}\\p{N}_-]+(?:\\.[\\p{L}\\p{N}_.-]+)?$" }),
  with: anything,
  env: variables,
  cwd: text,
  output: type,
  retry,
  timeout: duration,
  "idle-timeout": duration,
  "on-error": word,
  "on-interrupt": word,
  "fail-if": expression,
  "on-quota": word,
  cache,
  budget,
  approval: mapOf({ by: oneOrMore, min: count(1, maxApprovers), timeout: duration, fields }),
  wait,
  apply: text,
  foreach,
  as: identifier,
  "max-parallel": count(1, maxParallel),
  repeat: mapOf(
    { until: expression, max: count(1, maxRounds), every: duration, from: text },
    { required: ["until", "max"] },
  ),
  session: text,
  artifacts: texts,
  workspace: text,
  sandbox: word,
  effects: listOf(either(word, mapOf({ kind: word, max: count(1, maxEffects) }, { required: ["kind"] }))),
};
