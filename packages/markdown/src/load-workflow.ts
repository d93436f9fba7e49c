import type { TextTemplate, ValueTemplate, Workflow } from "@aiw/core";
import { createChecker, type ExpressionChecker } from "./check/expressions.js";
import { indexSteps } from "./check/known-steps.js";
import { checkToolArguments } from "./check/tool-args.js";
import type { ExprUse } from "./check/use.js";
import { resolveWaits, type Waits } from "./check/waits.js";
import type { LoadOptions } from "./load-options.js";
import type { LoadState } from "./load-prompt.js";
import { buildWorkflow } from "./model/build.js";
import type { Report } from "./problems/report.js";
import { type FileSettings, readFileSettings } from "./settings/file.js";
import type { FileContext } from "./settings/file-context.js";
import { createSections, type SectionTable } from "./settings/sections.js";
import { readStep } from "./settings/step.js";
import type { StepDraft } from "./settings/step-draft.js";
import { proseTemplate, type TemplateSink } from "./settings/templates.js";
import { type KnownTool, readToolNames } from "./settings/tool-call.js";
import { readTypeOf, type TypeReader } from "./settings/types.js";
import { hasVersionMark } from "./structure/front-matter.js";
import { type Outline, outlineOf } from "./structure/outline.js";
import { proseOf, trimBlankLines } from "./structure/prose.js";
import type { Block } from "./text/blocks.js";
import { normalizeNewlines } from "./text/source.js";
import type { YamlMap } from "./yaml/nodes.js";
import { readYaml } from "./yaml/read.js";
import { nodeAt } from "./yaml/to-json.js";

/** Most steps of one file. */
const maxSteps = 2_000;

/** Loads a file with steps. */
export function loadWorkflow(blocks: readonly Block[], state: LoadState, options: LoadOptions): Workflow | undefined {
  const { source, report, allowance, front } = state;
  const { text } = source;
  const outline = outlineOf(blocks, { start: front.bodyStart, end: text.length }, report);
  const map = frontMap(state);
  const fileUses: ExprUse[] = [];
  const sections = createSections(text, outline.sections, { report, allowance, uses: fileUses });
  const types: TypeReader = { report, readFile: options.readFile };
  const sink: TemplateSink = { text, report, allowance, uses: fileUses, section: sections.expand };
  const settings = readFileSettings(map, { ...types, sink });
  if (!hasVersionMark(text, front)) {
    const at = { start: front.settings?.start ?? 0, end: (front.settings?.start ?? 0) + 1 };
    report.add(
      "W003",
      at,
      "the file does not say which version of the language it is written in",
      "write aiw: 1 in the front matter",
    );
  }
  const tools = knownTools(settings, options, { map, report });
  const drafts = readSteps(outline, stepContext(state, { sections, types, tools }), report);
  const instructions = readInstructions(outline, sink);
  if (allowance.isSpent()) return undefined;
  const waits = checkAll(settings, drafts, { report, fileUses, config: options.config?.env ?? {} });
  if (report.hasErrors()) return undefined;
  return buildWorkflow(
    settings,
    {
      ...bodyOf(outline, text),
      ...instructions,
      steps: drafts.map((draft) => draft.finish(waits.needsOf(draft.index))),
    },
    options,
  );
}

function frontMap(state: LoadState): YamlMap {
  const { source, front, settings } = state;
  const map = front.settings === undefined ? undefined : readYaml(source.text, front.settings, state);
  if (map !== undefined) settings.push({ path: ["front"], map });
  return map ?? { kind: "map", entries: [], start: 0, end: 0 };
}

function stepContext(
  { source, report, allowance, settings }: LoadState,
  {
    sections,
    types,
    tools,
  }: {
    readonly sections: SectionTable;
    readonly types: TypeReader;
    readonly tools: readonly KnownTool[] | undefined;
  },
): FileContext {
  return {
    source,
    text: source.text,
    report,
    allowance,
    sections,
    tools,
    readType: (entry) => readTypeOf(entry, types),
    readAllowedTools: (node, place) => readToolNames(node, place, tools),
    settingsOf: (block, map) => settings.push({ path: ["steps", block.heading.title], map }),
  };
}

/** Declared tools win over others of the same name, as they do when the workflow runs. */
function knownTools(
  settings: FileSettings,
  { tools, readTools }: LoadOptions,
  { map, report }: { readonly map: YamlMap; readonly report: Report },
): readonly KnownTool[] | undefined {
  const folders = Object.entries(settings.tools);
  if (readTools === undefined) return folders.length === 0 ? tools : undefined;
  const found = folders.map(([name, { folder }]) => {
    const inFolder = readTools(folder);
    if (inFolder === undefined) {
      const at = nodeAt(map, ["tools", name]);
      report.add("E112", at, `there is no folder '${folder}'`, "create it below the workflow's, or correct the path");
    }
    return inFolder;
  });
  // With a folder missing, which tools there are is not known.
  return found.includes(undefined) ? undefined : [...found.flatMap((each) => each ?? []), ...(tools ?? [])];
}

function readSteps(outline: Outline, context: FileContext, report: Report): readonly StepDraft[] {
  const { steps, stepsHeading } = outline;
  if (steps.length === 0) {
    const at = stepsHeading ?? { start: 0, end: 1 };
    const message = stepsHeading === undefined ? "the workflow has no '## Steps'" : "there is no step under '## Steps'";
    report.add("E005", at, message, "write ## Steps, and a ### heading for each step");
  }
  const over = steps[maxSteps];
  if (over !== undefined)
    report.add(
      "E020",
      over.heading,
      `a file has at most ${maxSteps} steps, this one has ${steps.length}`,
      "split the workflow",
    );
  const drafts: StepDraft[] = [];
  for (const [index, block] of steps.slice(0, maxSteps).entries()) {
    // Nothing more would be kept, and the file is refused already.
    if (report.isFull() || context.allowance.isSpent()) break;
    drafts.push(readStep(block, index, context));
  }
  return drafts;
}

function readInstructions(outline: Outline, sink: TemplateSink): { readonly instructions?: TextTemplate } {
  const section = outline.sections.find(({ heading }) => heading.title.toLowerCase() === "instructions");
  if (section === undefined) return {};
  const parts = proseTemplate(proseOf(sink.text, section.body, section.fences), sink, "section");
  return parts.length === 0 ? {} : { instructions: parts };
}

function bodyOf(outline: Outline, text: string): { readonly title?: string; readonly description?: string } {
  const range = trimBlankLines(text, outline.description);
  const title = outline.title?.title ?? "";
  const description = normalizeNewlines(text.slice(range.start, range.end));
  return { ...(title === "" ? {} : { title }), ...(description === "" ? {} : { description }) };
}

function checkAll(
  settings: FileSettings,
  drafts: readonly StepDraft[],
  {
    report,
    fileUses,
    config,
  }: {
    readonly report: Report;
    readonly fileUses: readonly ExprUse[];
    readonly config: Readonly<Record<string, string>>;
  },
): Waits {
  const ids = indexSteps(drafts, report);
  const waits = resolveWaits(drafts, ids, report);
  const plain = Object.keys(config).map((name) => [name, { isSecret: false }] as const);
  const declared = Object.entries(settings.env).map(
    ([name, value]) => [name, { isSecret: readsSecrets(value) }] as const,
  );
  const env = Object.fromEntries([...plain, ...declared]);
  const { inputs, secrets } = settings;
  const checker = createChecker({ inputs, secrets, env, steps: drafts, report, ids, waits });
  for (const use of fileUses) checker.check(use);
  for (const draft of drafts) checkStep(draft, checker, report);
  return waits;
}

function checkStep(draft: StepDraft, checker: ExpressionChecker, report: Report): void {
  const types = new Map(draft.uses.map((use) => [use.expression.source, checker.check(use, draft)]));
  if (draft.toolCall !== undefined) checkToolArguments(draft.toolCall, (source) => types.get(source), report);
}

function readsSecrets(template: ValueTemplate): boolean {
  const isSecret = (expr: string) => /(?:^|[^.\p{L}\p{N}_])secrets\b/u.test(expr);
  if (template.t === "expr") return isSecret(template.expr);
  return template.t === "text" && template.parts.some((part) => typeof part !== "string" && isSecret(part.expr));
}
