import { type CliContext, printJson } from "../context.js";
import type { RunView } from "./view.js";

/** Every committed event as one line of JSON on stdout. */
export function createJsonView(context: CliContext): RunView {
  return {
    event: ({ v, seq, run, at, type, ...rest }) => printJson(context, { v, seq, run, at, type, ...rest }),
    progress() {},
    close() {},
  };
}
