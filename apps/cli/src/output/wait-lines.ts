import { describeType, isJsonObject, type OpenWait } from "@aiw/core";
import { fieldTypes, isNeeded } from "../runs/answer.js";
import { isApproval, type TreeWait } from "../runs/wait-tree.js";
import { quoteForShell } from "../shell.js";
import { oneLine, stripControl } from "./format.js";
import type { Style } from "./style.js";

const maxTextLines = 12;

/** What a run and its sub-workflows wait for: who and what is asked, and the command that answers. */
export function waitLines(root: string, waits: readonly TreeWait[], style: Style): readonly string[] {
  return waits.flatMap((open) => [
    `  ${style.dim("waits:")} ${oneLine(waitLine(open), 500)}`,
    ...textLines(open).map((line) => `    ${style.dim("│")} ${line}`),
    ...fieldLines(open).map((line) => `    ${style.dim(line)}`),
    ...answerLines(root, open).map((line) => `    ${style.cyan("answer:")} ${line}`),
  ]);
}

/** The command that answers an approval, with the fields that it needs. */
export function approveCommandLine(root: string, { address, wait }: TreeWait): string {
  const needed = Object.keys(fieldTypes(wait)).filter((name) => isNeeded(wait, name));
  const fields = needed.map((name) => ` --field ${name}=…`).join("");
  return `aiw approve ${root} ${quoteForShell(address)}${fields}   or  --reject`;
}

/** Fields that an approval asks for, `note?: string, window: 'saturday' | 'sunday'`; empty for none. */
export function describeFields(wait: OpenWait): string {
  const fields = Object.keys(fieldTypes(wait));
  return fields.map((name) => describeField(wait, name)).join(", ");
}

/** One of them. */
export function describeField(wait: OpenWait, name: string): string {
  const type = fieldTypes(wait)[name];
  return `${name}${isNeeded(wait, name) ? "" : "?"}${type === undefined ? "" : `: ${describeType(type)}`}`;
}

/** Text that people are shown, freed of control characters, its first lines. */
export function textLines({ wait }: TreeWait): readonly string[] {
  if (!isApproval({ wait }) || wait.text === undefined || wait.text === "") return [];
  const lines = stripControl(wait.text).trimEnd().split("\n");
  const more = lines.length - maxTextLines;
  return more > 0 ? [...lines.slice(0, maxTextLines), `… ${more} more lines; \`--json\` has all`] : lines;
}

/** What has to happen so that a run which waits goes on. */
export function howToGoOn(run: string, waits: readonly TreeWait[]): string {
  const isAsked = waits.some((open) => isApproval(open) || open.wait.waits === "signal");
  const isInterrupted = waits.some(({ wait }) => wait.name === "interrupted" && wait.waits === "approval");
  if (isInterrupted && !isAsked) return `what was interrupted has unknown effects; decide as above`;
  if (isAsked) return `answer, then \`aiw resume ${run}\` goes on`;
  if (waits.some(({ wait }) => wait.until !== undefined)) return `\`aiw resume ${run}\` stays with it until then`;
  return `\`aiw resume ${run}\` goes on`;
}

function fieldLines(open: TreeWait): readonly string[] {
  const fields = isApproval(open) ? describeFields(open.wait) : "";
  return fields === "" ? [] : [`fields: ${oneLine(fields, 300)}`];
}

function answerLines(root: string, open: TreeWait): readonly string[] {
  const { run, wait } = open;
  if (isApproval(open)) return [approveCommandLine(root, open)];
  if (wait.waits === "approval") return [`aiw resume ${run} --interrupted retry   or  --interrupted fail`];
  if (wait.waits !== "signal") return [];
  const type = wait.schema !== undefined && isJsonObject(wait.schema) ? describeType(wait.schema) : undefined;
  const data = type === undefined ? "" : ` JSON   of type ${type}`;
  return [`aiw signal ${run} ${quoteForShell(wait.name ?? "NAME")}${data}`];
}

function waitLine({ address, wait }: TreeWait): string {
  const { waits, name = "", by = [], min = 1, approvals = [], until, child = "" } = wait;
  const who = by.length === 0 ? "" : ` by ${by.join(" or ")}`;
  const quorum = min > 1 ? ` (${approvals.length} of ${min})` : "";
  const what = {
    approval: name === "interrupted" ? "a decision about its interruption" : `approval${who}${quorum}`,
    signal: `the signal ${name}`,
    timer: "its time",
    retry: "its next attempt",
    children: `run ${child}`,
  }[waits];
  return `${address} for ${what}${until === undefined ? "" : `, until ${new Date(until).toISOString()}`}`;
}
