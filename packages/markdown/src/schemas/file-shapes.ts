import { eachOf, either, fixed, listOf, mapOf, type Shape, type Shapes, word } from "./shape.js";
import { agent, budget, cache, permissions } from "./shared-shapes.js";
import {
  anything,
  duration,
  expression,
  fields,
  identifiers,
  named,
  namePattern,
  someText,
  text,
  variables,
  written,
} from "./values.js";

const cron = fixed({ type: "string", pattern: "^\\s*(?:\\S+\\s+){4}\\S+\\s*$" });
const patterns = listOf(text, { minItems: 1 });
const inputs = fixed({ type: "object" });
const only = { minProperties: 1, maxProperties: 1 };

const trigger: Shape = either(
  word,
  mapOf(
    {
      schedule: either(
        cron,
        mapOf({ cron, timezone: text, overlap: word, missed: word, inputs }, { required: ["cron"] }),
      ),
      webhook: mapOf(
        {
          path: fixed({ type: "string", pattern: "^/[\\w./~-]*$" }),
          provider: word,
          secret: fixed({ type: "string", pattern: namePattern }),
          if: expression,
          inputs,
        },
        { required: ["path"] },
      ),
      watch: mapOf(
        { paths: patterns, ignore: patterns, events: listOf(word), debounce: duration, inputs },
        { required: ["paths"] },
      ),
      queue: mapOf({ name: text, inputs }, { required: ["name"] }),
    },
    only,
  ),
);

const server: Shape = mapOf(
  {
    command: either(someText, listOf(text, { minItems: 1 })),
    url: fixed({ type: "string", pattern: "^https?://[^\\s/]+" }),
    env: variables,
  },
  { oneOf: [{ required: ["command"] }, { required: ["url"] }] },
);

const declaration: Shape = either(
  someText,
  mapOf(
    { mcp: server, openapi: someText, auth: anything },
    { oneOf: [{ required: ["mcp"] }, { required: ["openapi"] }], dependentRequired: { auth: ["openapi"] } },
  ),
);

/** Every key of the front matter. */
export const fileShapes: Shapes = {
  aiw: fixed({ const: 1 }),
  name: text,
  version: written,
  description: text,
  on: either(trigger, listOf(trigger)),
  inputs: fields,
  outputs: named(expression({})),
  agent,
  model: written,
  effort: written,
  tools: eachOf(declaration, { propertyNames: { type: "string", pattern: "^[\\p{L}_][\\p{L}\\p{N}_-]*$" } }),
  secrets: identifiers,
  permissions,
  budget,
  concurrency: mapOf({ key: text, busy: word }, { required: ["key"] }),
  cache,
  timeout: duration,
  env: variables,
  "on-quota": word,
  workspace: word,
  sandbox: word,
};
