import { oneLine } from "../output/format.js";
import {
  allRules,
  type Flow,
  type FlowEdge,
  type FlowLink,
  type FlowNode,
  type FlowSection,
  sectionNotes,
  sectionTitles,
} from "./flow.js";

/**
 * A graph for Graphviz. What runs when the steps are over, and each sub-workflow, is a cluster.
 *
 * @see Graphviz documentation, "DOT Language": in a quoted string only `"` is escaped by the language, and `\` begins an
 * escape of the label, so both are.
 */
export function renderDot(flow: Flow): string {
  const lines = [
    'graph [compound=true, rankdir=TB, fontname="Helvetica"];',
    'node [shape=box, style=rounded, fontname="Helvetica"];',
    'edge [fontname="Helvetica", fontsize=10];',
    ...flowLines(flow),
  ];
  return [`digraph ${quote(flow.name, 200)} {`, ...lines.map((line) => `  ${line}`), "}"].join("\n");
}

function flowLines({ sections, links }: Flow): readonly string[] {
  const [steps] = sections;
  if (steps !== undefined && sections.length === 1) return sectionLines(steps);
  const byKey = new Map(sections.map((section) => [section.key, section]));
  return [
    ...sections.flatMap((section) => cluster(section.key, sectionLabel(section), sectionLines(section))),
    ...links.flatMap((link) => linkLine(link, byKey)),
  ];
}

function sectionLines({ nodes, edges }: FlowSection): readonly string[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  return [...nodes.flatMap(nodeLines), ...edges.flatMap((edge) => edgeLine(edge, byKey))];
}

function nodeLines(node: FlowNode): readonly string[] {
  const { key, child, isConditional } = node;
  const rules = allRules(node);
  if (child !== undefined) return cluster(key, labelOf(node), flowLines(child));
  const style = isConditional ? ', style="rounded,dashed"' : "";
  const tooltip = rules.length === 0 ? "" : `, tooltip=${quote(rules.join("; "), 300)}`;
  return [`${key} [label=${labelOf(node)}, shape=${shapes[node.kind]}${style}${tooltip}];`];
}

/** `use` has the shape of a folder, a person's decision that of a choice, a wait that of a note in time. */
const shapes = {
  script: "box",
  code: "box",
  tool: "component",
  agent: "ellipse",
  use: "folder",
  approval: "diamond",
  wait: "cds",
  apply: "parallelogram",
} as const satisfies Record<FlowNode["kind"], string>;

function edgeLine(edge: FlowEdge, byKey: ReadonlyMap<string, FlowNode>): readonly string[] {
  const [from, to] = [byKey.get(edge.from), byKey.get(edge.to)];
  if (from === undefined || to === undefined) return [];
  const settings = [
    ...(edge.kind === "loop" ? ["constraint=false", 'color="#8250df"', 'fontcolor="#8250df"'] : []),
    ...(edge.isConditional ? ["style=dashed"] : []),
    ...(edge.label === undefined ? [] : [`label=${quote(edge.label, 60)}`]),
    ...(from.child === undefined ? [] : [`ltail=cluster_${from.key}`]),
    ...(to.child === undefined ? [] : [`lhead=cluster_${to.key}`]),
  ];
  return [arrow(exitOf(from), entryOf(to), settings)];
}

function linkLine({ from, to, label }: FlowLink, byKey: ReadonlyMap<string, FlowSection>): readonly string[] {
  const [tail, head] = [byKey.get(from)?.nodes.at(-1), byKey.get(to)?.nodes[0]];
  if (tail === undefined || head === undefined) return [];
  const settings = [`ltail=cluster_${from}`, `lhead=cluster_${to}`, "style=dashed", `label=${quote(label, 60)}`];
  return [arrow(exitOf(tail), entryOf(head), settings)];
}

function arrow(from: string, to: string, settings: readonly string[]): string {
  return `${from} -> ${to}${settings.length === 0 ? "" : ` [${settings.join(", ")}]`};`;
}

/** Arrows lead from node to node; a cluster lends one of its own and the arrow ends at its border. */
function entryOf({ key, child }: FlowNode): string {
  const first = child?.sections[0]?.nodes[0];
  return first === undefined ? key : entryOf(first);
}

function exitOf({ key, child }: FlowNode): string {
  const last = child?.sections[0]?.nodes.at(-1);
  return last === undefined ? key : exitOf(last);
}

function cluster(key: string, label: string, lines: readonly string[]): readonly string[] {
  return [
    `subgraph cluster_${key} {`,
    `  label=${label};`,
    "  style=rounded;",
    ...lines.map((line) => `  ${line}`),
    "}",
  ];
}

function sectionLabel({ kind }: FlowSection): string {
  const note = sectionNotes[kind];
  return quote(note === "" ? sectionTitles[kind] : `${sectionTitles[kind]}, ${note}`, 100);
}

function labelOf({ title, about, times }: FlowNode): string {
  const second = times === undefined ? oneLine(about, 40) : `${oneLine(about, 40)} ${times}`;
  return `"${escapeText(oneLine(title, 60))}\\n${escapeText(second)}"`;
}

function quote(text: string, width: number): string {
  return `"${escapeText(oneLine(text, width))}"`;
}

function escapeText(text: string): string {
  return text.replace(/[\\"]/g, (character) => `\\${character}`);
}
