import { oneLine } from "../output/format.js";
import { allRules, type Flow, type FlowEdge, sectionNotes, sectionTitles } from "./flow.js";
import {
  type Box,
  edgeLabel,
  headerHeight,
  type LayOut,
  type Line,
  lineHeight,
  type PlacedFlow,
  type PlacedNode,
  type PlacedSection,
  type Point,
  padding,
  placeFlow,
} from "./svg-layout.js";
import { icon, svgStyle } from "./svg-parts.js";

const margin = 16;
const titleHeight = 30;

/**
 * A picture that stands alone: no font, script or file from elsewhere; readable on light and dark. Every text is escaped.
 *
 * @see W3C, "Scalable Vector Graphics (SVG) 2".
 */
export function renderSvg(flow: Flow, layOut: LayOut): string {
  const placed = placeFlow(flow, layOut);
  const name = oneLine(flow.name, 200);
  const width = Math.ceil(Math.max(placed.width, 200) + 2 * margin);
  const height = Math.ceil(placed.height + titleHeight + 2 * margin);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escapeXml(name)}</title>`,
    svgStyle,
    `<rect class="aiw-page" width="${width}" height="${height}" rx="8"/>`,
    text({ x: margin, y: margin + 16 }, "aiw-head", name),
    group(margin, margin + titleHeight, drawFlow(placed)),
    "</svg>",
    "",
  ].join("\n");
}

function drawFlow({ sections, links, isFramed }: PlacedFlow): readonly string[] {
  return [
    ...links.flatMap((link) => drawLine(link, "aiw-link", link.item.label)),
    ...sections.map((box) => group(box.x, box.y, drawSection(box, isFramed))),
  ];
}

function drawSection({ item, width, height }: Box<PlacedSection>, isFramed: boolean): readonly string[] {
  const { section, nodes, edges } = item;
  const inside = [
    ...edges.flatMap((edge) => drawLine(edge, edgeClass(edge.item), edgeLabel(edge.item))),
    ...nodes.map((box) => group(box.x, box.y, drawNode(box))),
  ];
  if (!isFramed) return inside;
  const note = sectionNotes[section.kind];
  return [
    `<rect class="aiw-frame" width="${round(width)}" height="${round(height)}" rx="10"/>`,
    text({ x: padding, y: 18 }, "aiw-section", sectionTitles[section.kind]),
    ...(note === "" ? [] : [`<title>${escapeXml(note)}</title>`]),
    group(padding, headerHeight, inside),
  ];
}

function drawNode({ item, width, height }: Box<PlacedNode>): readonly string[] {
  const { node, lines, child } = item;
  const style = ["aiw-node", `aiw-${node.kind}`, ...(node.isConditional ? ["aiw-maybe"] : [])].join(" ");
  const about = [node.id, node.about, ...allRules(node)].map((part) => oneLine(part, 300)).join("\n");
  return [
    `<title>${escapeXml(about)}</title>`,
    ...(node.times === undefined ? [] : [`<rect class="${style}" x="4" y="4" ${size(width, height)} rx="6"/>`]),
    `<rect class="${style}" ${size(width, height)} rx="6"/>`,
    `<g class="aiw-icon" transform="translate(${padding - 2} ${padding - 3})">${icon(node.kind)}</g>`,
    ...lines.map((line, index) => {
      const at = { x: padding + 22, y: padding + 8 + index * lineHeight };
      return text(at, index === 0 ? "aiw-title" : "aiw-text", oneLine(line, 200));
    }),
    ...(child === undefined ? [] : [group(padding, lines.length * lineHeight + padding, drawFlow(child))]),
  ];
}

function edgeClass({ kind, isConditional }: FlowEdge): string {
  if (kind === "loop") return "aiw-loop";
  return isConditional ? "aiw-edge aiw-maybe" : "aiw-edge";
}

function drawLine({ points, label }: Line<unknown>, style: string, words: string): readonly string[] {
  const path = `<path class="${style}" d="${curve(points)}" marker-end="url(#aiw-${style === "aiw-loop" ? "back" : "arrow"})"/>`;
  if (words === "" || label === undefined) return [path];
  // A second copy in the colour of the page keeps the words readable where a line passes below.
  const place = { x: label.x, y: label.y + 4 };
  return [path, text(place, "aiw-label aiw-halo", words), text(place, "aiw-label", words)];
}

/** Straight to the middle between two points, round about each of them. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return "";
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(end)}`;
  });
  return `M${at(first)} ${bends.length === 0 ? `L${at(last)}` : bends.join(" ")}`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function size(width: number, height: number): string {
  return `width="${round(width)}" height="${round(height)}"`;
}

function group(x: number, y: number, inside: readonly string[]): string {
  return `<g transform="translate(${round(x)} ${round(y)})">\n${inside.join("\n")}\n</g>`;
}

function text(place: Point, style: string, words: string): string {
  return `<text class="${style}" x="${round(place.x)}" y="${round(place.y)}">${escapeXml(words)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** For text and attributes. Control characters were removed before; what no XML may hold goes here. */
function escapeXml(words: string): string {
  return words
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
