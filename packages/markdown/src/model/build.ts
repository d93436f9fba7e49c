import {
  type AgentStep,
  type Step,
  type TextTemplate,
  type UsedWorkflow,
  type ValueTemplate,
  type Workflow,
  workflowModelVersion,
} from "@aiw/core";
import type { LoadOptions } from "../load-options.js";
import type { FileSettings } from "../settings/file.js";
import { given } from "../settings/key-reader.js";

/** What stands outside the front matter. */
export interface BodyParts {
  readonly title?: string;
  readonly description?: string;
  readonly instructions?: TextTemplate;
  readonly steps: readonly Step[];
  readonly onFailure?: readonly Step[];
  readonly finally?: readonly Step[];
  readonly uses?: Readonly<Record<string, UsedWorkflow>>;
}

/** Joins front matter, body and defaults. Keys that nothing gives are absent. */
export function buildWorkflow(settings: FileSettings, body: BodyParts, { file, config = {} }: LoadOptions): Workflow {
  const { routing, effort, version, permissions, budget, concurrency, cache, onQuota, workspace, sandbox } = settings;
  return {
    model: workflowModelVersion,
    name: settings.name ?? body.title ?? nameOf(file),
    inputs: settings.inputs,
    outputs: settings.outputs,
    secrets: settings.secrets,
    env: { ...literals(config.env ?? {}), ...settings.env },
    tools: settings.tools,
    steps: body.steps,
    ...given({
      version,
      description: settings.description ?? body.description,
      on: settings.on?.map(({ spec }) => spec),
      // A choice among agents in the file wins over an order of them in the bundle's defaults.
      agent: settings.agent ?? (routing === undefined ? config.agent : undefined),
      defaultModel: settings.model ?? config.model,
      timeoutMs: settings.timeoutMs ?? config.timeoutMs,
      ...{ routing, effort, permissions, budget, concurrency, cache, onQuota, workspace, sandbox },
      instructions: body.instructions,
      onFailure: body.onFailure,
      finally: body.finally,
      uses: body.uses,
    }),
  };
}

/** The one step of a file that is one prompt. */
export function promptStep(title: string, prompt: string): AgentStep {
  return { kind: "agent", id: "prompt", title, needs: [], env: {}, onError: "fail", prompt: [prompt] };
}

/** The file's name without folder and ending. */
export function nameOf(file: string): string {
  const last = file.split(/[\\/]/).at(-1) ?? file;
  return last.replace(/\.(?:md|markdown)$|(?:\.flow)?\.ya?ml$/i, "") || "workflow";
}

function literals(env: Readonly<Record<string, string>>): Readonly<Record<string, ValueTemplate>> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, { t: "literal", value } as const]));
}
