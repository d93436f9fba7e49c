import { createInterface } from "node:readline/promises";
import { isAiwError, type JsonObject } from "@aiw/core";
import { type CliContext, printLine } from "../context.js";
import { fieldTypes, isNeeded, readFields } from "../runs/answer.js";
import type { TreeWait } from "../runs/wait-tree.js";
import { oneLine, stripControl } from "./format.js";
import { createStyle } from "./style.js";
import { describeField } from "./wait-lines.js";

/** What a person decided at the terminal. */
export interface TerminalAnswer {
  readonly approved: boolean;
  readonly comment?: string | undefined;
  readonly fields: JsonObject;
}

/** Shows an approval and asks for the decision; undefined when it is left for later. */
export async function askApproval(
  { address, wait }: TreeWait,
  context: CliContext,
  signal: AbortSignal,
): Promise<TerminalAnswer | undefined> {
  const style = createStyle(context.color);
  const reader = createInterface({ input: process.stdin, output: context.stdout });
  const ask = (question: string) => reader.question(question, { signal });
  try {
    printLine(context, `${style.yellow("?")} ${style.bold(address)} waits for your decision`);
    for (const line of stripControl(wait.text ?? "").split("\n")) printLine(context, `  ${style.dim("│")} ${line}`);
    for (;;) {
      const word = (await ask("  (a)pprove, (r)eject, or (l)ater? ")).trim().toLowerCase();
      if (word === "l" || word === "later") return undefined;
      const isYes = word === "a" || word === "approve";
      if (!isYes && word !== "r" && word !== "reject") continue;
      const fields = isYes ? await askFields(wait, { ask, context }) : {};
      const comment = (await ask("  comment (empty for none): ")).trim();
      return { approved: isYes, fields, ...(comment === "" ? {} : { comment }) };
    }
  } catch (error) {
    // Ctrl-C or the end of the input: it can be answered later.
    if (isAiwError(error)) throw error;
    return undefined;
  } finally {
    reader.close();
  }
}

async function askFields(
  wait: TreeWait["wait"],
  { ask, context }: { readonly ask: (question: string) => Promise<string>; readonly context: CliContext },
): Promise<JsonObject> {
  const given: string[] = [];
  for (const name of Object.keys(fieldTypes(wait))) {
    for (;;) {
      const text = await ask(`  ${oneLine(describeField(wait, name), 200)}  `);
      if (text === "" && !isNeeded(wait, name)) break;
      try {
        readFields(wait, [`${name}=${text}`]);
        given.push(`${name}=${text}`);
        break;
      } catch (error) {
        printLine(context, `  ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return readFields(wait, given);
}
