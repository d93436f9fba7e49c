import type { ErrorInfo, JsonObject, Permissions } from "@aiw/core";
import { unsupported } from "../failure.js";
import { isEverywhere, isWorkspace } from "../permissions.js";

/** Permissions in claude's own terms. */
export interface ClaudeAccess {
  /** Built-in tools that exist for the model at all. */
  readonly tools: readonly string[];
  /** `acceptEdits`: edits below the workspace need no rule; `dontAsk`: only what a rule allows. */
  readonly mode: "acceptEdits" | "dontAsk";
  readonly settings: JsonObject;
  /** Does it rely on claude's command sandbox? */
  readonly isSandboxed: boolean;
}

/** What is known of claude's command sandbox on this machine. */
export interface SandboxFacts {
  /** False once claude refused to start it. */
  readonly hasSandbox: boolean;
  /** Does claude itself run inside bubblewrap? Then its sandbox cannot mount a /proc of its own and shares ours. */
  readonly isNested: boolean;
}

const planning = ["Task", "TaskCreate", "TaskGet", "TaskList", "TaskUpdate", "TaskStop"];
const readers = ["Read", "Glob", "Grep"];
const writers = ["Edit", "Write", "NotebookEdit"];

/**
 * What claude is told for these permissions. `--restricted` goes with it: file tools stay inside the working directory
 * and no settings file of the user or the project can widen anything.
 */
export function claudeAccess(
  permissions: Permissions | undefined,
  { hasSandbox, isNested }: SandboxFacts,
): ClaudeAccess {
  const { read, write, run, net } = permissions ?? {};
  const canRead = read === undefined || read.length > 0;
  const writesAll = write === undefined || isWorkspace(write);
  const writesSome = writesAll || write.length > 0;
  // Commands in the sandbox may write the whole workspace: not where only a part of it is allowed.
  const runsFreely = run === undefined && writesAll && canRead && hasSandbox;
  const runsNamed = run !== undefined && run.length > 0;
  const isSandboxed = runsFreely || runsNamed;
  const hosts = net ?? [];
  const anyHost = isEverywhere(hosts);
  const mode = writesAll && !runsNamed ? "acceptEdits" : "dontAsk";
  const allow = [
    ...(mode === "dontAsk" ? editRules(writesAll ? ["."] : (write ?? [])) : []),
    ...(run ?? []).map((command) => (command === "*" ? "Bash" : `Bash(${command}:*)`)),
    ...(anyHost ? ["WebFetch", "WebSearch"] : hosts.map((host) => `WebFetch(domain:${host})`)),
  ];
  return {
    tools: [
      ...planning,
      ...(canRead ? readers : []),
      ...(writesSome ? writers : []),
      ...(isSandboxed ? ["Bash"] : []),
      ...(hosts.length > 0 ? ["WebFetch"] : []),
      ...(anyHost ? ["WebSearch"] : []),
    ],
    mode,
    settings: { permissions: { allow }, ...(isSandboxed ? sandboxOf(runsFreely, anyHost ? [] : hosts, isNested) : {}) },
    isSandboxed,
  };
}

/** What of these permissions claude cannot honour. */
export function checkClaudeAccess(permissions: Permissions | undefined): readonly ErrorInfo[] {
  const { read, write, run, net } = permissions ?? {};
  const problems: ErrorInfo[] = [];
  const refuse = (message: string, hint: string) => problems.push(unsupported("claude", message, hint));
  if (read !== undefined && read.length > 0 && !(isWorkspace(read) && read.length === 1)) {
    refuse(`cannot limit reading to ${read.join(", ")}`, "use `read: [.]` (the workspace) or `read: []` (no files)");
  }
  if (read?.length === 0 && run !== undefined && run.length > 0) {
    refuse("a command can always read files, so `read: []` does not go with `run`", "remove `run`, or use `read: [.]`");
  }
  for (const path of write ?? []) {
    if (!isSafePath(path)) refuse(`cannot limit writing to '${path}'`, "name folders or files inside the workspace");
  }
  for (const command of run ?? []) {
    if (command !== "*" && !/^[\w./+-]+(?: [\w./=+-]+)*$/.test(command)) {
      refuse(`'${command}' is no command that it can allow by name`, "write a program name such as git, or git status");
    }
  }
  for (const host of net ?? []) {
    if (host !== "*" && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(host)) {
      refuse(`'${host}' is no host that it can allow`, 'write one host name such as api.github.com, or "*"');
    }
  }
  return problems;
}

function isSafePath(path: string): boolean {
  return (
    /^[^\s*?!()[\]{}\\,]+$/.test(path) &&
    !path.startsWith("/") &&
    !path.startsWith("~") &&
    !path.split("/").includes("..")
  );
}

/** Rules for `Edit` hold for every tool that edits files. A path may be a file or a folder. */
function editRules(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const bare = path.replace(/^\.\//, "").replace(/\/+$/, "");
    if (bare === "." || bare === "") return ["Edit(./**)"];
    return path.endsWith("/") ? [`Edit(./${bare}/**)`] : [`Edit(./${bare})`, `Edit(./${bare}/**)`];
  });
}

/** The model's commands have no use for claude's own keys. */
const keys = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"];

/** `failIfUnavailable`: without it, claude only warns and runs commands outside any sandbox (measured). */
function sandboxOf(runsFreely: boolean, hosts: readonly string[], isNested: boolean): JsonObject {
  return {
    sandbox: {
      enabled: true,
      failIfUnavailable: true,
      autoAllowBashIfSandboxed: runsFreely,
      allowUnsandboxedCommands: false,
      network: { allowedDomains: hosts },
      credentials: { envVars: keys.map((name) => ({ name, mode: "deny" })) },
      ...(isNested ? { enableWeakerNestedSandbox: true } : {}),
    },
  };
}
