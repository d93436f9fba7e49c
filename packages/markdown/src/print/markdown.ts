import type { JsonObject, Step, Workflow } from "@aiw/core";
import { entryText } from "../patch/render-yaml.js";
import { idOf } from "../structure/ids.js";
import { titleOf } from "../text/block-starts.js";
import { cannotSay } from "./fault.js";
import { fileSettings } from "./file-settings.js";
import { writtenNeeds } from "./needs.js";
import { isPlainProse, type ProsePlace, printProse } from "./prose.js";
import { printScript } from "./script.js";
import { stepSettings } from "./step-settings.js";
import { type PrintedPart, verifyMarkdown } from "./verify.js";

/**
 * The workflow as a Markdown file: settings without what is as without them, prose, scripts. Loaded again it is the same
 * workflow; text of sections stands where it was used.
 *
 * @throws AiwError `not_expressible` for what Markdown cannot hold, such as code steps.
 */
export function toMarkdown(workflow: Workflow): string {
  const { steps, onFailure = [], finally: last = [] } = workflow;
  const needs = writtenNeeds(steps);
  const { head, front } = introOf(workflow);
  const parts = {
    steps: steps.map((step, index) => partOf(step, needs[index])),
    onFailure: onFailure.map((step) => partOf(step, undefined)),
    finally: last.map((step) => partOf(step, undefined)),
  };
  const body = [
    ...head,
    "## Steps",
    ...parts.steps.map(printPart),
    ...(onFailure.length === 0 ? [] : ["## On failure", ...parts.onFailure.map(printPart)]),
    ...(last.length === 0 ? [] : ["## Finally", ...parts.finally.map(printPart)]),
  ].join("\n\n");
  const text = `---\n${yamlText(front)}---\n${body}\n`;
  verifyMarkdown(text, { ...parts, front, workflow });
  return text;
}

/** What stands before the steps, and the settings of the file. */
function introOf(workflow: Workflow): { readonly head: readonly string[]; readonly front: JsonObject } {
  const { name, description = "", instructions } = workflow;
  const heading = headingOf(1, name);
  const isProse = isPlainProse(description);
  if (!isProse && description !== description.trim()) cannotSay("white space around the description is lost");
  if (heading === undefined && (name === "" || name !== name.trim()))
    cannotSay(`'${name}' cannot be the name of a file`);
  const lines = [...(heading === undefined ? [] : [heading]), ...(isProse && description !== "" ? [description] : [])];
  return {
    head: [
      ...(lines.length === 0 ? [] : [lines.join("\n")]),
      ...(instructions === undefined ? [] : [`## Instructions\n${printProse(instructions, "section")}`]),
    ],
    front: fileSettings(workflow, {
      name: heading === undefined ? name : undefined,
      description: isProse ? undefined : description,
    }),
  };
}

function partOf(step: Step, needs: readonly string[] | undefined): PrintedPart {
  const { id, title, undo } = step;
  const own = bodyOf(step, "step");
  return {
    title,
    settings: stepSettings(step, {
      ...(idOf(title) === id ? {} : { id }),
      ...(needs === undefined ? {} : { needs }),
    }),
    ...own,
    ...(undo === undefined
      ? {}
      : { undo: { title: "Undo", settings: stepSettings(undo, {}), ...bodyOf(undo, "undo") } }),
  };
}

function bodyOf(step: Step, place: ProsePlace): Pick<PrintedPart, "script" | "prose" | "parts"> {
  const of = `${place === "undo" ? "the Undo of " : ""}step '${step.id}'`;
  if (step.kind === "script") return { script: printScript(step, of), prose: "", parts: [] };
  if (step.kind !== "agent" && step.kind !== "approval") return { prose: "", parts: [] };
  return { prose: printProse(step.prompt, place), parts: step.prompt };
}

function printPart(part: PrintedPart): string {
  const own = printBody(3, part);
  return part.undo === undefined ? own : `${own}\n\n${printBody(4, part.undo)}`;
}

function printBody(level: number, { title, settings, script, prose }: PrintedPart): string {
  const heading = headingOf(level, title) ?? cannotSay(`'${title}' cannot be a heading`, "use one line of text");
  const lines = [heading];
  if (Object.keys(settings).length > 0) lines.push(fence("yaml step", yamlText(settings)));
  if (script !== undefined) lines.push(fence(`${script.lang} run`, script.code));
  if (prose !== "") lines.push(prose);
  return lines.join("\n");
}

/** A heading that reads as this title; nothing when none does. */
function headingOf(level: number, title: string): string | undefined {
  const isName = level > 1 || title !== "";
  const lines = [title, `${title} #`].filter((line) => !/[\r\n]/.test(line) && titleOf(line) === title);
  return isName && lines[0] !== undefined ? `${"#".repeat(level)} ${lines[0]}`.trimEnd() : undefined;
}

function fence(info: string, content: string): string {
  const runs = [...content.matchAll(/`+/g)].map(([run]) => run.length);
  const marks = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${marks}${info}\n${content}${marks}`;
}

function yamlText(settings: JsonObject): string {
  const spot = { quote: '"', eol: "\n", indent: "", isFlow: false } as const;
  return Object.entries(settings)
    .map(([key, value]) => `${entryText(key, value, spot)}\n`)
    .join("");
}
