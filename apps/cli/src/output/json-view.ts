import type { StoredEvent } from "@aiw/core";
import { type CliContext, printJson } from "../context.js";
import type { RunView } from "./view.js";

/** Every committed event as one line of JSON on stdout, from the run's first on. */
export function createJsonView(context: CliContext): RunView {
  const print = ({ v, seq, run, at, type, ...rest }: StoredEvent) =>
    printJson(context, { v, seq, run, at, type, ...rest });
  return {
    event: print,
    past: print,
    present() {},
    progress() {},
    stopped() {},
    close() {},
  };
}
