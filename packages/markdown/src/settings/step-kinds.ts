import type {
  AgentStep,
  ApplyStep,
  ApprovalStep,
  InputSpec,
  JsonSchema,
  ScriptStep,
  StepBase,
  ToolStep,
  UseStep,
  ValueTemplate,
  WaitSpec,
  WaitStep,
} from "@aiw/core";
import { isText } from "../yaml/nodes.js";
import { type AgentChoice, readAgents, readPermissions } from "./agents.js";
import { readApproval } from "./approval.js";
import { given } from "./key-reader.js";
import type { StepKind } from "./keys.js";
import { readEffects } from "./limits.js";
import { readRef } from "./loops.js";
import type { Call } from "./step-draft.js";
import type { StepReader } from "./step-reader.js";
import { valueTemplate } from "./templates.js";
import { readToolCall, readToolNames } from "./tool-call.js";
import { parametersOf } from "./use-call.js";
import { readUseTarget } from "./use-target.js";
import { readWritten, refuse } from "./values.js";
import { readWait } from "./wait.js";

type Own<T extends StepBase> = Omit<T, keyof StepBase>;

/** What only one kind of step has. */
export type Special =
  | Own<ScriptStep>
  | Own<ToolStep>
  | Own<AgentStep>
  | Own<UseStep>
  | Own<ApprovalStep>
  | Own<WaitStep>
  | Own<ApplyStep>;

/** The special part of a step, and what the checker needs of it. */
export interface SpecialPart {
  readonly special: Special;
  /** Type of `.output` when the step does not declare one; absent: it has none. */
  readonly output?: JsonSchema;
  readonly call?: Call;
  /** Until the waiting ends. */
  readonly timeoutMs?: number;
}

/** Reads what only this kind of step has. */
export function readSpecial(reader: StepReader, kind: StepKind): SpecialPart {
  switch (kind) {
    case "script":
      return script(reader);
    case "tool":
      return tool(reader);
    case "use":
      return use(reader);
    case "approval":
      return approval(reader);
    case "wait":
      return wait(reader);
    case "apply":
      return { special: { kind, from: reader.keys.read("apply", readRef)?.id ?? "" }, output: mergeType };
    case "agent":
      return agent(reader);
  }
}

function script(reader: StepReader): SpecialPart {
  const { lang, code } = reader.source.script ?? { lang: "bash", code: "" };
  return { special: { kind: "script", lang, script: code, ...withOf(reader) } };
}

function tool(reader: StepReader): SpecialPart {
  const { keys, file } = reader;
  const target = keys.read("tool", (node, place) => readToolCall(node, place, file.tools));
  return {
    special: { kind: "tool", tool: target?.tool ?? "", operation: target?.operation ?? "run", ...withOf(reader) },
    // Nobody knows what an unknown operation gives: that it gives nothing would be an echo.
    output: target?.output ?? {},
    ...given({ call: callOf(reader, "tool", target?.parameters) }),
  };
}

function use(reader: StepReader): SpecialPart {
  const { keys, file } = reader;
  const target = keys.read("use", readUseTarget);
  const at = keys.entry("use")?.value ?? reader.source.at;
  const used = target === undefined ? undefined : file.uses.find(target, at);
  return {
    special: { kind: "use", use: target ?? "", ...withOf(reader) },
    output: used?.output ?? {},
    ...given({ call: callOf(reader, "use", used?.parameters) }),
  };
}

function approval({ keys, source, sink, file }: StepReader): SpecialPart {
  const settings = keys.read("approval", (node, place) => readApproval(node, place, file.types));
  const { by = [], min = 1, fields = {}, timeoutMs } = settings ?? {};
  const prompt = source.prose.template(sink, "prompt");
  const continues = keys.read("on-error", (node) => isText(node) && node.value === "continue") ?? false;
  return {
    special: { kind: "approval", prompt, by, min, fields },
    output: answerType(fields, continues),
    ...given({ timeoutMs }),
  };
}

function wait({ keys, sink, file }: StepReader): SpecialPart {
  const settings = keys.read("wait", (node, place) => readWait(node, place, { ...file.types, sink }));
  const spec: WaitSpec = settings?.wait ?? { for: 0 };
  return {
    special: { kind: "wait", wait: spec },
    ...given({ output: payloadType(settings?.wait), timeoutMs: settings?.timeoutMs }),
  };
}

function agent({ keys, source, sink, file }: StepReader): SpecialPart {
  const choice: AgentChoice | undefined = keys.read("agent", readAgents);
  return {
    special: {
      kind: "agent",
      prompt: source.prose.template(sink, "prompt"),
      ...choice,
      ...given({
        model: keys.read("model", readWritten),
        effort: keys.read("effort", readWritten),
        permissions: keys.read("permissions", readPermissions),
        tools: keys.read("tools", (node, place) => readToolNames(node, place, file.tools)),
        session: keys.read("session", readRef)?.id,
        effects: keys.read("effects", readEffects),
      }),
    },
  };
}

function withOf({ keys, sink }: StepReader): { readonly with?: ValueTemplate } {
  const place = keys.has("use") ? "with-use" : "with";
  return given({ with: keys.read("with", (node) => valueTemplate(node, sink, place)) });
}

function callOf({ keys, source }: StepReader, key: "tool" | "use", parameters: JsonSchema | undefined): Call {
  const withNode = keys.entry("with")?.value;
  if (withNode !== undefined && withNode.kind !== "map") {
    keys.read("with", (node, place) => refuse(node, place, "a map"));
  }
  const at = keys.entry(key)?.value ?? source.at;
  return { at, of: key === "tool" ? "tool" : "workflow", key: "with", parameters, ...given({ withNode }) };
}

/**
 * `.output` of an answered approval.
 *
 * @param continues - A rejection is an answer too, whose fields are null.
 */
function answerType(fields: Readonly<Record<string, InputSpec>>, continues: boolean): JsonSchema {
  const answer: Record<string, InputSpec> = {
    approved: { schema: { type: "boolean" }, required: true },
    by: { schema: texts, required: true },
  };
  for (const [name, { schema, required }] of Object.entries(fields)) {
    answer[name] = continues ? { schema: { anyOf: [schema, { type: "null" }] }, required: true } : { schema, required };
  }
  return parametersOf(answer);
}

/** `.output` of a wait: what the signal carries. */
function payloadType(spec: WaitSpec | undefined): JsonSchema | undefined {
  if (spec === undefined) return {};
  return "signal" in spec ? (spec.schema ?? {}) : undefined;
}

const texts: JsonSchema = { type: "array", items: { type: "string" } };
/** `.output` of an apply step. */
const mergeType: JsonSchema = {
  type: "object",
  properties: { files: texts, conflicts: texts },
  required: ["files", "conflicts"],
  additionalProperties: false,
};
