import { AiwError, type Workflow } from "@aiw/core";
import { loadMarkdown } from "./load.js";
import type { LoadOptions } from "./load-options.js";

/**
 * The workflow of a Markdown file, for programs; the other way round than `toMarkdown`. {@link loadMarkdown} tells all
 * problems instead.
 *
 * @throws AiwError `workflow_invalid` with the first problem, all of them in `details.problems`.
 */
export function fromMarkdown(text: string, options: LoadOptions = { file: "workflow.md" }): Workflow {
  const { workflow, problems } = loadMarkdown(text, options);
  if (workflow !== undefined) return workflow;
  const first = problems.find(({ severity }) => severity === "error");
  const place = first === undefined ? "" : `:${first.line}:${first.column} ${first.message}`;
  const codes = problems.map(({ code, line, column, message }) => ({ code, line, column, message }));
  throw new AiwError("workflow_invalid", `${options.file}${place}`, {
    hint: first?.help ?? `\`aiw check ${options.file}\` shows all problems`,
    details: { problems: codes },
  });
}
