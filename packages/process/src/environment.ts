import { AiwError, type ProcessSpec, type Secret } from "@aiw/core";

/** A value in the environment may have this many bytes together with its name and the `=` (Linux: MAX_ARG_STRLEN - 1). */
export const maxVariableBytes = 131_071;

/** Name of the variable that names the attempt; what a sweep looks for. */
export const attemptVariable = "AIW_ATTEMPT";

/** Name of the variable that names one call of `run`; what finds the processes of one tree. */
export const spawnVariable = "AIW_SPAWN";

/**
 * What programs get from our own environment: where things are, who the user is, language and time zone. Nothing that
 * may be a credential or changes what a program trusts (proxies, certificates, agent sockets); such names have to be
 * given as `extraEnv`. `TERM` is left out because output never goes to a terminal.
 */
const allowed = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP"],
  ...["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"],
  // Without these no program starts on Windows.
  ...["SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"],
]);

/** The part of an environment that programs get. `extra` names more variables. */
export function allowedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  extra: readonly string[] = [],
): Readonly<Record<string, string>> {
  const isAllowed = (name: string) => allowed.has(name.toUpperCase()) || name.startsWith("LC_") || extra.includes(name);
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && isAllowed(name) ? [[name, value] as const] : [],
  );
  return Object.fromEntries(kept);
}

/**
 * The environment of one program, with the plain values of secrets.
 *
 * @throws AiwError `env_invalid`, with the name and never the value.
 */
export function programEnvironment(
  spec: Pick<ProcessSpec, "env" | "bareEnv" | "cwd" | "token">,
  base: Readonly<Record<string, string>>,
  mark: string,
): Readonly<Record<string, string>> {
  const environment: Record<string, string> = Object.assign(
    // Without a prototype `__proto__` is an ordinary name.
    Object.create(null),
    spec.bareEnv === true ? {} : base,
    { PWD: spec.cwd },
  );
  for (const [name, value] of Object.entries(spec.env ?? {})) environment[name] = checked(name, value);
  if (spec.token !== undefined) environment[attemptVariable] = checked(attemptVariable, spec.token);
  environment[spawnVariable] = mark;
  return environment;
}

function checked(name: string, value: string | Secret): string {
  if (name === "" || name.includes("=") || name.includes("\0")) {
    throw invalid(name, "is no name of an environment variable", "use letters, digits and _");
  }
  const text = typeof value === "string" ? value : value.reveal();
  const hint = "pass it through `with:`; the program finds it in the file named by AIW_INPUT";
  if (text.includes("\0")) throw invalid(name, "holds a NUL character", hint);
  if (!text.isWellFormed()) throw invalid(name, "is not valid Unicode", hint);
  if (Buffer.byteLength(name) + 1 + Buffer.byteLength(text) > maxVariableBytes) {
    throw invalid(name, "is over 128 KiB", hint);
  }
  return text;
}

function invalid(name: string, problem: string, hint: string): AiwError {
  return new AiwError("env_invalid", `the variable ${JSON.stringify(name)} ${problem}`, { hint, details: { name } });
}
