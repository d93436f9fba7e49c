import type { Json, JsonSchema } from "@aiw/core";
import { describeMisfit } from "./validate.js";

/** What an agent that cannot be forced is told about its answer. */
export function askForJson(prompt: string, schema: JsonSchema): string {
  return `${prompt}

Answer with one JSON value that fits this JSON Schema, and with nothing else, no prose and no code fence:
${JSON.stringify(schema)}`;
}

/** The repair turn after an answer that does not fit. */
export function askForRepair(misfit: string, schema: JsonSchema): string {
  return `Your answer does not fit the type that was asked for: ${misfit}
Answer again, with one JSON value that fits this JSON Schema, and with nothing else:
${JSON.stringify(schema)}`;
}

/** Outcome of looking for an answer. */
export type Found = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly misfit: string };

/** The agent's answer as a value of the type: what it gave as structured output, else the first JSON in its text that fits. */
export function findAnswer(
  schema: JsonSchema,
  answer: { readonly structured?: Json | undefined; readonly text: string },
): Found {
  const { structured, text } = answer;
  let misfit = "there is no JSON in it";
  const candidates = structured === undefined ? jsonCandidates(text, schema) : [structured];
  for (const value of candidates) {
    const problem = describeMisfit(schema, value);
    if (problem === undefined) return { ok: true, value };
    misfit = problem;
  }
  return { ok: false, misfit };
}

/** Bounds the work on a hostile answer: each start costs one scan. */
const maxStarts = 50;

function* jsonCandidates(text: string, schema: JsonSchema): Generator<Json> {
  if (schema.type === "string") {
    yield text.trim();
    return;
  }
  const whole = parse(text);
  if (whole !== undefined) yield whole;
  for (const match of text.matchAll(/```[a-z]*\s*\n([\s\S]*?)```/g)) {
    const value = parse(match[1] ?? "");
    if (value !== undefined) yield value;
  }
  let starts = 0;
  for (let index = 0; index < text.length && starts < maxStarts; index += 1) {
    const char = text[index];
    if (char !== "{" && char !== "[") continue;
    starts += 1;
    const end = endOfJson(text, index);
    const value = end === undefined ? undefined : parse(text.slice(index, end));
    if (value === undefined || end === undefined) continue;
    yield value;
    index = end - 1;
  }
}

/** Where the bracket that opens here closes, texts inside respected. */
function endOfJson(text: string, start: number): number | undefined {
  let depth = 0;
  let isInText = false;
  for (let index = start; index < text.length; index += 1) {
    const char = text[index];
    if (isInText) {
      if (char === "\\") index += 1;
      else if (char === '"') isInText = false;
    } else if (char === '"') isInText = true;
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
