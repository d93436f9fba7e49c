import { checkWorkflow } from "./check/check-workflow.js";
import type { ExprUse } from "./check/use.js";
import type { LoadOptions } from "./load-options.js";
import type { Loaded, LoadState } from "./load-state.js";
import { buildWorkflow } from "./model/build.js";
import type { Report } from "./problems/report.js";
import { type FileSettings, readFileSettings } from "./settings/file.js";
import type { FileContext } from "./settings/file-context.js";
import { given } from "./settings/key-reader.js";
import type { Prose } from "./settings/prose.js";
import { createSections, type SectionSource } from "./settings/sections.js";
import { readStep } from "./settings/step.js";
import type { StepDraft } from "./settings/step-draft.js";
import type { SectionName, StepSourceList } from "./settings/step-source.js";
import type { TemplateSink } from "./settings/templates.js";
import type { ToolTable } from "./settings/tool-call.js";
import type { TypeReader } from "./settings/types.js";
import { createUses } from "./settings/use-call.js";
import type { YamlMap } from "./yaml/nodes.js";
import { nodeAt } from "./yaml/to-json.js";

/** Most steps of one file. */
const maxSteps = 2_000;

/** The parts of a workflow file, whatever notation they are written in. */
export interface WorkflowParts {
  /** Settings of the file. */
  readonly front: YamlMap;
  readonly title?: string;
  readonly description?: string;
  readonly sections: readonly SectionSource[];
  readonly instructions?: Prose;
  readonly steps: StepSourceList;
  readonly onFailure: StepSourceList;
  readonly finally: StepSourceList;
}

/** Reads and checks the parts of a file; nothing when there is an error among the problems. */
export function loadParts(parts: WorkflowParts, state: LoadState, options: LoadOptions): Loaded | undefined {
  const { report, allowance } = state;
  const { text } = state.source;
  const fileUses: ExprUse[] = [];
  const sections = createSections(text, parts.sections, { report, allowance, uses: fileUses });
  const types: TypeReader = { report, readFile: options.readFile };
  const sink: TemplateSink = { text, report, allowance, uses: fileUses, section: sections.expand };
  const settings = readFileSettings(parts.front, { ...types, sink });
  const uses = createUses(options.readUse, report);
  const tools = toolTable(settings, options, { map: parts.front, report });
  const context: FileContext = {
    ...{ source: state.source, text, report, allowance, sections, types, uses, tools },
    settingsOf: (path, map) => state.settings.push({ path, map }),
  };
  const drafts = readSteps(parts, context);
  const instructions = parts.instructions?.template(sink, "section");
  if (allowance.isSpent()) return undefined;
  const config = options.config?.env ?? {};
  const { needsOf, outputs, checker } = checkWorkflow({ settings, drafts, fileUses, report, config });
  state.checked = { settings, drafts, tools, checker, needsOf };
  if (report.hasErrors()) return undefined;
  const finished = (section: SectionName) =>
    drafts.filter((draft) => draft.section === section).map((draft) => draft.finish(needsOf(draft.index)));
  const body = {
    steps: finished("steps"),
    ...given({
      title: parts.title,
      description: parts.description,
      instructions: instructions?.length === 0 ? undefined : instructions,
      onFailure: parts.onFailure.steps.length === 0 ? undefined : finished("onFailure"),
      finally: parts.finally.steps.length === 0 ? undefined : finished("finally"),
      uses: uses.found(),
    }),
  };
  return { workflow: buildWorkflow(settings, body, options), outputs };
}

/** Declared tools win over others of the same name, as they do when the workflow runs. */
function toolTable(
  settings: FileSettings,
  { tools, readTools }: LoadOptions,
  { map, report }: { readonly map: YamlMap; readonly report: Report },
): ToolTable {
  const declared = Object.entries(settings.tools);
  const remote = new Set(declared.flatMap(([name, { kind }]) => (kind === "scripts" ? [] : [name])));
  const folders = declared.flatMap(([name, tool]) => (tool.kind === "scripts" ? [[name, tool.folder] as const] : []));
  if (readTools === undefined) return { known: folders.length === 0 ? tools : undefined, remote };
  const found = folders.map(([name, folder]) => {
    const inFolder = readTools(folder);
    if (inFolder === undefined) {
      const at = nodeAt(map, ["tools", name]);
      report.add("E112", at, `there is no folder '${folder}'`, "create it below the workflow's, or correct the path");
    }
    return inFolder;
  });
  // With a folder missing, which tools there are is not known.
  if (found.includes(undefined)) return { known: undefined, remote };
  return { known: [...found.flatMap((each) => each ?? []), ...(tools ?? [])], remote };
}

function readSteps(parts: WorkflowParts, context: FileContext): readonly StepDraft[] {
  const { report } = context;
  checkCounts(parts, report);
  const all = (["steps", "onFailure", "finally"] as const).flatMap((section) =>
    parts[section].steps.map((step) => ({ section, step })),
  );
  const drafts: StepDraft[] = [];
  for (const { section, step } of all.slice(0, maxSteps)) {
    // Nothing more would be kept, and the file is refused already.
    if (report.isFull() || context.allowance.isSpent()) break;
    drafts.push(readStep(step.read(), { index: drafts.length, section }, context));
  }
  const over = all[maxSteps];
  if (over !== undefined) {
    const message = `a file has at most ${maxSteps} steps, this one has ${all.length}`;
    report.add("E020", over.step.at, message, "split the workflow");
  }
  return drafts;
}

const titles = { steps: "## Steps", onFailure: "## On failure", finally: "## Finally" } as const;

function checkCounts(parts: WorkflowParts, report: Report): void {
  const help = "write ## Steps, and a ### heading for each step";
  // What is open at the end of the file has most likely swallowed them.
  const isSwallowed = report.list().some(({ code }) => code === "E008" || code === "E009");
  if (parts.steps.at === undefined && !isSwallowed) {
    report.add("E005", { start: 0, end: 1 }, "the workflow has no '## Steps'", help);
  }
  for (const section of ["steps", "onFailure", "finally"] as const) {
    const { at, steps } = parts[section];
    if (at === undefined || steps.length > 0) continue;
    report.add("E005", at, `there is no step under '${titles[section]}'`, "write a ### heading for each step");
  }
}
