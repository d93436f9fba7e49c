import { basename } from "node:path";
import type { AgentRef } from "@aiw/core";
import { type Fields, readFields } from "./fields.js";
import { readSettings } from "./folder.js";
import { problemsError, type ToolProblem } from "./problem.js";
import { parseYamlFile } from "./yaml-file.js";

/** Defaults of a bundle's workflow: front matter and flags win over them. */
export interface BundleConfig {
  /** In order of preference. */
  readonly agent?: readonly AgentRef[];
  readonly model?: string;
  /** Total time of the run. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const keys = ["agent", "model", "timeout", "env"];

/** Keys of first-generation bundles. */
const foreign = {
  fallback_agent: "write the order of agents: `agent: [first, second]`",
  max_retries: "set `retry:` on the steps that may be repeated",
  tools_dir: "scripts stand in tools/; others are named in tools.yaml",
  inherit_global_tools: "delete it: a workflow uses the tools of its bundle and those it declares",
};

/**
 * Reads `config.yaml`. Values are text as written, without expressions.
 *
 * @throws AiwError `config_invalid` with file, line and column, all problems in `details.problems`; `file_*`.
 */
export function loadBundleConfig(path: string): BundleConfig {
  const problems: ToolProblem[] = [];
  const report = (problem: ToolProblem) => problems.push(problem);
  const file = parseYamlFile(basename(path), readSettings(path), "config_invalid", report);
  // An empty file is an empty configuration.
  const fields =
    file && file.value !== null ? readFields({ file, code: "config_invalid", report }, [], keys, foreign) : undefined;
  const config = fields ? readConfig(fields) : {};
  if (problems.length > 0) throw problemsError(problems);
  return config;
}

function readConfig(fields: Fields): BundleConfig {
  const agent = readAgents(fields);
  const model = fields.text("model");
  const timeoutMs = fields.duration("timeout");
  const env = fields.env("env");
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(env === undefined ? {} : { env }),
  };
}

function readAgents(fields: Fields): readonly AgentRef[] | undefined {
  const value = fields.value("agent");
  if (value === undefined) return undefined;
  const names = Array.isArray(value) ? value : [value];
  const refs = names.flatMap((name: unknown) => (typeof name === "string" ? parseAgent(name) : []));
  if (refs.length === names.length && refs.length > 0) return refs;
  fields.fail(
    "agent",
    "'agent' must name an agent or a list of agents",
    "write for example claude, claude/opus or [claude, codex]",
  );
  return undefined;
}

function parseAgent(text: string): readonly AgentRef[] {
  const match = /^([A-Za-z][A-Za-z0-9_-]*)(?:\/(\S+))?$/.exec(text);
  const agent = match?.[1];
  if (agent === undefined) return [];
  const model = match?.[2];
  return [model === undefined ? { agent } : { agent, model }];
}
