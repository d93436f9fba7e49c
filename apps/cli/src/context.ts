/** What a command gets besides its arguments. */
export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** One JSON value a line on stdout; text for people goes to stderr. */
  readonly json: boolean;
  readonly verbose: boolean;
  /** May text for people hold colours? */
  readonly color: boolean;
}

/** Settings that stand before or after any command. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  /** False after `--no-color`. */
  readonly color?: boolean;
}

/**
 * Streams and settings of this process. Colours: `--no-color`, `NO_COLOR` and `FORCE_COLOR`, else only on a terminal.
 *
 * @see https://no-color.org and https://force-color.org
 */
export function createContext(options: GlobalOptions): CliContext {
  const { env, stdout, stderr } = process;
  return {
    cwd: process.cwd(),
    env,
    stdout,
    stderr,
    json: options.json ?? false,
    verbose: options.verbose ?? false,
    color: options.color !== false && wantsColor(env, (options.json ? stderr : stdout).isTTY && stderr.isTTY),
  };
}

function wantsColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTerminal && env.TERM !== "dumb";
}

/** Writes one value as one line of JSON to stdout. */
export function printJson(context: CliContext, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Writes a line for people: to stdout, or to stderr when stdout carries JSON. */
export function printLine(context: CliContext, line = ""): void {
  (context.json ? context.stderr : context.stdout).write(`${line}\n`);
}
