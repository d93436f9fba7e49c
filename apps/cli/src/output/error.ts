import type { ErrorInfo } from "@aiw/core";
import { stripControl } from "./format.js";
import type { Style } from "./style.js";

/** `error[code] message` and its next step. */
export function formatError(error: ErrorInfo, style: Style): string {
  const head = `${style.red(`error[${error.code}]`)} ${style.bold(stripControl(error.message))}`;
  const hint = error.hint ?? `see \`aiw explain ${error.code}\``;
  return `${head}\n${style.cyan("help:")} ${stripControl(hint)}`;
}
