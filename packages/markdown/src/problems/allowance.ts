import type { Range } from "../text/source.js";
import type { Report } from "./report.js";

/** Most expressions of one file. */
const maxExpressions = 10_000;
/** Most characters of all expressions of one file. */
const maxExpressionText = 256 * 1024;
/** Most marks in all settings of one file: what YAML costs grows with them more than with its length. */
export const maxYamlMarks = 40_000;
const marks = /[\n,:[\]{}&*!?'"|>#%-]/g;

/** What one file may still have of what takes time to read; each limit is reported once, where it is passed. */
export interface Allowance {
  /** May one more expression be read? */
  takeExpression(length: number, at: () => Range): boolean;
  /** May these settings be read? */
  takeYaml(settings: string, at: Range): boolean;
  /** Was a limit passed? Then what was not read would be missed everywhere: such problems are echoes. */
  isSpent(): boolean;
}

/** How many marks there are in YAML. */
export function countMarks(yaml: string): number {
  return yaml.match(marks)?.length ?? 0;
}

/** The limits of a file, all of them open. */
export function createAllowance(report: Report): Allowance {
  let expressions = 0;
  let characters = 0;
  let yamlMarks = 0;
  let isSpent = false;
  return {
    takeExpression(length, at) {
      if (isSpent) return false;
      expressions += 1;
      characters += length;
      if (expressions <= maxExpressions && characters <= maxExpressionText) return true;
      const most = expressions > maxExpressions ? `${maxExpressions} expressions` : "256 KiB of expressions";
      isSpent = true;
      report.add("E021", at(), `a file has at most ${most}`, "split the workflow, or compute in a script step");
      return false;
    },
    takeYaml(settings, at) {
      if (isSpent) return false;
      yamlMarks += countMarks(settings);
      if (yamlMarks <= maxYamlMarks) return true;
      const message = `the settings of this file have more than ${maxYamlMarks} brackets, colons, commas and lines`;
      isSpent = true;
      report.add("E004", at, message, "split the workflow, or move data into files that the steps read");
      return false;
    },
    isSpent: () => isSpent,
  };
}
