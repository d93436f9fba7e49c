import { AiwError, type Step, type Workflow } from "@aiw/core";
import type { PlacedStep } from "./placed-steps.js";

/** What of the file's settings is part of the language and not of this version. */
export function laterInFile(workflow: Workflow): readonly AiwError[] {
  const { budget, onQuota, workspace, sandbox, routing, tools } = workflow;
  const keys = [
    ...(budget === undefined ? [] : ["budget"]),
    ...(onQuota === undefined ? [] : ["on-quota"]),
    ...(workspace === undefined || workspace === "here" ? [] : ["workspace"]),
    ...(sandbox === undefined || sandbox === "off" ? [] : [`sandbox: ${sandbox}`]),
    ...(routing === undefined ? [] : ["agent: { any }"]),
    ...Object.entries(tools).flatMap(([name, { kind }]) => (kind === "scripts" ? [] : [`tools: ${name}: ${kind}`])),
  ];
  return keys.map((key) => later(key));
}

/** The same, of one step. */
export function laterInStep({ step, key }: PlacedStep): readonly AiwError[] {
  const { budget, onQuota, workspace, sandbox } = step;
  const keys = [
    ...(budget === undefined ? [] : ["budget"]),
    ...(onQuota === undefined ? [] : ["on-quota"]),
    ...(workspace === undefined || workspace === "here" ? [] : ["workspace"]),
    ...(sandbox === undefined || sandbox === "off" ? [] : [`sandbox: ${sandbox}`]),
    ...keysOfKind(step),
  ];
  return keys.map((name) => later(name, key));
}

function keysOfKind(step: Step): readonly string[] {
  switch (step.kind) {
    case "apply":
      return ["apply"];
    case "use":
      return step.use.startsWith("@") ? [`use: ${step.use}`] : [];
    case "agent":
      return [
        ...(step.routing === undefined ? [] : ["agent: { any }"]),
        ...(step.effects === undefined || step.effects.length === 0 ? [] : ["effects"]),
      ];
    default:
      return [];
  }
}

function later(key: string, step?: string): AiwError {
  const place = step === undefined ? "" : `step ${step}: `;
  return new AiwError("not_in_this_version", `${place}\`${key}\` is not in this version`, {
    hint: hints[key.split(":")[0] ?? ""] ?? `leave \`${key}\` out`,
    details: { key, ...(step === undefined ? {} : { step }) },
  });
}

const hints: Readonly<Record<string, string>> = {
  agent: "list agents in the order in which to try them: `agent: [claude, codex]`",
  apply: "let the agent edit the project's folder itself, and look at the changes with git",
  sandbox: "leave it out: agents have their own sandbox; `permissions` narrow what they may do",
  use: "copy the workflow into the project and name its file: `use: ./file.md`",
  tools: "call the service from a script step, or from a script tool",
  workspace: "leave it out: steps work in the project's folder",
};
