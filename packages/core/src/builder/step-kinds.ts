import { AiwError } from "../errors.js";
import type {
  AgentStep,
  ApplyStep,
  ApprovalStep,
  CodeFunction,
  CodeStep,
  ScriptStep,
  StepBase,
  StepKind,
  ToolStep,
  UseStep,
  WaitStep,
} from "../model/step.js";
import type { ValueTemplate } from "../model/template.js";
import type { Buildable } from "./built.js";
import { given } from "./given.js";
import { inputSpecs } from "./input-spec.js";
import { jsonSchemaOf } from "./json-schema.js";
import { type AnyScope, resolve } from "./scope.js";
import type { StepSettings } from "./step-schema.js";
import { expressionSource, proseTemplate, textTemplate, valueTemplate } from "./values.js";

type Own<T extends StepBase> = Omit<T, keyof StepBase>;

/** What only one kind of step has. */
export type Special =
  | Own<ScriptStep>
  | Own<ToolStep>
  | Own<AgentStep>
  | Own<UseStep>
  | Own<ApprovalStep>
  | Own<WaitStep>
  | Own<ApplyStep>
  | Own<CodeStep>;

/** Where the parts of a step go that are no data. */
export interface StepRegistry {
  /** Keeps a function. */
  addCode(run: CodeFunction): void;
  /** Keeps a workflow that is used; gives the text of `use:`. */
  addChild(child: Buildable): string;
}

/** A step's settings and what reads them. */
export interface KindReader {
  readonly settings: StepSettings;
  readonly scope: AnyScope;
  readonly registry: StepRegistry;
  /** `step 'review'`, for messages. */
  readonly of: string;
}

const kindKeys = ["script", "tool", "use", "approval", "wait", "apply", "code"] as const;

/** The special part of the step; its kind follows from what is given. */
export function specialOf(reader: KindReader): Special {
  const { settings, of } = reader;
  const [kind, second] = kindKeys.filter((key) => settings[key] !== undefined);
  if (second !== undefined) {
    throw new AiwError("workflow_invalid", `${of} has ${kind} and ${second}: it can be only one of them`);
  }
  if (kind === undefined && settings.prompt === undefined) {
    throw new AiwError("workflow_invalid", `${of} does nothing`, { hint: "give it a prompt, a script, a tool, …" });
  }
  return readers[kind ?? "agent"](reader);
}

const readers: Readonly<Record<StepKind, (reader: KindReader) => Special>> = {
  script: (reader) => {
    const { lang, text } = reader.settings.script ?? { lang: "sh", text: "" };
    const script = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return { kind: "script", lang, script, ...withOf(reader) };
  },
  tool: (reader) => {
    const [, tool, operation] = /^([\p{L}\p{N}_-]+)(?:\.([\p{L}\p{N}_.-]+))?$/u.exec(reader.settings.tool ?? "") ?? [];
    if (tool !== undefined) return { kind: "tool", tool, operation: operation ?? "run", ...withOf(reader) };
    throw new AiwError("workflow_invalid", `${reader.of}: '${reader.settings.tool}' is no tool`, {
      hint: "write name.operation",
    });
  },
  use: (reader) => {
    const { use = "" } = reader.settings;
    const target = typeof use === "string" ? use : reader.registry.addChild(use);
    return { kind: "use", use: target, ...withOf(reader) };
  },
  approval: (reader) => {
    const { by = [], min = 1, fields = {} } = reader.settings.approval ?? {};
    for (const name of ["approved", "by"]) {
      if (!Object.hasOwn(fields, name)) continue;
      throw new AiwError("workflow_invalid", `${reader.of}: every answer has '${name}': a field cannot be called so`);
    }
    return { kind: "approval", prompt: promptOf(reader), by, min, fields: inputSpecs(fields, "field") };
  },
  wait,
  apply: ({ settings }) => ({ kind: "apply", from: settings.apply ?? "" }),
  code: ({ settings, registry }) => {
    if (settings.code !== undefined) registry.addCode(settings.code);
    return { kind: "code" };
  },
  agent: (reader) => {
    const { model, effort, permissions, tools, session, effects } = reader.settings;
    return {
      kind: "agent",
      prompt: promptOf(reader),
      ...reader.settings.agent,
      ...given({ model, effort, permissions, tools, session, effects }),
    };
  },
};

function wait({ settings, scope, of }: KindReader): Own<WaitStep> {
  const spec = settings.wait ?? { for: 0 };
  if ("for" in spec) return { kind: "wait", wait: { for: spec.for } };
  if ("signal" in spec) {
    const signal = textTemplate(resolve(spec.signal, scope, `${of}: signal`), `${of}: signal`);
    const schema = spec.schema === undefined ? undefined : jsonSchemaOf(spec.schema, `${of}: schema`);
    return { kind: "wait", wait: { signal, ...given({ schema }) } };
  }
  return {
    kind: "wait",
    wait: { until: expressionSource(resolve(spec.until, scope, `${of}: until`), `${of}: until`) },
  };
}

function promptOf({ settings, scope, of }: KindReader) {
  const prompt = proseTemplate(resolve(settings.prompt, scope, `${of}: prompt`), `${of}: prompt`);
  if (prompt.length > 0) return prompt;
  throw new AiwError("workflow_invalid", `${of} has an empty prompt`);
}

function withOf({ settings, scope, of }: KindReader): { readonly with?: ValueTemplate } {
  if (settings.with === undefined) return {};
  return { with: valueTemplate(resolve(settings.with, scope, `${of}: with`), `${of}: with`) };
}
