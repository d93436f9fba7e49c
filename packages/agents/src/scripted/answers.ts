import { AiwError, type ErrorInfo, isErrorCode, isJsonObject, type Json, type JsonObject, nearest } from "@aiw/core";

/** One prepared answer. */
export interface Answer {
  readonly text?: string | undefined;
  /** Structured output. */
  readonly output?: Json | undefined;
  /** Written below the working directory before the answer: path to content. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly delayMs?: number | undefined;
  /** The turn fails with this instead. */
  readonly error?: ErrorInfo | undefined;
}

/** By step id; the outer list is by attempt, the inner one by turn within it. */
export type Answers = ReadonlyMap<string, readonly (readonly Answer[])[] | Answer>;

/**
 * Checks answers as they come from YAML or code: step id to an answer, or to a list with one entry per attempt, each
 * an answer or a list with one per turn (a repair of invalid output is a second turn).
 *
 * @param name - Of the file, for messages.
 * @param locate - Where the value at a path stands, as `file:line:column`; default: the name.
 * @throws AiwError `config_invalid` naming the place.
 */
export function parseAnswers(value: unknown, name: string, locate: Locate = () => name): Answers {
  const file: Place = { path: [], locate };
  if (!isJsonObject(value)) throw invalid(file, "must map step ids to answers");
  const answers = new Map<string, Answer | readonly (readonly Answer[])[]>();
  for (const [step, entry] of Object.entries(value)) {
    const place = below(file, step);
    const list = Array.isArray(entry)
      ? entry.map((attempt: Json, at) => parseAttempt(attempt, below(place, at)))
      : null;
    answers.set(step, list ?? parseAnswer(entry, place));
  }
  return answers;
}

/** Names the place of a value. */
type Locate = (path: readonly (string | number)[]) => string;

interface Place {
  readonly path: readonly (string | number)[];
  readonly locate: Locate;
}

function below({ path, locate }: Place, part: string | number): Place {
  return { path: [...path, part], locate };
}

function parseAttempt(value: Json, place: Place): readonly Answer[] {
  if (!Array.isArray(value)) return [parseAnswer(value, place)];
  return value.map((turn: Json, index) => parseAnswer(turn, below(place, index)));
}

const keys = ["text", "output", "files", "delay", "error"];

function parseAnswer(value: Json, place: Place): Answer {
  if (typeof value === "string") return { text: value };
  if (!isJsonObject(value)) throw invalid(place, `must be a text or an object with ${keys.join(", ")}`);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw invalid(below(place, unknown), unknownKey(unknown));
  const { text, output, files, delay, error } = value;
  if (text !== undefined && typeof text !== "string") throw invalid(below(place, "text"), "`text` must be a text");
  return {
    text,
    output,
    files: files === undefined ? undefined : parseFiles(files, below(place, "files")),
    delayMs: delay === undefined ? undefined : parseDelay(delay, below(place, "delay")),
    error: error === undefined ? undefined : parseError(error, below(place, "error")),
  };
}

function parseFiles(value: Json, place: Place): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) throw invalid(place, "`files` must map paths to texts");
  const files: Record<string, string> = {};
  for (const [path, content] of Object.entries(value)) {
    if (typeof content !== "string") throw invalid(place, `the content of ${path} must be a text`);
    if (path.startsWith("/") || path.split(/[/\\]/).includes(".."))
      throw invalid(place, `${path} lies outside the workspace`);
    files[path] = content;
  }
  return files;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function parseDelay(value: Json, place: Place): number {
  const [, amount, unit] = typeof value === "string" ? (/^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? []) : [];
  const factor = unitMs[unit ?? ""];
  if (amount === undefined || factor === undefined)
    throw invalid(place, "`delay` must be a duration such as 500ms or 2s");
  return Number(amount) * factor;
}

function parseError(value: Json, place: Place): ErrorInfo {
  const given: JsonObject = isJsonObject(value) ? value : { code: value };
  const { code, message = `scripted: ${String(code)}`, retryable = isOftenRetried(code), retryAfterMs } = given;
  if (typeof code !== "string" || !isErrorCode(code)) throw invalid(place, `'${String(code)}' is no error code of AIW`);
  if (typeof message !== "string" || typeof retryable !== "boolean") throw invalid(place, "`error` has a wrong field");
  if (retryAfterMs !== undefined && typeof retryAfterMs !== "number") throw invalid(place, "`error` has a wrong field");
  return {
    code,
    message,
    ...(retryable ? { retryable } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function isOftenRetried(code: Json | undefined): boolean {
  return typeof code === "string" && ["rate_limit", "overloaded", "network", "timeout", "agent_crashed"].includes(code);
}

function unknownKey(key: string): string {
  const near = nearest(key, keys);
  return `'${key}' is unknown; ${near === undefined ? `there are ${keys.join(", ")}` : `did you mean '${near}'?`}`;
}

function invalid({ path, locate }: Place, message: string): AiwError {
  const shown = path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`))
    .join("");
  return new AiwError("config_invalid", `${locate(path)}: ${shown === "" ? "" : `${shown}: `}${message}`, {
    hint: "write answers as `step_id: text` or `step_id: { text, output, files, delay, error }`",
  });
}
