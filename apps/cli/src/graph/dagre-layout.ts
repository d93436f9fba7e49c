import { Graph, layout } from "@dagrejs/dagre";
import { layOutPlainly } from "./plain-layout.js";
import { fontSizes, type LayOut, type Line, lineHeight, type Point } from "./svg-layout.js";
import { textWidth } from "./text-width.js";

/** Layers from top to bottom by the method of Sugiyama, as dagre computes them; plain rows where that needs too deep a stack. */
export const layOutWithDagre: LayOut = (abstract) => {
  try {
    return layOutInLayers(abstract);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return layOutPlainly(abstract);
  }
};

const layOutInLayers: LayOut = ({ nodes, edges }) => {
  const graph = new Graph<object, Measured, Routed>({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 42, edgesep: 16, marginx: 8, marginy: 8 });
  for (const { key, width, height } of nodes) graph.setNode(key, { width, height, x: 0, y: 0 });
  for (const [index, { item, label, isLoop }] of edges.entries()) {
    // A loop is laid out along the order of its steps and drawn against it: they keep their order from top to bottom.
    const [from, to] = isLoop ? [item.to, item.from] : [item.from, item.to];
    const place = labelSize(label, from === to);
    graph.setEdge(from, to, { ...place, weight: isLoop ? 0 : 1, labelpos: "c", points: [] }, String(index));
  }
  layout(graph);
  const { width = 0, height = 0 } = sizeOf(graph.graph());
  const boxes = nodes.map(({ key, item, width: w, height: h }) => {
    const { x, y } = graph.node(key);
    return { item, x: x - w / 2, y: y - h / 2, width: w, height: h };
  });
  const lines = edges.map(({ item, isLoop }, index): Line<typeof item> => {
    const [from, to] = isLoop ? [item.to, item.from] : [item.from, item.to];
    const { points, x, y } = graph.edge(from, to, String(index));
    if (from === to) return selfLoop(item, graph.node(from), { x: x ?? 0, y: y ?? 0 });
    const label = x === undefined || y === undefined ? undefined : { x, y };
    return { item, points: isLoop ? points.toReversed() : points, label };
  });
  return { width, height, nodes: boxes, edges: lines };
};

interface Measured {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Routed {
  readonly points: readonly Point[];
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly weight: number;
  readonly labelpos: "c";
}

/** A loop to the step itself stands beside it, before its label. */
const selfLoopWidth = 30;

function labelSize(label: string, isSelf: boolean): { readonly width: number; readonly height: number } | object {
  if (label === "") return {};
  return { width: textWidth(label, fontSizes.text) + 8 + (isSelf ? selfLoopWidth : 0), height: lineHeight };
}

function selfLoop<T>(item: T, { x, y, width }: Measured, label: Point): Line<T> {
  const right = x + width / 2;
  const points = [
    { x: right, y: y + 8 },
    { x: right + selfLoopWidth, y: y + 10 },
    { x: right + selfLoopWidth, y: y - 10 },
    { x: right, y: y - 8 },
  ];
  return { item, points, label: { x: label.x + selfLoopWidth / 2, y: label.y } };
}

function sizeOf(graph: unknown): { readonly width?: number; readonly height?: number } {
  return typeof graph === "object" && graph !== null ? graph : {};
}
