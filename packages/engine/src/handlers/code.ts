import { AiwError, type AttemptContext, isAiwError, type Json, toErrorInfo } from "@aiw/core";
import type { AttemptPlan, AttemptWork } from "../plan.js";
import type { AttemptResult } from "../result.js";

const maxDepth = 100;

type CodeWork = Extract<AttemptWork, { kind: "code" }>;

/** Calls the function of a code step. It ends when the function does, also after an abort: the function watches the signal. */
export async function runCode(
  { plan, work }: { readonly plan: AttemptPlan; readonly work: CodeWork },
  context: AttemptContext,
): Promise<AttemptResult> {
  const { run, step, attempt, idempotencyKey, signal, masker } = context;
  const data = plan.code?.() ?? { inputs: {}, steps: {}, item: null };
  try {
    signal.throwIfAborted();
    const output = asJson(step, await work.run({ ...data, run, step, attempt, idempotencyKey, signal }));
    return { status: "completed", output, text: typeof output === "string" ? masker.mask(output) : null };
  } catch (error) {
    if (isAiwError(error)) return { status: "failed", error: toErrorInfo(error) };
    const message = masker.mask(error instanceof Error ? error.message : String(error));
    const failure = new AiwError("code_failed", `step ${step}: ${message}`, {
      retryable: true,
      hint: "the function of the step threw this; throw an AiwError to choose the code",
    });
    return { status: "failed", error: toErrorInfo(failure) };
  }
}

/** What the function gave, as the journal will hold it. @throws AiwError `invalid_output` for what is no JSON. */
function asJson(step: string, value: unknown): Json {
  const seen: string[] = [];
  const problem = jsonProblem(value ?? null, seen);
  if (problem === undefined) return JSON.parse(JSON.stringify(value ?? null));
  const place = seen.length === 0 ? "its result" : seen.join(".");
  throw new AiwError("invalid_output", `step ${step}: ${place} is ${problem}, which is no JSON`, {
    hint: "return null, text, numbers, booleans, lists and plain maps only",
  });
}

/** A function may return anything, whatever its type says: a Map or a Date would silently become something else. */
function jsonProblem(value: unknown, path: string[]): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (path.length > maxDepth) return `nested more than ${maxDepth} deep, or part of itself`;
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!isPlain) return `an object of the class ${value.constructor?.name ?? "unknown"}`;
  for (const [key, item] of Object.entries(value)) {
    // As in JSON: a field without a value is absent.
    if (item === undefined && !Array.isArray(value)) continue;
    path.push(key);
    const problem = jsonProblem(item, path);
    if (problem !== undefined) return problem;
    path.pop();
  }
  return undefined;
}
