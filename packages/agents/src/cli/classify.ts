import type { AgentFacts, AgentResult, ErrorInfo } from "@aiw/core";
import { codeOfText, oneLine, serviceError } from "../error-text.js";
import { errorInfo, failed } from "../failure.js";
import type { CliExit, CliProgram, TurnState } from "./program.js";

/**
 * How a turn ended, from the strongest sign to the weakest: our own abort or time-out, an error that the agent
 * reported, a missing final marker, the exit code. Exit codes and success flags alone lie, each program in its own way.
 */
export function classifyTurn(program: CliProgram, state: TurnState, exit: CliExit, stderr: string): AgentResult {
  const facts = factsOf(state);
  const ours = ownEnd(program.id, exit);
  if (ours) return failed(ours, { ...facts, text: state.text });
  if (state.error) return failed(state.error, { ...facts, text: state.text });
  if (!state.isFinished || exit.exitCode !== 0) {
    return failed(broken(program, state, exit, stderr), { ...facts, text: state.text });
  }
  return {
    status: "completed",
    text: state.text ?? "",
    ...(state.structured === undefined ? {} : { structured: state.structured }),
    ...facts,
  };
}

function factsOf(state: TurnState): AgentFacts {
  const { session, model, usage, costUsd, denials } = state;
  return {
    ...(session === undefined ? {} : { session }),
    ...(model === undefined ? {} : { model }),
    ...(usage === undefined ? {} : { usage }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(denials === undefined ? {} : { denials }),
  };
}

function ownEnd(id: string, exit: CliExit): ErrorInfo | undefined {
  switch (exit.ended) {
    case "aborted":
      return errorInfo("cancelled", `${id}: cancelled`);
    case "timeout":
      return errorInfo("timeout", `${id}: the time-out passed`, { retryable: true });
    case "idle_timeout":
      return errorInfo("idle_timeout", `${id}: no sign of life within the idle time-out`, { retryable: true });
    case "exit":
      return undefined;
  }
}

function broken(program: CliProgram, state: TurnState, exit: CliExit, stderr: string): ErrorInfo {
  const known = program.classifyStderr?.(stderr);
  if (known) return known;
  const code = codeOfText(stderr);
  if (code) return serviceError(code, `${program.id}: ${lastLines(stderr)}`);
  if (exit.exitCode === 0 && state.events === 0) {
    return errorInfo("agent_protocol", `${program.id}: wrote nothing that could be understood`, {
      hint: `check the version with \`aiw agent info ${program.id}\``,
    });
  }
  return crash(program.id, exit, stderr);
}

function crash(id: string, exit: CliExit, stderr: string): ErrorInfo {
  const end = exit.signal === null ? `exit code ${exit.exitCode}` : `signal ${exit.signal}`;
  const said = lastLines(stderr);
  return errorInfo("agent_crashed", `${id}: ended without a result (${end})${said === "" ? "" : `: ${said}`}`, {
    hint: `run \`${id}\` by hand in the same folder to see why`,
    retryable: true,
    details: { exitCode: exit.exitCode, signal: exit.signal },
  });
}

function lastLines(stderr: string): string {
  return oneLine(stderr.trim().split("\n").slice(-4).join(" "));
}
