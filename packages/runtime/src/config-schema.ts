import * as z from "zod";

const text = z.string().min(1);
const environment = z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/));
const agentName = z.string().regex(/^[a-z][a-z0-9_-]*$/);

/** Claude Code: another program, or fewer turns than it would take. */
const claudeSchema = z.strictObject({ command: text.optional(), turns: z.int().min(1).optional() });

/** Codex: another program, or another model service that speaks the OpenAI Responses API. */
const codexSchema = z.strictObject({
  command: text.optional(),
  provider: z.strictObject({ id: agentName, url: z.url(), key: text.optional() }).optional(),
});

/** A program of your own. It gets the prompt on stdin; `env` lists variables of ours that it gets besides the usual ones. */
const commandSchema = z.strictObject({
  command: text,
  args: z.array(z.string()).optional(),
  output: z.enum(["text", "json"]).optional(),
  env: environment.optional(),
  edits: z.boolean().optional(),
});

/** Who may answer approvals. Without `roles`, who runs AIW may answer everything. */
const approvalsSchema = z.strictObject({
  /** Users by role. */
  roles: z.record(text, z.array(text)).optional(),
  /** May somebody approve what they asked for? Default false. */
  self: z.boolean().optional(),
});

/** Schema of `aiw.yaml`. */
export const projectConfigSchema = z.strictObject({
  /** Order in which `agent: auto` tries agents; default claude, codex. */
  auto: z.array(agentName).min(1).optional(),
  claude: claudeSchema.optional(),
  codex: codexSchema.optional(),
  /** YAML file with the answers of the agent `scripted`, relative to this file. */
  answers: text.optional(),
  /** Programs that are agents, by the name that workflows use. */
  agents: z.record(agentName, commandSchema).optional(),
  approvals: approvalsSchema.optional(),
  /** Most attempts at once: script and tool processes (default 8), agents (default 4). */
  limits: z
    .strictObject({ processes: z.int().min(1).max(1_000).optional(), agents: z.int().min(1).max(1_000).optional() })
    .optional(),
  /** How process trees are held; default `auto`, the firmest that works here. */
  containment: z.enum(["auto", "bubblewrap", "namespace", "group"]).optional(),
  /** `full` (default) survives a power cut, `normal` a crash of the process only. */
  durability: z.enum(["full", "normal"]).optional(),
  /** Seconds without a heartbeat after which another process may take a run over. Default 15. */
  lease: z.number().min(1).max(3_600).optional(),
});

/** The project's configuration, as `aiw.yaml` says. */
export type ProjectConfig = z.infer<typeof projectConfigSchema>;
