import { maxTokens, maxUsd } from "../settings/limits.js";
import { either, fixed, listOf, mapOf, type Shape, word } from "./shape.js";
import { count, duration, oneOrMore, texts } from "./values.js";

const agentName = fixed({ type: "string", pattern: "^[A-Za-z0-9][\\w.-]*(?:/\\S+)?$" });
const agents: Shape = either(agentName, listOf(agentName, { minItems: 1 }));

/** `agent:` */
export const agent: Shape = either(agents, mapOf({ any: agents, by: word, needs: oneOrMore }, { required: ["any"] }));
/** `permissions:` */
export const permissions: Shape = mapOf({ read: texts, write: texts, run: texts, net: texts });
/** `budget:` */
export const budget: Shape = mapOf(
  {
    usd: fixed({ type: "number", exclusiveMinimum: 0, maximum: maxUsd }),
    tokens: count(1, maxTokens),
    time: duration,
    "on-exceed": word,
  },
  { anyOf: [{ required: ["usd"] }, { required: ["tokens"] }, { required: ["time"] }] },
);
/** `cache:` */
export const cache: Shape = either(duration, mapOf({ for: duration, files: texts }, { required: ["for"] }));
