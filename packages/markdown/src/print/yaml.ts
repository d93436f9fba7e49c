import { canonicalJson, isJsonObject, type Json, type JsonObject, type Step, type Workflow } from "@aiw/core";
import { entryText } from "../patch/render-yaml.js";
import { createAllowance } from "../problems/allowance.js";
import { createReport } from "../problems/report.js";
import { idOf } from "../structure/ids.js";
import { createSource } from "../text/source.js";
import { readYaml } from "../yaml/read.js";
import { toJson } from "../yaml/to-json.js";
import { cannotSay } from "./fault.js";
import { fileSettings } from "./file-settings.js";
import { writtenNeeds } from "./needs.js";
import { printYamlProse } from "./prose.js";
import { printScript } from "./script.js";
import { stepSettings } from "./step-settings.js";

/**
 * The workflow in pure YAML, as in `*.flow.yaml`: settings without what is as without them. Loaded again it is the same
 * workflow.
 *
 * @throws AiwError `not_expressible` for what YAML cannot hold, such as code steps.
 */
export function toYaml(workflow: Workflow): string {
  const { name, description, instructions, steps, onFailure = [], finally: last = [] } = workflow;
  for (const [of, text] of Object.entries({ name, description })) {
    if (text !== undefined && (text === "" || text !== text.trim())) cannotSay(`white space around the ${of} is lost`);
  }
  const needs = writtenNeeds(steps);
  const head = {
    ...fileSettings(workflow, { name, description }),
    ...(instructions === undefined ? {} : { instructions: lines(printYamlProse(instructions, "the instructions")) }),
  };
  const lists = {
    steps: steps.map((step, index) => stepEntries(step, needs[index])),
    ...(onFailure.length === 0 ? {} : { "on-failure": onFailure.map((step) => stepEntries(step, undefined)) }),
    ...(last.length === 0 ? {} : { finally: last.map((step) => stepEntries(step, undefined)) }),
  };
  const sections = Object.entries(lists).map(([key, items]) => `\n${key}:\n${items.map(itemText).join("\n")}`);
  const text = [...Object.entries(head).map(([key, value]) => mapText({ [key]: value }, "")), ...sections].join("");
  return verified(text, { ...head, ...lists });
}

/** A step as a map. */
function stepEntries(step: Step, needs: readonly string[] | undefined): JsonObject {
  const { id, title, undo } = step;
  const name = title === id ? { id } : idOf(title) === id ? { title } : { title, id };
  if (title !== title.trim() || title === "" || /[\r\n]/.test(title)) {
    cannotSay(`'${title}' cannot be the title of a step`, "use one line of text");
  }
  return {
    ...name,
    ...stepSettings(step, needs === undefined ? {} : { needs }),
    ...bodyOf(step, `step '${id}'`),
    ...(undo === undefined ? {} : { undo: { ...stepSettings(undo, {}), ...bodyOf(undo, `the Undo of step '${id}'`) } }),
  };
}

function bodyOf(step: Step, of: string): JsonObject {
  if (step.kind === "agent" || step.kind === "approval") {
    return { prompt: lines(printYamlProse(step.prompt, `the prompt of ${of}`)) };
  }
  if (step.kind !== "script") return {};
  const { lang, code } = printScript(step, of);
  return { run: { lang, script: code } };
}

/** Text of several lines ends with a line break, which is dropped when it is read: it looks better in YAML. */
function lines(text: string): string {
  return text.includes("\n") ? `${text}\n` : text;
}

/** Maps that are a part of the step; their keys stand on lines of their own. */
const parts = new Set(["run", "undo"]);

function mapText(map: JsonObject, indent: string): string {
  const spot = { quote: '"', eol: "\n", indent, isFlow: false } as const;
  return Object.entries(map)
    .map(([key, value]) => {
      if (isOneLine(value)) return `${indent}${key}: |\n${indent}  ${value}`;
      if (!parts.has(key) || !isJsonObject(value)) return `${indent}${entryText(key, value, spot)}\n`;
      return `${indent}${key}:\n${mapText(value, `${indent}  `)}`;
    })
    .join("");
}

/** A script of one line keeps its line break with `|`. */
function isOneLine(value: Json): value is string {
  return typeof value === "string" && /^(?!\s)[^\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]+(?<!\s)\n$/u.test(value);
}

function itemText(step: JsonObject): string {
  return mapText(step, "    ").replace(/^ {4}/, "  - ");
}

/** What a workflow can hold and YAML cannot has too many forms to list: the text is read again. */
function verified(text: string, meant: JsonObject): string {
  const report = createReport(createSource("printed", text));
  const allowance = { ...createAllowance(report), takeYaml: () => true };
  const map = readYaml(text, { start: 0, end: text.length }, { report, allowance, maxBytes: text.length * 3 });
  const [fault] = report.list();
  if (fault !== undefined) cannotSay(`YAML cannot say it: ${fault.message}`, fault.help);
  const isSame = map !== undefined && canonicalJson(toJson(map)) === canonicalJson(meant);
  return isSame ? text : cannotSay("YAML would read it otherwise");
}
