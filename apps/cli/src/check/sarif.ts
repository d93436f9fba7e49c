import { isAbsolute, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Explanation } from "../explain/explanations.js";
import { stripControl } from "../output/format.js";
import type { AnnotatedProblem } from "./annotation.js";

/** Version and address of the format. */
const sarifVersion = "2.1.0";
const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json";

/** What {@link sarifLog} needs besides the problems. */
export interface SarifFacts {
  /** Of AIW. */
  readonly version: string;
  /** What is known of a code. */
  readonly explain: (code: string) => Explanation | undefined;
}

/**
 * The problems as a SARIF log, which code hosts and editors show beside the lines. Each code that occurs is a rule with its
 * explanation and its examples.
 *
 * @see OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.13 to 3.52.
 */
export function sarifLog(problems: readonly AnnotatedProblem[], facts: SarifFacts): Record<string, unknown> {
  const codes = [...new Set(problems.map(({ code }) => code))];
  const driver = { name: "aiw", version: facts.version, rules: codes.map((code) => ruleOf(code, facts.explain(code))) };
  const results = problems.map((problem) => resultOf(problem, codes.indexOf(problem.code)));
  // Columns count UTF-16 units, which is the default of the format only where nothing is said.
  return {
    $schema: sarifSchema,
    version: sarifVersion,
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  };
}

function resultOf(problem: AnnotatedProblem, ruleIndex: number): Record<string, unknown> {
  const { code, severity, file, line, column, endLine, endColumn, message, help } = problem;
  const words = help === undefined ? message : `${message}\nhelp: ${help}`;
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: stripControl(words) },
    locations: [{ physicalLocation: { artifactLocation: artifactOf(file), region } }],
  };
}

/** Relative to where the checkout lies, which the reader knows; only a file outside of it is named in full. */
function artifactOf(file: string): Record<string, unknown> {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  const segments = file.split(sep).map((segment) => encodeURIComponent(segment));
  return { uri: segments.join("/"), uriBaseId: "%SRCROOT%" };
}

function ruleOf(code: string, about: Explanation | undefined): Record<string, unknown> {
  if (about === undefined) return { id: code };
  if (about.kind === "error") {
    const help = `${about.next}\n`;
    return { id: code, shortDescription: { text: about.about }, help: { text: help, markdown: help } };
  }
  const { title, wrong, right } = about;
  return {
    id: code,
    name: nameOf(title),
    shortDescription: { text: title },
    fullDescription: { text: about.about },
    help: {
      text: `${about.about}\n\nWrong:\n${wrong}\nRight:\n${right}`,
      markdown: `${about.about}\n\n**Wrong**\n\n${fenced(wrong)}\n\n**Right**\n\n${fenced(right)}\n`,
    },
    defaultConfiguration: { level: about.severity },
  };
}

/** `UnknownField`: some viewers show it instead of the code. */
function nameOf(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join("");
}

/** The fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}markdown\n${stripControl(text).trimEnd()}\n${fence}`;
}
