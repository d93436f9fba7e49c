import { AiwError, type ErrorInfo, isErrorCode, isJsonObject, type Json, type JsonObject } from "@aiw/core";

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
 * @throws AiwError `config_invalid` naming the place.
 */
export function parseAnswers(value: unknown, name: string): Answers {
  if (!isJsonObject(value)) throw invalid(name, "must map step ids to answers");
  const answers = new Map<string, Answer | readonly (readonly Answer[])[]>();
  for (const [step, entry] of Object.entries(value)) {
    const place = `${name}: ${step}`;
    const list = Array.isArray(entry)
      ? entry.map((attempt: Json, at) => parseAttempt(attempt, `${place}[${at}]`))
      : null;
    answers.set(step, list ?? parseAnswer(entry, place));
  }
  return answers;
}

function parseAttempt(value: Json, place: string): readonly Answer[] {
  if (!Array.isArray(value)) return [parseAnswer(value, place)];
  return value.map((turn: Json, index) => parseAnswer(turn, `${place}[${index}]`));
}

const keys = ["text", "output", "files", "delay", "error"];

function parseAnswer(value: Json, place: string): Answer {
  if (typeof value === "string") return { text: value };
  if (!isJsonObject(value)) throw invalid(place, `must be a text or an object with ${keys.join(", ")}`);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw invalid(place, `'${unknown}' is unknown; there are ${keys.join(", ")}`);
  const { text, output, files, delay, error } = value;
  if (text !== undefined && typeof text !== "string") throw invalid(place, "`text` must be a text");
  return {
    text,
    output,
    files: files === undefined ? undefined : parseFiles(files, place),
    delayMs: delay === undefined ? undefined : parseDelay(delay, place),
    error: error === undefined ? undefined : parseError(error, place),
  };
}

function parseFiles(value: Json, place: string): Readonly<Record<string, string>> {
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

function parseDelay(value: Json, place: string): number {
  const [, amount, unit] = typeof value === "string" ? (/^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? []) : [];
  const factor = unitMs[unit ?? ""];
  if (amount === undefined || factor === undefined)
    throw invalid(place, "`delay` must be a duration such as 500ms or 2s");
  return Number(amount) * factor;
}

function parseError(value: Json, place: string): ErrorInfo {
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

function invalid(place: string, message: string): AiwError {
  return new AiwError("config_invalid", `${place}: ${message}`, {
    hint: "write answers as `step_id: text` or `step_id: { text, output, files, delay, error }`",
  });
}
