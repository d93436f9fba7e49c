import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import type { RunSummary } from "@aiw/core";
import type { CliContext } from "../context.js";
import { formatUsd, oneLine } from "./format.js";
import { createStepBoard, stepFacts } from "./step-board.js";
import type { RunView } from "./view.js";

/**
 * Annotations of failed steps and a table in the job's summary.
 *
 * @see GitHub Actions documentation, "Workflow commands" and "Adding a job summary".
 */
export function createGithubView(context: CliContext): RunView {
  const board = createStepBoard();
  const out = context.json ? context.stderr : context.stdout;
  let isClosed = false;
  return {
    event(event) {
      const step = board.apply(event);
      if (event.type !== "step.failed" || !step) return;
      const file = board.file === undefined ? "" : `file=${property(relative(context.cwd, board.file))},`;
      const line = step.line === undefined ? "" : `line=${step.line},`;
      const level = event.data.continue ? "warning" : "error";
      out.write(`::${level} ${file}${line}title=${property(step.title)}::${message(event.data.error.message)}\n`);
    },
    past(event) {
      board.apply(event);
    },
    present() {},
    progress() {},
    stopped() {},
    close(summary) {
      const file = context.env.GITHUB_STEP_SUMMARY;
      if (isClosed || !summary || !file) return;
      isClosed = true;
      try {
        appendFileSync(file, renderSummary(summary));
      } catch (error) {
        context.stderr.write(
          `warning: cannot write the job summary: ${error instanceof Error ? error.message : String(error)}\n`,
        );
      }
    },
  };

  function renderSummary(summary: RunSummary): string {
    const rows = [...board.steps.values()].map(
      (step) => `| ${cell(step.title)} | ${step.status} | ${cell(stepFacts(step))} |`,
    );
    const cost = formatUsd(summary.costUsd);
    return [
      `### ${cell(summary.name)}: ${summary.status}${cost ? `, ${cost}` : ""}`,
      "",
      "| step | status | |",
      "|---|---|---|",
      ...rows,
      "",
      "",
    ].join("\n");
  }
}

function cell(text: string): string {
  return oneLine(text, 200).replace(/[\\|<>&`[\]*_]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function message(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return message(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
