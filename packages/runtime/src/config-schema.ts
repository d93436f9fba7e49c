import * as z from "zod";

const text = z.string().min(1);
const environment = z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/));
const agentName = z.string().regex(/^[a-z][a-z0-9_-]*$/);

/** Claude Code: another program, or fewer turns than it would take. */
const claudeSchema = z.strictObject({
  command: text.describe("Name or path of the program; default `claude`.").optional(),
  turns: z.int().min(1).describe("Most turns of one attempt.").optional(),
});

/** Codex: another program, or another model service that speaks the OpenAI Responses API. */
const codexSchema = z.strictObject({
  command: text.describe("Name or path of the program; default `codex`.").optional(),
  provider: z
    .strictObject({
      id: agentName.describe("Its name."),
      url: z.url().describe("Its address."),
      key: text.describe("Name of the variable that holds its key.").optional(),
    })
    .describe("A model service that speaks the OpenAI Responses API.")
    .optional(),
});

/** A program of your own. */
const commandSchema = z.strictObject({
  command: text.describe("Name or path of the program. It gets the prompt on stdin."),
  args: z.array(z.string()).describe("Its arguments.").optional(),
  output: z.enum(["text", "json"]).describe("What it prints; default `text`.").optional(),
  env: environment.describe("Variables of ours that it gets besides the usual ones.").optional(),
  edits: z.boolean().describe("May it have edited files? Decides what an interruption means; default true.").optional(),
});

/** Who may answer approvals. */
const approvalsSchema = z.strictObject({
  roles: z.record(text, z.array(text)).describe("Users by role.").optional(),
  self: z.boolean().describe("May somebody approve what they asked for? Default false.").optional(),
});

const atOnce = z.int().min(1).max(1_000);

/** Schema of `aiw.yaml`; the descriptions are those of the published JSON Schema. */
export const projectConfigSchema = z.strictObject({
  auto: z
    .array(agentName)
    .min(1)
    .describe("Order in which `agent: auto` tries agents; default claude, codex.")
    .optional(),
  claude: claudeSchema.describe("Claude Code.").optional(),
  codex: codexSchema.describe("Codex.").optional(),
  answers: text.describe("YAML file with the answers of the agent `scripted`, relative to this file.").optional(),
  agents: z
    .record(agentName, commandSchema)
    .describe("Programs of your own that are agents, by the name that workflows use.")
    .optional(),
  approvals: approvalsSchema
    .describe("Who may answer approvals. Without `roles`, who runs AIW may answer everything.")
    .optional(),
  limits: z
    .strictObject({
      processes: atOnce.describe("Script and tool processes; default 8.").optional(),
      agents: atOnce.describe("Agents; default 4.").optional(),
    })
    .describe("Most attempts at once.")
    .optional(),
  containment: z
    .enum(["auto", "bubblewrap", "namespace", "group"])
    .describe("How process trees are held; default `auto`, the firmest that works here.")
    .optional(),
  durability: z
    .enum(["full", "normal"])
    .describe("`full` (default) survives a power cut, `normal` a crash of the process only.")
    .optional(),
  lease: z
    .number()
    .min(1)
    .max(3_600)
    .describe("Seconds without a heartbeat after which another process may take a run over; default 15.")
    .optional(),
});

/** The project's configuration, as `aiw.yaml` says. */
export type ProjectConfig = z.infer<typeof projectConfigSchema>;
