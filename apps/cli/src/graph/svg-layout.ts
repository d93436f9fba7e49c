import type { Flow, FlowEdge, FlowNode, FlowSection } from "./flow.js";
import { textWidth } from "./text-width.js";

/** A point in pixels, from the upper left corner of what it belongs to. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A drawn thing with its size; what is inside lies relative to its corner. */
export interface Box<T> {
  readonly item: T;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A drawn arrow. */
export interface Line<T> {
  readonly item: T;
  readonly points: readonly Point[];
  /** Middle of its label. */
  readonly label?: Point | undefined;
}

/** A step with the drawing of its sub-workflow, where it has one. */
export interface PlacedNode {
  readonly node: FlowNode;
  readonly lines: readonly string[];
  readonly child?: PlacedFlow | undefined;
}

/** A section with its steps. */
export interface PlacedSection {
  readonly section: FlowSection;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Box<PlacedNode>[];
  readonly edges: readonly Line<FlowEdge>[];
}

/** A workflow with everything in its place. */
export interface PlacedFlow {
  readonly width: number;
  readonly height: number;
  /** Has each section a frame? One alone has none. */
  readonly isFramed: boolean;
  readonly sections: readonly Box<PlacedSection>[];
  readonly links: readonly Line<{ readonly label: string }>[];
}

/** Lays an abstract graph out. */
export type LayOut = <N, E extends { readonly from: string; readonly to: string }>(
  graph: AbstractGraph<N, E>,
) => {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Box<N>[];
  readonly edges: readonly Line<E>[];
};

/** What {@link LayOut} takes: sizes and connections. */
export interface AbstractGraph<N, E> {
  readonly nodes: readonly {
    readonly key: string;
    readonly item: N;
    readonly width: number;
    readonly height: number;
  }[];
  readonly edges: readonly { readonly item: E; readonly label: string; readonly isLoop: boolean }[];
}

/** Height of one line of text in a step, and of the header of a frame. */
export const lineHeight = 17;
/** Height of the title of a frame. */
export const headerHeight = 26;
/** Free space inside a step and a frame. */
export const padding = 12;
/** Size of the text of titles, and of the rest. */
export const fontSizes = { title: 13, text: 11 } as const;

const iconWidth = 24;
const minNodeWidth = 120;

/** Places a workflow: sub-workflows first, because their steps are as large as they. */
export function placeFlow(flow: Flow, layOut: LayOut): PlacedFlow {
  const isFramed = flow.sections.length > 1;
  const placed = flow.sections.map((section) => placeSection(section, layOut));
  const frame = isFramed ? { width: 2 * padding, height: headerHeight + padding } : { width: 0, height: 0 };
  const laid = layOut({
    nodes: placed.map((item) => ({
      key: item.section.key,
      item,
      width: item.width + frame.width,
      height: item.height + frame.height,
    })),
    edges: flow.links.map((item) => ({ item, label: item.label, isLoop: false })),
  });
  return { width: laid.width, height: laid.height, isFramed, sections: laid.nodes, links: laid.edges };
}

function placeSection(section: FlowSection, layOut: LayOut): PlacedSection {
  const laid = layOut({
    nodes: section.nodes.map((node) => {
      const item = placeNode(node, layOut);
      return { key: node.key, item, ...sizeOf(item) };
    }),
    edges: section.edges.map((item) => ({ item, label: edgeLabel(item), isLoop: item.kind === "loop" })),
  });
  return { section, width: laid.width, height: laid.height, nodes: laid.nodes, edges: laid.edges };
}

/** The words on an arrow as they fit. */
export function edgeLabel({ label = "" }: FlowEdge): string {
  return clipText(label, 60);
}

function placeNode(node: FlowNode, layOut: LayOut): PlacedNode {
  const about = node.times === undefined ? node.about : `${clipText(node.about, 36)} ${node.times}`;
  const lines = [
    clipText(node.title, 40),
    clipText(about, 44),
    ...node.rules.slice(0, 2).map((rule) => clipText(rule, 44)),
  ];
  return { node, lines, child: node.child === undefined ? undefined : placeFlow(node.child, layOut) };
}

function sizeOf({ lines, child }: PlacedNode): { readonly width: number; readonly height: number } {
  const widths = lines.map((line, index) => textWidth(line, index === 0 ? fontSizes.title : fontSizes.text));
  const text = Math.max(minNodeWidth, ...widths) + iconWidth + 2 * padding;
  const height = lines.length * lineHeight + padding;
  if (child === undefined) return { width: Math.ceil(text), height };
  return { width: Math.ceil(Math.max(text, child.width + 2 * padding)), height: height + child.height + padding };
}

function clipText(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}
