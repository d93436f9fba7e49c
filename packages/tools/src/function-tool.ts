import {
  type AttemptContext,
  isAiwError,
  type Json,
  type JsonSchema,
  type Tool,
  type ToolInput,
  type ToolResult,
  toErrorInfo,
} from "@aiw/core";
import { checkResult, fitInput, operationOf } from "./check.js";

/** A tool made of functions of this process. */
export interface FunctionToolSpec {
  readonly name: string;
  readonly description?: string | undefined;
  /** By name, at least one. */
  readonly operations: Readonly<Record<string, FunctionOperation>>;
  readonly close?: () => Promise<void>;
}

/** One operation of it. */
export interface FunctionOperation {
  readonly description?: string | undefined;
  /** Schema of the arguments; absent: any. */
  readonly parameters?: JsonSchema | undefined;
  readonly output?: JsonSchema | undefined;
  readonly timeoutMs?: number | undefined;
  /** Returns the result or throws: an {@link AiwError} keeps its code, anything else becomes `tool_failed`. */
  readonly run: (input: ToolInput, context: AttemptContext) => Json | Promise<Json>;
}

/**
 * A tool whose operations are functions, for programs that embed AIW. Arguments are checked and defaults applied before
 * a function runs, results after. A function that can wait must watch `context.signal`.
 */
export function defineTool(spec: FunctionToolSpec): Tool {
  const operations = Object.entries(spec.operations).map(([name, operation]) => ({
    ...operation,
    name,
    parameters: operation.parameters ?? { type: "object" },
  }));
  return {
    name: spec.name,
    inProcess: true,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    operations: operations.map(({ run: _run, ...operation }) => operation),
    call: async (name, input, context) => {
      try {
        const operation = operationOf(spec.name, operations, name);
        const title = `${spec.name}.${name}`;
        return checkResult(title, operation.output, await run(title, operation, input, context));
      } catch (error) {
        if (!isAiwError(error)) throw error;
        return { status: "failed", error: toErrorInfo(error) };
      }
    },
    ...(spec.close === undefined ? {} : { close: spec.close }),
  };
}

async function run(
  title: string,
  operation: Pick<FunctionOperation, "run"> & { readonly parameters: JsonSchema },
  input: ToolInput,
  context: AttemptContext,
): Promise<ToolResult> {
  const fitted = fitInput(title, operation.parameters, input);
  if (context.signal.aborted) return cancelled(title);
  try {
    const output = await operation.run(fitted, context);
    if (context.signal.aborted) return cancelled(title);
    const text = typeof output === "string" ? output : JSON.stringify(output);
    return { status: "completed", output, text: context.masker.mask(text) };
  } catch (error) {
    if (context.signal.aborted) return cancelled(title);
    if (isAiwError(error)) return { status: "failed", error: toErrorInfo(error) };
    const message = context.masker.mask(error instanceof Error ? error.message : String(error));
    return { status: "failed", error: { code: "tool_failed", message: `${title}: ${message}` } };
  }
}

function cancelled(title: string): ToolResult {
  return { status: "failed", error: { code: "cancelled", message: `${title} was cancelled` } };
}
