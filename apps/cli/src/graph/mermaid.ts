import type { Step, Workflow } from "@aiw/core";
import { oneLine } from "../output/format.js";
import { describeKind } from "./describe.js";
import type { PlacedStep } from "./layout.js";

/**
 * A Mermaid flowchart. Dotted arrows lead to steps that have a condition. Node names are numbers of ours and labels are
 * escaped, so that no title can break the chart, leave a code fence around it, or carry markup into a page.
 *
 * @see Mermaid documentation, "Flowcharts - Basic Syntax", "Entity codes to escape characters".
 */
export function renderMermaid(workflow: Workflow, placed: readonly PlacedStep[]): string {
  const names = new Map(placed.map(({ step }, index) => [step.id, `s${index + 1}`]));
  const nodes = placed.map(({ step }) => `  ${names.get(step.id)}${shape(step, label(step, workflow))}`);
  const edges = placed.flatMap(({ step, after }) =>
    after.map((id) => `  ${names.get(id)} ${step.if === undefined ? "-->" : "-.->"} ${names.get(step.id)}`),
  );
  return ["flowchart TD", ...nodes, ...edges].join("\n");
}

function label(step: Step, workflow: Workflow): string {
  return `"${escapeLabel(oneLine(step.title, 60))}<br/>${escapeLabel(oneLine(describeKind(step, workflow), 40))}"`;
}

function shape(step: Step, text: string): string {
  switch (step.kind) {
    case "script":
      return `[${text}]`;
    case "tool":
      return `[[${text}]]`;
    case "agent":
      return `([${text}])`;
  }
}

/** Letters, digits of any script and a little punctuation stay; the rest becomes entities. */
function escapeLabel(text: string): string {
  return [...text]
    .map((character) => (/[\p{L}\p{M}\p{N} .,/_-]/u.test(character) ? character : `#${character.codePointAt(0)};`))
    .join("");
}
