import type { KeyDoc } from "./key-doc.js";

/** Words of `on-quota`. */
export const quotaWords = ["park", "failover", "fail"];
/** Words of `sandbox`. */
export const sandboxWords = ["off", "auto", "required"];
/** Types that have a name. */
export const typeWords = ["string", "number", "integer", "boolean", "any"];

/** `agent:` of a step; a file has the same as a default. */
export const agentDoc: KeyDoc = {
  about:
    "Who works on the prompt: an agent, `agent/model`, a list in order of preference, a choice by `any`, or `auto`.",
  example: "agent: [claude, codex]",
  words: ["auto"],
  names: "agent",
  keys: {
    any: { about: "Agents to choose from.", example: "any: [claude, codex]", names: "agent" },
    by: {
      about: "What decides between them; default `balanced`.",
      example: "by: cost",
      words: [
        ...["cost", "quality", "latency", "balanced", "capability"],
        ...["round-robin", "random", "priority", "least-loaded"],
      ],
    },
    needs: { about: "What the agent must be able to do.", example: "needs: [resume]" },
  },
};

/** `permissions:` */
export const permissionsDoc: KeyDoc = {
  about: "Narrows what an agent may do. An agent that cannot honour it is an error before the run starts.",
  example: "permissions: { read: [.], write: [reports/] }",
  keys: {
    read: { about: "Files and folders that it may read.", example: "read: [.]" },
    write: { about: "Files and folders that it may change.", example: "write: [reports/]" },
    run: { about: "Programs that it may run.", example: "run: [git]" },
    net: { about: "Hosts that it may reach.", example: "net: [api.github.com]" },
  },
};

/** `budget:` */
export const budgetDoc: KeyDoc = {
  about: "What may be spent, at least one limit.",
  example: "budget: { usd: 3, time: 20m }",
  keys: {
    usd: { about: "US dollars.", example: "usd: 3" },
    tokens: { about: "Tokens of all kinds.", example: "tokens: 100000" },
    time: { about: "Time while a step runs.", example: "time: 20m" },
    "on-exceed": {
      about: "What happens at the limit; default `stop`.",
      example: "on-exceed: warn",
      words: ["warn", "ask", "downgrade", "stop"],
    },
  },
};

/** `cache:` */
export const cacheDoc: KeyDoc = {
  about: "For how long a result is used again where nothing that it depends on changed.",
  example: "cache: { for: 7d, files: [src/**] }",
  keys: {
    for: { about: "For how long.", example: "for: 7d" },
    files: { about: "Files that the result depends on, as patterns.", example: "files: [src/**]" },
  },
};
