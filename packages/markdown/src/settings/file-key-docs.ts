import type { KeyDoc } from "./key-doc.js";
import {
  agentDoc,
  budgetDoc,
  cacheDoc,
  permissionsDoc,
  quotaWords,
  sandboxWords,
  typeWords,
} from "./shared-key-docs.js";

const inputs: KeyDoc = {
  about: "Inputs of the run that the trigger gives; values may read `event`.",
  example: 'inputs: { base: "{{ event.body.branch }}" }',
  names: "inputs",
};

const schedule: KeyDoc = {
  about: "At times: a cron expression, or a map.",
  example: 'schedule: "0 7 * * mon-fri"',
  keys: {
    cron: { about: "Minute, hour, day, month, day of the week.", example: 'cron: "0 7 * * *"' },
    timezone: { about: "Where the clock hangs; default UTC.", example: "timezone: Europe/Berlin" },
    overlap: {
      about: "What happens while the run before is not done.",
      example: "overlap: skip",
      words: ["skip", "queue", "allow"],
    },
    missed: {
      about: "What becomes of times that nobody was there for.",
      example: "missed: once",
      words: ["skip", "once", "all"],
    },
    inputs,
  },
};

const webhook: KeyDoc = {
  about: "When another system calls an address of the server.",
  example: "webhook: { path: /review, provider: github, secret: HOOK_SECRET }",
  keys: {
    path: { about: "Path of the address.", example: "path: /review" },
    provider: {
      about: "Who calls: decides how a call is verified.",
      example: "provider: github",
      words: ["github", "standard", "stripe", "slack", "generic"],
    },
    secret: { about: "Secret that calls are signed with.", example: "secret: HOOK_SECRET", names: "secret" },
    if: {
      about: "An expression over `event`; where it is false nothing starts.",
      example: "if: event.body.action == 'opened'",
    },
    inputs,
  },
};

const watch: KeyDoc = {
  about: "When files change.",
  example: "watch: { paths: [src/**] }",
  keys: {
    paths: { about: "Files, as patterns.", example: "paths: [src/**]" },
    ignore: { about: "Files that do not count.", example: "ignore: [dist/**]" },
    events: {
      about: "What counts as a change; default all.",
      example: "events: [created, modified]",
      words: ["created", "modified", "deleted", "moved"],
    },
    debounce: { about: "Changes so close together are one; default 500ms.", example: "debounce: 2s" },
    inputs,
  },
};

const on: KeyDoc = {
  about: "What starts the workflow besides people: one trigger or a list of them.",
  example: 'on: { schedule: "0 7 * * mon-fri" }',
  words: ["manual"],
  keys: {
    schedule,
    webhook,
    watch,
    queue: {
      about: "When a message arrives.",
      example: "queue: { name: reviews }",
      keys: { name: { about: "Name of the queue.", example: "name: reviews" }, inputs },
    },
  },
};

const tools: KeyDoc = {
  about: "Tools that the steps may use: a folder of scripts, an MCP server, or an HTTP interface.",
  example: "tools: { github: { mcp: { command: [npx, -y, server-github] } } }",
  each: {
    keys: {
      mcp: {
        about: "A server that speaks the Model Context Protocol.",
        example: "mcp: { command: [npx, -y, server] }",
        keys: {
          command: { about: "Program and arguments that start it.", example: "command: [npx, -y, server]" },
          url: { about: "Its address, where it runs elsewhere.", example: "url: https://example.org/mcp" },
          env: {
            about: "Variables of its process. Secrets may stand here.",
            example: 'env: { TOKEN: "{{ secrets.TOKEN }}" }',
          },
        },
      },
      openapi: { about: "Description of an HTTP interface: a file or an address.", example: "openapi: ./spec.yaml" },
      auth: { about: "What to authenticate with. Secrets may stand here.", example: 'auth: "{{ secrets.TOKEN }}"' },
    },
  },
};

/** Every key of the front matter, in the order of the reference. */
export const fileKeyDocs: Readonly<Record<string, KeyDoc>> = {
  aiw: { about: "Version of the language; marks the file as a workflow.", example: "aiw: 1" },
  name: { about: "Name of the workflow; default is its title, else the file.", example: "name: code-review" },
  version: { about: "Version of the workflow, as its author counts.", example: "version: 1.0.0" },
  description: {
    about: "What it does; default is the prose under the title.",
    example: "description: Reviews a diff.",
  },
  on,
  inputs: {
    about:
      "What a run is given: names with types, `?` behind the name for what may be missing, `= value` for a default.",
    example: "inputs: { base: string = main, files?: [string] }",
    each: { words: typeWords, names: "type" },
  },
  outputs: {
    about: "What a run gives: names with expressions over the results of steps.",
    example: "outputs: { base: inputs.base }",
  },
  agent: { ...agentDoc, about: `${agentDoc.about} Default of all agent steps.` },
  model: { about: "Model of all agent steps that name none.", example: "model: opus" },
  effort: { about: "Effort of all agent steps that name none.", example: "effort: high" },
  tools,
  secrets: {
    about: "Names of the secrets that steps may read; their values are never written down.",
    example: "secrets: [GITHUB_TOKEN]",
  },
  permissions: { ...permissionsDoc, about: `${permissionsDoc.about} Those of a step narrow it further.` },
  budget: { ...budgetDoc, about: "What the whole run may spend, at least one limit." },
  concurrency: {
    about: "Runs with the same key do not run at the same time.",
    example: 'concurrency: { key: "deploy-{{ inputs.base }}", busy: queue }',
    keys: {
      key: { about: "Name of the group; may read inputs.", example: "key: deploy" },
      busy: {
        about: "What a run does that finds another: waits, ends, or cancels it; default `queue`.",
        example: "busy: skip",
        words: ["queue", "skip", "cancel"],
      },
    },
  },
  cache: { ...cacheDoc, about: `${cacheDoc.about} Default of all steps.` },
  timeout: { about: "Longest time of the whole run.", example: "timeout: 1h" },
  env: {
    about: "Variables of all steps, as text; expressions read them as `env.NAME`.",
    example: "env: { LANG: C.UTF-8 }",
  },
  "on-quota": {
    about: "What to do when an agent's quota is used up.",
    example: "on-quota: failover",
    words: quotaWords,
  },
  workspace: {
    about: "Where steps work that do not say it: `here`, or each in a `new` copy.",
    example: "workspace: here",
    words: ["here", "new"],
  },
  sandbox: { about: "Whether AIW locks processes in.", example: "sandbox: auto", words: sandboxWords },
};
