import {
  type AgentStep,
  type Step,
  type TextTemplate,
  type ValueTemplate,
  type Workflow,
  workflowModelVersion,
} from "@aiw/core";
import type { LoadOptions } from "../load-options.js";
import type { FileSettings } from "../settings/file.js";

/** What the Markdown adds to the front matter. */
export interface BodyParts {
  readonly title?: string;
  readonly description?: string;
  readonly instructions?: TextTemplate;
  readonly steps: readonly Step[];
}

/** Joins front matter, Markdown and defaults. Keys that nothing gives are absent. */
export function buildWorkflow(settings: FileSettings, body: BodyParts, { file, config = {} }: LoadOptions): Workflow {
  const agent = settings.agent ?? config.agent;
  const defaultModel = settings.model ?? config.model;
  const timeoutMs = settings.timeoutMs ?? config.timeoutMs;
  const description = settings.description ?? body.description;
  const { version, permissions } = settings;
  return {
    model: workflowModelVersion,
    name: settings.name ?? body.title ?? nameOf(file),
    inputs: settings.inputs,
    outputs: settings.outputs,
    secrets: settings.secrets,
    env: { ...literals(config.env ?? {}), ...settings.env },
    tools: settings.tools,
    steps: body.steps,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(agent === undefined ? {} : { agent }),
    ...(defaultModel === undefined ? {} : { defaultModel }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(body.instructions === undefined ? {} : { instructions: body.instructions }),
  };
}

/** The one step of a file that is one prompt. */
export function promptStep(title: string, prompt: string): AgentStep {
  return { kind: "agent", id: "prompt", title, needs: [], env: {}, onError: "fail", prompt: [prompt] };
}

/** The file's name without folder and ending. */
export function nameOf(file: string): string {
  const last = file.split(/[\\/]/).at(-1) ?? file;
  return last.replace(/\.(?:md|markdown)$/i, "") || "workflow";
}

function literals(env: Readonly<Record<string, string>>): Readonly<Record<string, ValueTemplate>> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, { t: "literal", value } as const]));
}
