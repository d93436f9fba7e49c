import { canonicalJson, type JsonObject, type TextTemplate, type Workflow } from "@aiw/core";
import { createAllowance } from "../problems/allowance.js";
import { createReport } from "../problems/report.js";
import { markdownStep } from "../settings/markdown-step.js";
import { markdownProse, type Prose } from "../settings/prose.js";
import type { ScriptSource, StepSource } from "../settings/step-source.js";
import type { TemplateSink } from "../settings/templates.js";
import { cutFrontMatter } from "../structure/front-matter.js";
import { outlineOf, type StepBlock } from "../structure/outline.js";
import { scanBlocks } from "../text/blocks.js";
import { createSource } from "../text/source.js";
import { readYaml } from "../yaml/read.js";
import { toJson } from "../yaml/to-json.js";
import { cannotSay } from "./fault.js";

/** A step as it was printed. */
export interface PrintedPart {
  readonly title: string;
  readonly settings: JsonObject;
  readonly script?: ScriptSource;
  readonly prose: string;
  /** What the prose is to be read as. */
  readonly parts: TextTemplate;
  readonly undo?: PrintedPart;
}

/** What a file was made of. */
export interface PrintedFile {
  readonly workflow: Workflow;
  readonly front: JsonObject;
  readonly steps: readonly PrintedPart[];
  readonly onFailure: readonly PrintedPart[];
  readonly finally: readonly PrintedPart[];
}

/**
 * Reads a printed file again and compares its parts: what a workflow can hold and Markdown cannot has too many forms to
 * list.
 */
export function verifyMarkdown(text: string, printed: PrintedFile): void {
  const source = createSource("printed", text);
  const report = createReport(source);
  const allowance = createAllowance(report);
  const front = cutFrontMatter(text, report);
  const outline = outlineOf(scanBlocks(text, front.bodyStart), { start: front.bodyStart, end: text.length }, report);
  const sink: TemplateSink = { text, report, allowance, uses: [], section: () => [] };
  const map = front.settings === undefined ? undefined : readYaml(text, front.settings, { report, allowance });
  const isFront = map !== undefined && canonicalJson(toJson(map)) === canonicalJson(printed.front);
  const instructions = outline.sections.map((section) => markdownProse(text, section))[0];
  const isIntro = isProse(instructions, printed.workflow.instructions ?? [], sink);
  const isRead = (["steps", "onFailure", "finally"] as const).every((name) => {
    const { steps } = outline[name];
    const sources = steps.map((block: StepBlock) => markdownStep(block, { text, report, allowance }));
    return (
      sources.length === printed[name].length &&
      sources.every((each, index) => isPart(each, printed[name][index], sink))
    );
  });
  const fault = report.list().find(({ severity }) => severity === "error");
  if (fault !== undefined) cannotSay(`Markdown cannot say it: ${fault.message}`, fault.help);
  if (!isFront || !isIntro || !isRead) cannotSay("Markdown would read it otherwise");
}

function isPart(source: StepSource, part: PrintedPart | undefined, sink: TemplateSink): boolean {
  if (part === undefined || source.title !== part.title) return false;
  const settings = source.settings === undefined ? {} : toJson(source.settings);
  const isSame =
    canonicalJson(settings) === canonicalJson(part.settings) &&
    source.script?.lang === part.script?.lang &&
    source.script?.code === part.script?.code &&
    isProse(source.prose, part.parts, sink);
  if (!isSame || source.undo === undefined || part.undo === undefined) return isSame && source.undo === part.undo;
  return isPart(source.undo, part.undo, sink);
}

function isProse(prose: Prose | undefined, parts: TextTemplate, sink: TemplateSink): boolean {
  const read = prose?.template(sink, "prompt") ?? [];
  return read.length === parts.length && read.every((part, index) => sameText(part, parts[index]));
}

function sameText(a: TextTemplate[number], b: TextTemplate[number] | undefined): boolean {
  return typeof a === "string" || typeof b !== "object" ? a === b : a.expr === b.expr;
}
