/**
 * Every stable error code of AIW, with the exit code of the command line and one sentence for the reference.
 * Codes are only added; a released code keeps its meaning. Diagnostics of workflow files have their own table (E…).
 */
export const errorCodes = {
  // What the caller asked for
  usage: { exit: 2, about: "a command, flag or argument is wrong" },
  workflow_invalid: { exit: 2, about: "the workflow file has problems; `aiw check` lists them" },
  not_in_this_version: { exit: 2, about: "part of the language, not in this version" },
  not_expressible: { exit: 2, about: "a workflow holds what a file of this form cannot say" },
  file_not_found: { exit: 2, about: "a file or folder does not exist" },
  file_unreadable: { exit: 2, about: "a file cannot be read, or is not text" },
  file_too_large: { exit: 2, about: "a file is over its size limit" },
  file_exists: { exit: 2, about: "a file is there already and was left as it is" },
  patch_failed: { exit: 2, about: "an edit of a workflow file that cannot be made; nothing was changed" },
  not_a_bundle: { exit: 2, about: "the folder holds no workflow file" },
  input_unknown: { exit: 2, about: "an input that the workflow does not declare" },
  input_missing: { exit: 2, about: "a required input has no value" },
  input_invalid: { exit: 2, about: "an input does not fit its type" },
  secret_missing: { exit: 2, about: "a declared secret has no value" },
  secret_unsafe: { exit: 2, about: "a secret is too short to be masked in output" },
  config_invalid: { exit: 2, about: "a configuration file has problems" },
  run_not_found: { exit: 2, about: "no run with that id" },
  run_conflict: { exit: 2, about: "the run id is taken by a run with another workflow or other inputs" },
  run_ended: { exit: 2, about: "the run has ended; what was asked is no longer possible" },
  signal_refused: { exit: 2, about: "an answer or signal that the run does not take" },
  // The store
  store_corrupt: { exit: 1, about: "the database is damaged" },
  store_newer: { exit: 1, about: "the database was written by a newer version of AIW" },
  store_unsupported: { exit: 1, about: "the database cannot live there (network file system)" },
  store_readonly: { exit: 1, about: "the state folder cannot be written" },
  store_busy: { exit: 1, about: "another process holds the database" },
  store_io: { exit: 1, about: "reading or writing the database failed" },
  disk_full: { exit: 1, about: "no space left on the disk" },
  too_many_files: { exit: 1, about: "the process may not open more files" },
  fenced: { exit: 1, about: "another worker drives the run now; nothing was written" },
  // Steps
  exit: { exit: 1, about: "a script or tool ended with a non-zero exit code" },
  killed: { exit: 1, about: "a process was ended by a signal" },
  timeout: { exit: 5, about: "the time-out passed" },
  idle_timeout: { exit: 5, about: "no sign of life within the idle time-out" },
  cancelled: { exit: 130, about: "cancelled" },
  interrupted: { exit: 1, about: "the process that drove the step ended in the middle of it" },
  invalid_output: { exit: 1, about: "the output does not fit its declared type" },
  output_too_large: { exit: 1, about: "an output is over its size limit" },
  condition_failed: { exit: 1, about: "`fail-if` was true" },
  expression_failed: { exit: 1, about: "an expression could not be evaluated" },
  env_invalid: { exit: 2, about: "a value cannot be passed in an environment variable" },
  cwd_invalid: { exit: 2, about: "the working directory does not exist or lies outside the project" },
  spawn_failed: { exit: 1, about: "a program could not be started" },
  rejected: { exit: 3, about: "a person rejected it" },
  expired: { exit: 3, about: "nobody answered in time" },
  repeat_exhausted: { exit: 1, about: "`until` was still false after the last round" },
  foreach_too_large: { exit: 1, about: "a `foreach` has more items than one run takes" },
  code_failed: { exit: 1, about: "the function of a code step threw an error" },
  child_failed: { exit: 1, about: "a sub-workflow failed" },
  concurrency_busy: { exit: 1, about: "another run of the concurrency group was under way" },
  poison: { exit: 1, about: "the run ended its workers again and again" },
  // Tools
  tool_not_found: { exit: 6, about: "no such tool or operation" },
  tool_not_executable: { exit: 6, about: "the tool's script may not be executed" },
  tool_invalid: { exit: 2, about: "the description of a tool has problems" },
  tool_arguments: { exit: 1, about: "the arguments do not fit the tool's parameters" },
  tool_failed: { exit: 1, about: "the tool reported a failure" },
  // Agents
  agent_not_found: { exit: 6, about: "no such agent" },
  agent_not_installed: { exit: 6, about: "the agent's program is not installed" },
  agent_none: { exit: 6, about: "no configured agent is installed and logged in" },
  auth: { exit: 6, about: "not logged in, or the key was refused" },
  rate_limit: { exit: 1, about: "too many requests, or a quota window is used up" },
  overloaded: { exit: 1, about: "the model's service is overloaded" },
  context_overflow: { exit: 1, about: "the prompt does not fit the model's context" },
  model_not_found: { exit: 6, about: "no such model, or no access to it" },
  billing: { exit: 6, about: "the account cannot pay" },
  network: { exit: 1, about: "the connection failed" },
  turn_limit: { exit: 1, about: "the agent used up its turns" },
  budget_exceeded: { exit: 4, about: "the budget is used up" },
  permission_denied: { exit: 7, about: "not allowed" },
  unsupported_option: { exit: 2, about: "an agent or tool cannot honour an option" },
  agent_refused: { exit: 1, about: "the agent declined the task" },
  agent_crashed: { exit: 1, about: "the agent ended without a result" },
  agent_protocol: { exit: 1, about: "the agent's output could not be understood" },
  answer_missing: { exit: 1, about: "the scripted agent has no answer for the step" },
  // Ours
  dependency_missing: { exit: 6, about: "an optional package is not installed" },
  closed: { exit: 1, about: "used after close()" },
  internal: { exit: 1, about: "a bug in AIW; please report it" },
} as const satisfies Record<string, { readonly exit: number; readonly about: string }>;

/** The stable name of an error. */
export type ErrorCode = keyof typeof errorCodes;

/** Is it one of the documented codes? Journals of newer versions may hold others. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

/** Exit code of the command line for an error code; unknown codes give 1. */
export function exitCodeOf(code: string): number {
  return isErrorCode(code) ? errorCodes[code].exit : 1;
}
