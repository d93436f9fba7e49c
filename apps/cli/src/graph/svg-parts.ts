import type { StepKind } from "@aiw/core";

/** Colours of one scheme. */
interface Palette {
  readonly page: string;
  readonly ink: string;
  readonly dim: string;
  readonly line: string;
  readonly box: string;
  readonly frame: string;
  readonly loop: string;
  readonly kinds: Readonly<Record<StepKind, string>>;
}

const light: Palette = {
  ...{ page: "#ffffff", ink: "#1f2328", dim: "#57606a", line: "#8c959f" },
  ...{ box: "#f6f8fa", frame: "#afb8c1", loop: "#8250df" },
  kinds: {
    ...{ script: "#57606a", code: "#57606a", tool: "#0969da", agent: "#8250df" },
    ...{ use: "#1a7f37", approval: "#bc4c00", wait: "#9a6700", apply: "#1a7f37" },
  },
};

const dark: Palette = {
  ...{ page: "#0d1117", ink: "#e6edf3", dim: "#9198a1", line: "#6e7681" },
  ...{ box: "#161b22", frame: "#3d444d", loop: "#bc8cff" },
  kinds: {
    ...{ script: "#9198a1", code: "#9198a1", tool: "#58a6ff", agent: "#bc8cff" },
    ...{ use: "#3fb950", approval: "#f0883e", wait: "#d29922", apply: "#3fb950" },
  },
};

/** Colours for light and dark, and the heads of arrows. Without variables, which few programs but browsers know. */
export const svgStyle = `<style>
text { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
.aiw-head { font-size: 16px; font-weight: 600; }
.aiw-section { font-size: 12px; font-weight: 600; }
.aiw-title { font-size: 13px; font-weight: 600; }
.aiw-text { font-size: 11px; }
.aiw-label { font-size: 11px; text-anchor: middle; }
.aiw-halo { stroke-width: 4px; stroke-linejoin: round; }
.aiw-frame { fill: none; stroke-dasharray: 6 4; }
.aiw-node { stroke-width: 1.4; }
.aiw-edge, .aiw-link, .aiw-loop { fill: none; stroke-width: 1.4; }
.aiw-maybe, .aiw-link { stroke-dasharray: 5 3; }
.aiw-icon { fill: none; stroke-width: 1.3; stroke-linecap: round; stroke-linejoin: round; }
${colors(light)}
@media (prefers-color-scheme: dark) {
${colors(dark)}
}
</style>
<defs>
${arrowHead("arrow")}
${arrowHead("back")}
</defs>`;

function colors({ page, ink, dim, line, box, frame, loop, kinds }: Palette): string {
  return [
    `text, .aiw-title { fill: ${ink}; }`,
    `.aiw-text, .aiw-label, .aiw-section { fill: ${dim}; }`,
    `.aiw-page { fill: ${page}; }`,
    `.aiw-halo { fill: ${page}; stroke: ${page}; }`,
    `.aiw-frame { stroke: ${frame}; }`,
    `.aiw-edge, .aiw-link { stroke: ${line}; }`,
    `.aiw-loop { stroke: ${loop}; }`,
    `.aiw-arrow { fill: ${line}; }`,
    `.aiw-back { fill: ${loop}; }`,
    `.aiw-icon { stroke: ${ink}; }`,
    `.aiw-node { fill: ${box}; }`,
    ...Object.entries(kinds).map(([kind, color]) => `.aiw-${kind} { stroke: ${color}; }`),
  ].join("\n");
}

function arrowHead(name: "arrow" | "back"): string {
  const box = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"';
  return `<marker id="aiw-${name}" ${box}><path class="aiw-${name}" d="M0 0 8 4 0 8z"/></marker>`;
}

/** A sign of the kind of step, 14 pixels wide and high. */
export function icon(kind: StepKind): string {
  return `<path d="${icons[kind]}"/>`;
}

const icons = {
  /** A prompt of a terminal. */
  script: "M2 3l4 4-4 4M8 11h4",
  /** A pair of braces. */
  code: "M5 2C3 2 4 6 2 7c2 1 1 5 3 5M9 2c2 0 1 4 3 5-2 1-1 5-3 5",
  /** A hexagon, as of a nut. */
  tool: "M4 2h6l3 5-3 5H4L1 7zM7 5a2 2 0 1 0 .01 0",
  /** A spark. */
  agent: "M7 1l1.6 4.4L13 7l-4.4 1.6L7 13l-1.6-4.4L1 7l4.4-1.6z",
  /** A page upon a page. */
  use: "M2 4h7v9H2zM5 4V1h7v9H9",
  /** A tick. */
  approval: "M7 1a6 6 0 1 0 .01 0M4.5 7l2 2 3.5-4",
  /** A clock. */
  wait: "M7 1a6 6 0 1 0 .01 0M7 3.5V7l2.5 1.5",
  /** Two ways that become one. */
  apply: "M3 1v3c0 3 4 2 4 5v4M11 1v3c0 3-4 2-4 5M5 11l2 2 2-2",
} as const satisfies Record<StepKind, string>;
