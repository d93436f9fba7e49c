import type { AgentOptions, ErrorInfo } from "@aiw/core";
import { unsupported } from "./failure.js";

/** Does this list mean the whole workspace? */
export function isWorkspace(paths: readonly string[] | undefined): boolean {
  return paths?.some((path) => path === "." || path === "./") ?? false;
}

/** Does this list mean every host? */
export function isEverywhere(hosts: readonly string[] | undefined): boolean {
  return hosts?.includes("*") ?? false;
}

/** What no agent program of this package can honour, whatever it is. */
export function checkCommon(agent: string, options: AgentOptions): readonly ErrorInfo[] {
  const problems: ErrorInfo[] = [];
  if (options.tools !== undefined && options.tools.length > 0) {
    problems.push(
      unsupported(agent, "cannot be given tools of the workflow in this version", "call the tool in a step of its own"),
    );
  }
  if (options.model !== undefined && !/^[A-Za-z0-9@][^\s]*$/.test(options.model)) {
    problems.push(unsupported(agent, `'${options.model}' is no name of a model`, "write the name as the vendor does"));
  }
  return problems;
}

/** Is this one of the levels of effort that the agent knows? */
export function checkEffort(agent: string, { effort }: AgentOptions, levels: readonly string[]): readonly ErrorInfo[] {
  if (effort === undefined || levels.includes(effort)) return [];
  const hint = levels.length === 0 ? "leave `effort:` out, or name another agent" : `use one of ${levels.join(", ")}`;
  return [unsupported(agent, levels.length === 0 ? "has no effort to set" : `knows no effort '${effort}'`, hint)];
}

/** Options that an agent without processes of its own has no use for. */
export function checkNothing(agent: string, options: AgentOptions): readonly ErrorInfo[] {
  const problems = [...checkCommon(agent, options), ...checkEffort(agent, options, [])];
  if (options.model !== undefined) problems.push(unsupported(agent, "has no models", "leave `model:` out"));
  return problems;
}
