import type { AgentStep } from "@aiw/core";
import { checkWorkflow } from "./check/check-workflow.js";
import type { ExprUse } from "./check/use.js";
import type { LoadOptions } from "./load-options.js";
import type { Loaded, LoadState } from "./load-state.js";
import { buildWorkflow, nameOf, promptStep } from "./model/build.js";
import { createAllowance } from "./problems/allowance.js";
import type { ProblemCode } from "./problems/codes.js";
import type { Report } from "./problems/report.js";
import { readFileSettings } from "./settings/file.js";
import { fileTable, helpForKey } from "./settings/keys.js";
import type { StepDraft } from "./settings/step-draft.js";
import type { FrontMatter } from "./structure/front-matter.js";
import { titleOf } from "./text/block-starts.js";
import { normalizeNewlines, type Range, type Source } from "./text/source.js";
import type { YamlMap } from "./yaml/nodes.js";
import { readYaml, type YamlLimits } from "./yaml/read.js";

/** Settings that protect something: a mistake there is never only a warning. */
const protective = /^[ \t]*["']?(?:permissions|tools|sandbox|budget|secrets)["']?[ \t]*:/m;

/**
 * A file without `aiw:` and without a role fence is one prompt: its whole body, taken literally. Such files come from
 * other programs, so unknown settings are only warned about.
 */
export function loadPrompt(front: FrontMatter, state: LoadState, options: LoadOptions): Loaded | undefined {
  const { source, report, allowance, settings } = state;
  const map = front.settings === undefined ? undefined : readSettings(source, front.settings, { report, allowance });
  if (map !== undefined) settings.push({ path: ["front"], map });
  const empty = { start: front.bodyStart, end: front.bodyStart };
  const fileUses: ExprUse[] = [];
  const file = readFileSettings(knownOnly(map, report) ?? { kind: "map", entries: [], ...empty }, {
    report,
    readFile: options.readFile,
    sink: { text: source.text, report, allowance, uses: fileUses, section: () => [] },
  });
  const body = normalizeNewlines(source.text.slice(front.bodyStart)).trim();
  if (body === "") {
    report.add(
      "E005",
      empty,
      "there is nothing to run: the file has no text",
      "write a prompt, or steps under ## Steps",
    );
  }
  const title = titleOf(/^#(?=[ \t])(.*)$/m.exec(body)?.[1] ?? "");
  const name = file.name ?? (title === "" ? nameOf(options.file) : title);
  const step = promptStep(name, body);
  const drafts = [draftOf(step, empty)];
  const { outputs } = checkWorkflow({ settings: file, drafts, fileUses, report, config: options.config?.env ?? {} });
  if (report.hasErrors()) return undefined;
  return { workflow: buildWorkflow(file, { title: name, steps: [step] }, options), outputs };
}

/** The one step, which reads nothing, for what the settings read of it. */
function draftOf(step: AgentStep, at: Range): StepDraft {
  const { id, kind } = step;
  return {
    id,
    kind,
    at,
    idAt: at,
    index: 0,
    section: "steps",
    needs: [],
    uses: [],
    continues: false,
    finish: () => step,
  };
}

function readSettings(source: Source, range: Range, limits: YamlLimits): YamlMap | undefined {
  const { report } = limits;
  const isProtective = protective.test(source.text.slice(range.start, range.end));
  if (isProtective) return readYaml(source.text, range, limits);
  const lenient: Report = {
    ...report,
    add: (_code: ProblemCode, at, message) => {
      report.add(
        "W002",
        at,
        `the settings are ignored from here: ${message}`,
        "start the file with aiw: 1 to make it a workflow",
      );
    },
  };
  return readYaml(source.text, range, { report: lenient, allowance: createAllowance(lenient) });
}

function knownOnly(map: YamlMap | undefined, report: Report): YamlMap | undefined {
  if (map === undefined) return undefined;
  const entries = map.entries.filter(({ key, at, value }) => {
    if (fileTable.known.includes(key)) return !(key === "tools" && value.kind !== "map" && warnTools(at, report));
    report.add("W002", at, `the setting '${key}' is unknown and ignored`, helpForKey(key, fileTable));
    return false;
  });
  return { ...map, entries };
}

/** Other programs list the tools of an agent here; taking no notice would give it more than its author meant. */
function warnTools(at: Range, report: Report): boolean {
  report.add("W002", at, "'tools' of another program is ignored", "list tools under a step of a workflow");
  return true;
}
