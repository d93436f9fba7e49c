import {
  AiwError,
  type Evaluator,
  isJsonObject,
  type Json,
  type RenderedValue,
  type Scope,
  Secret,
  type Step,
  type TextTemplate,
  type Workflow,
} from "@aiw/core";
import { maxTextLength } from "./options.js";
import type { AttemptInput } from "./plan.js";

/** Linux takes no longer string in an environment (MAX_ARG_STRLEN, 32 pages). */
const maxEnvBytes = 128 * 1024;

/** Fills the templates of a step. @throws AiwError `expression_failed`, `env_invalid`, `output_too_large`. */
export function renderInput(evaluator: Evaluator, scope: () => Scope, { workflow, step }: Subject): AttemptInput {
  const text = (name: string, template: TextTemplate | undefined) =>
    template === undefined ? undefined : plainText(name, evaluator.renderText(template, scope()));
  const env: [string, string | Secret][] = [];
  for (const [name, template] of Object.entries({ ...workflow.env, ...step.env })) {
    env.push([name, envText(name, evaluator.renderValue(template, scope()))]);
  }
  const argument = "with" in step ? step.with : undefined;
  const prompt = "prompt" in step ? step.prompt : undefined;
  return {
    env: Object.fromEntries(env),
    cwd: text("cwd", step.cwd),
    with: argument === undefined ? undefined : evaluator.renderValue(argument, scope()),
    prompt: text("the prompt", prompt),
    instructions: step.kind === "agent" ? text("the instructions", workflow.instructions) : undefined,
  };
}

/** What is rendered. */
export interface Subject {
  readonly workflow: Workflow;
  readonly step: Step;
}

/** The input as the journal keeps it: secrets stand as `[redacted]`. */
export function journaledInput(input: AttemptInput): Json {
  const { env, ...rest } = input;
  const parts: [string, Json][] = Object.keys(env).length === 0 ? [] : [["env", redact(env)]];
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) parts.push([name, redact(value)]);
  return Object.fromEntries(parts);
}

/** Holds the journaled input a secret, so that it must be rendered anew to be used? */
export function hasRedacted(value: Json): boolean {
  if (typeof value === "string") return value.includes("[redacted]");
  if (Array.isArray(value)) return value.some((item: Json) => hasRedacted(item));
  return isJsonObject(value) && Object.values(value).some(hasRedacted);
}

/**
 * The input of the first attempt, for a later one: as journaled, but for the secrets, which are in no journal.
 *
 * @param render - Renders anew; called only where the input held a secret.
 */
export function restoreInput(journaled: Json, render: () => AttemptInput): AttemptInput {
  const fresh = hasRedacted(journaled) ? render() : undefined;
  const stored = isJsonObject(journaled) ? journaled : {};
  const merged = (name: keyof AttemptInput) => merge(stored[name], fresh?.[name]);
  const env = merged("env");
  const cwd = merged("cwd");
  const prompt = merged("prompt");
  const instructions = merged("instructions");
  return {
    env: toEnv(env),
    cwd: typeof cwd === "string" ? cwd : undefined,
    with: merged("with"),
    prompt: typeof prompt === "string" ? prompt : undefined,
    instructions: typeof instructions === "string" ? instructions : undefined,
  };
}

function merge(stored: Json | undefined, fresh: RenderedValue | undefined): RenderedValue | undefined {
  if (fresh instanceof Secret) return fresh;
  if (stored === undefined || fresh === undefined) return stored;
  if (Array.isArray(stored) && Array.isArray(fresh) && stored.length === fresh.length) {
    return stored.map((item: Json, index) => merge(item, fresh[index]) ?? null);
  }
  if (isJsonObject(stored) && isRecord(fresh)) {
    return Object.fromEntries(Object.entries(stored).map(([key, item]) => [key, merge(item, fresh[key]) ?? null]));
  }
  return stored;
}

function toEnv(value: RenderedValue | undefined): Record<string, string | Secret> {
  const env: Record<string, string | Secret> = {};
  if (!isRecord(value)) return env;
  for (const [name, item] of Object.entries(value)) {
    if (typeof item === "string" || item instanceof Secret) env[name] = item;
  }
  return env;
}

function isRecord(value: RenderedValue | undefined): value is { readonly [key: string]: RenderedValue } {
  return isJsonObject(value) && !(value instanceof Secret);
}

function redact(value: RenderedValue): Json {
  if (value instanceof Secret) return "[redacted]";
  if (Array.isArray(value)) return value.map((item: RenderedValue) => redact(item));
  if (!isRecord(value)) return scalar(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item)]));
}

function scalar(value: RenderedValue): Json {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

function plainText(name: string, text: string | Secret): string {
  if (text instanceof Secret) {
    throw new AiwError("expression_failed", `the secret ${text.name} may not stand in ${name}`, {
      hint: "secrets go into `env:` or `with:` only",
    });
  }
  if (text.length > maxTextLength) {
    throw new AiwError("output_too_large", `${name} has ${text.length} characters, the limit is ${maxTextLength}`, {
      hint: "pass large data in a file",
    });
  }
  return text;
}

function envText(name: string, value: RenderedValue): string | Secret {
  if (value === null) {
    throw new AiwError("env_invalid", `the variable ${name} is null`, { hint: "give it a value first: x ?? ''" });
  }
  const text = typeof value === "string" || value instanceof Secret ? value : JSON.stringify(redact(value));
  const plain = text instanceof Secret ? text.reveal() : text;
  if (plain.includes("\0") || Buffer.byteLength(plain) + name.length + 2 > maxEnvBytes) {
    const why = plain.includes("\0") ? "holds a NUL character" : "is over 128 KiB";
    throw new AiwError("env_invalid", `the variable ${name} ${why}`, {
      hint: "pass the value through `with:`; the script reads it from the file $AIW_INPUT",
    });
  }
  return text;
}
