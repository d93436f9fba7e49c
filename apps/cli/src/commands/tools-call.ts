import { resolve } from "node:path";
import {
  AiwError,
  coerceInput,
  isAiwError,
  isJsonObject,
  type Json,
  type JsonObject,
  parseDuration,
  type ToolOperation,
  type ToolResult,
} from "@aiw/core";
import { callTool, type ToolCallResult } from "@aiw/runtime";
import { type CliContext, printJson } from "../context.js";
import { exitCodeOfStepError, interruptedExit } from "../exit-codes.js";
import { readJsonObject } from "../input-file.js";
import { formatError } from "../output/error.js";
import { oneLine, stripControl } from "../output/format.js";
import { createStyle } from "../output/style.js";
import { openShelf, requireKnownTool, requireOperation, requireTool } from "../tools/find.js";

/** Flags of `aiw tools call`. */
export interface ToolsCallOptions {
  /** `name=value` each; they win over `input`. */
  readonly arg: readonly string[];
  /** File with the arguments as a JSON object; `-` reads stdin. */
  readonly input?: string | undefined;
  readonly secretsFile?: string | undefined;
  readonly timeout?: string | undefined;
}

/** `aiw tools call FILE|BUNDLE TOOL[.OPERATION]`: one operation for real, without a run. Exit codes as for a step. */
export async function toolsCallCommand(
  target: { readonly path: string; readonly name: string },
  options: ToolsCallOptions,
  context: CliContext,
): Promise<number> {
  const { workflow, origin, tools } = await openShelf(target.path, context);
  const tool = requireKnownTool(requireTool(tools, target.name));
  const operation = requireOperation(tool, target.name);
  const input = readArguments(operation, options, context.cwd);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  try {
    const called = await callTool({
      ...{ workflow, origin, tool, operation: operation.name, input },
      ...{ env: context.env, signal: stop.signal, timeoutMs: readTimeout(options.timeout) },
      secretsFile: options.secretsFile === undefined ? undefined : resolve(context.cwd, options.secretsFile),
      onProgress: (progress) => {
        if (context.verbose && progress.type === "output") context.stderr.write(stripControl(progress.text));
      },
    });
    printResult(`${tool.name}.${operation.name}`, called, context);
    return stop.signal.aborted ? interruptedExit : exitCodeOf(called.result);
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function exitCodeOf(result: ToolResult): number {
  return result.status === "completed" ? 0 : exitCodeOfStepError(result.error.code);
}

function readArguments(operation: ToolOperation, { arg, input }: ToolsCallOptions, cwd: string): JsonObject {
  const base = input === undefined ? {} : readJsonObject("--input", input, cwd);
  const properties = isJsonObject(operation.parameters.properties) ? operation.parameters.properties : {};
  const given = arg.map((pair): [string, Json] => {
    const cut = pair.indexOf("=");
    if (cut < 1) {
      throw new AiwError("usage", `--arg ${JSON.stringify(pair)} is not name=value`, {
        hint: "write for example --arg repo=acme/app",
      });
    }
    const name = pair.slice(0, cut);
    return [name, coerced(name, Object.hasOwn(properties, name) ? properties[name] : undefined, pair.slice(cut + 1))];
  });
  return { ...base, ...Object.fromEntries(given) };
}

/** A secret is a text whatever the type of its argument; what fits no type is refused by the tool itself. */
function coerced(name: string, schema: Json | undefined, text: string): Json {
  if (!isJsonObject(schema) || /^\{\{.*\}\}$/.test(text)) return text;
  try {
    return coerceInput(name, schema, text);
  } catch (error) {
    if (!isAiwError(error, "input_invalid")) throw error;
    throw new AiwError("tool_arguments", error.message.replace(/^input/, "argument"), { hint: error.hint });
  }
}

function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  if (parsed.ok && parsed.ms > 0) return parsed.ms;
  throw new AiwError("usage", parsed.ok ? "--timeout is 0" : `--timeout: ${parsed.message}`, {
    hint: parsed.ok ? "write for example --timeout 30s" : parsed.help,
  });
}

function printResult(title: string, { result, ms, leftOut }: ToolCallResult, context: CliContext): void {
  const style = createStyle(context.color);
  if (leftOut.length > 0) {
    const names = oneLine(leftOut.join(", "), 300);
    context.stderr.write(`${style.yellow("warning:")} not given, because the value needs a run: ${names}\n`);
  }
  if (context.json) {
    printJson(context, { operation: title, ...resultJson(result), duration_ms: ms });
    return;
  }
  if (result.status === "failed") context.stderr.write(`${formatError(result.error, style)}\n`);
  else context.stdout.write(`${stripControl(textOf(result.output))}\n`);
}

function resultJson(result: ToolResult): Record<string, unknown> {
  const { status, text, stderr } = result;
  const said = { ...(text === undefined ? {} : { text }), ...(stderr === undefined ? {} : { stderr }) };
  if (result.status === "completed") {
    return { status, output: result.output, ...said, ...(result.truncated === true ? { truncated: true } : {}) };
  }
  const { error, exitCode } = result;
  return { status, error, ...said, ...(exitCode === undefined ? {} : { exit_code: exitCode }) };
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
