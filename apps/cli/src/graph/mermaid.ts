import { oneLine } from "../output/format.js";
import { type Flow, type FlowEdge, type FlowNode, type FlowSection, sectionNotes, sectionTitles } from "./flow.js";

/**
 * A Mermaid flowchart. Dotted arrows lead to steps that have a condition, thick ones back to where a loop begins; what
 * runs when the steps are over, and each sub-workflow, is a subgraph. Node names are numbers of ours and labels are
 * escaped, so that no title can break the chart, leave a code fence around it, or carry markup into a page.
 *
 * @see Mermaid documentation, "Flowcharts - Basic Syntax", "Entity codes to escape characters".
 */
export function renderMermaid(flow: Flow): string {
  return ["flowchart TD", ...flowLines(flow)].map((line, index) => (index === 0 ? line : `  ${line}`)).join("\n");
}

function flowLines({ sections, links }: Flow): readonly string[] {
  const [steps] = sections;
  if (steps !== undefined && sections.length === 1) return sectionLines(steps);
  return [
    ...sections.flatMap((section) => subgraph(section.key, sectionLabel(section), sectionLines(section))),
    ...links.map(({ from, to, label }) => `${from} -. "${escapeLabel(label)}" .-> ${to}`),
  ];
}

function sectionLines({ nodes, edges }: FlowSection): readonly string[] {
  return [...nodes.flatMap(nodeLines), ...edges.map(edgeLine)];
}

function nodeLines(node: FlowNode): readonly string[] {
  const { key, child } = node;
  if (child === undefined) return [`${key}${shape(node, `"${label(node)}"`)}`];
  return subgraph(key, label(node), flowLines(child));
}

function subgraph(key: string, text: string, lines: readonly string[]): readonly string[] {
  return [`subgraph ${key}["${text}"]`, "  direction TB", ...lines.map((line) => `  ${line}`), "end"];
}

function edgeLine({ from, to, kind, isConditional, label: text }: FlowEdge): string {
  const words = text === undefined ? "" : escapeLabel(oneLine(text, 60));
  if (kind === "loop") return `${from} == "${words}" ==> ${to}`;
  return `${from} ${isConditional ? "-.->" : "-->"} ${to}`;
}

function sectionLabel({ kind }: FlowSection): string {
  const note = sectionNotes[kind];
  return escapeLabel(note === "" ? sectionTitles[kind] : `${sectionTitles[kind]}, ${note}`);
}

function label({ title, about, times }: FlowNode): string {
  const second = times === undefined ? oneLine(about, 40) : `${oneLine(about, 40)} ${times}`;
  return `${escapeLabel(oneLine(title, 60))}<br/>${escapeLabel(second)}`;
}

function shape({ kind }: FlowNode, text: string): string {
  switch (kind) {
    case "script":
    case "code":
      return `[${text}]`;
    case "tool":
      return `[[${text}]]`;
    case "agent":
      return `([${text}])`;
    case "use":
      return `[/${text}\\]`;
    case "approval":
      return `{{${text}}}`;
    case "wait":
      return `>${text}]`;
    case "apply":
      return `[/${text}/]`;
  }
}

/** Letters, digits of any script and a little punctuation stay; the rest becomes entities. */
function escapeLabel(text: string): string {
  return [...text]
    .map((character) => (/[\p{L}\p{M}\p{N} .,/_-]/u.test(character) ? character : `#${character.codePointAt(0)};`))
    .join("");
}
