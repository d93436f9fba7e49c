import { type ErrorInfo, isErrorCode, nextSteps } from "@aiw/core";
import { stripControl } from "./format.js";
import type { Style } from "./style.js";

/** `error[code] message` and its next step. */
export function formatError(error: ErrorInfo, style: Style): string {
  const head = `${style.red(`error[${error.code}]`)} ${style.bold(stripControl(error.message))}`;
  const known = isErrorCode(error.code) ? nextSteps[error.code] : `see \`aiw explain ${error.code}\``;
  const hint = error.hint ?? known;
  return `${head}\n${style.cyan("help:")} ${stripControl(hint)}`;
}
