import type { AbstractGraph, LayOut, Line, Point } from "./svg-layout.js";

const gap = { x: 28, y: 48, margin: 8 } as const;

/** One row a level and straight arrows: for graphs that are too deep for anything better. */
export const layOutPlainly: LayOut = (graph) => {
  const rows = rowsOf(graph);
  const widths = rows.map((row) => row.reduce((sum, { width }) => sum + width + gap.x, -gap.x));
  const width = Math.max(0, ...widths) + 2 * gap.margin;
  const centers = new Map<string, { readonly center: Point; readonly half: number }>();
  const boxes: { item: (typeof graph.nodes)[number]["item"]; x: number; y: number; width: number; height: number }[] =
    [];
  let y: number = gap.margin;
  for (const [index, row] of rows.entries()) {
    const height = Math.max(0, ...row.map((node) => node.height));
    let x = (width - (widths[index] ?? 0)) / 2;
    for (const node of row) {
      boxes.push({ item: node.item, x, y, width: node.width, height: node.height });
      centers.set(node.key, { center: { x: x + node.width / 2, y: y + node.height / 2 }, half: node.height / 2 });
      x += node.width + gap.x;
    }
    y += height + gap.y;
  }
  const edges = graph.edges.flatMap(({ item }): readonly Line<typeof item>[] => {
    const [from, to] = [centers.get(item.from), centers.get(item.to)];
    if (from === undefined || to === undefined || from === to) return [];
    const side = from.center.y < to.center.y ? 1 : -1;
    const start = { x: from.center.x, y: from.center.y + side * from.half };
    const end = { x: to.center.x, y: to.center.y - side * to.half };
    return [{ item, points: [start, end], label: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } }];
  });
  return { width, height: y - gap.y + gap.margin, nodes: boxes, edges };
};

/** Nodes by the longest way to them, loops left out. */
function rowsOf<N, E extends { readonly from: string; readonly to: string }>({ nodes, edges }: AbstractGraph<N, E>) {
  const forward = edges.filter(({ isLoop }) => !isLoop);
  const waits = new Map(nodes.map(({ key }) => [key, 0]));
  for (const { item } of forward) waits.set(item.to, (waits.get(item.to) ?? 0) + 1);
  const next = Map.groupBy(forward, ({ item }) => item.from);
  const level = new Map<string, number>();
  const open = nodes.filter(({ key }) => waits.get(key) === 0).map(({ key }) => key);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const own = level.get(key) ?? 0;
    level.set(key, own);
    for (const { item } of next.get(key) ?? []) {
      level.set(item.to, Math.max(level.get(item.to) ?? 0, own + 1));
      const left = (waits.get(item.to) ?? 1) - 1;
      waits.set(item.to, left);
      if (left === 0) open.push(item.to);
    }
  }
  const rows = Map.groupBy(nodes, ({ key }) => level.get(key) ?? 0);
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
}
