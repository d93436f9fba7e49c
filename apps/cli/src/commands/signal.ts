import { AiwError, type Json } from "@aiw/core";
import { openRuntime } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireRun } from "../runs/journal.js";
import { currentUser } from "../user.js";
import { goOn } from "./approve.js";

/** Flags of `aiw signal`. */
export interface SignalOptions {
  readonly id?: string | undefined;
  readonly as?: string | undefined;
  readonly resume: boolean;
}

/** What to send. */
export interface SignalArguments {
  readonly run: string;
  readonly name: string;
  readonly data: string | undefined;
}

/** `aiw signal RUN NAME [JSON]`: sends a signal that a step waits for, or is going to. */
export async function signalCommand(
  { run, name, data }: SignalArguments,
  options: SignalOptions,
  context: CliContext,
): Promise<number> {
  const row = await requireRun(run, context);
  const payload = data === undefined ? null : readData(data);
  const runtime = await openRuntime({ cwd: context.cwd, env: context.env, by: currentUser() });
  try {
    const by = options.as ?? currentUser();
    const id = options.id === undefined ? {} : { id: options.id };
    await runtime.control.signal(run, { type: "signal", name, by, data: payload, ...id });
    if (context.json) printJson(context, { run, signal: name, by });
    else printLine(context, `sent ${name} to ${run}`);
    return await goOn(runtime, { run, isDriven: row.driven === true, resume: options.resume }, context);
  } finally {
    await runtime.close();
  }
}

function readData(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AiwError("usage", `the data of the signal are not JSON: ${cause instanceof Error ? cause.message : ""}`, {
      hint: `quote text: '"${text.slice(0, 40).replaceAll('"', "")}"'`,
      cause,
    });
  }
}
