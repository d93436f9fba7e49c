import { isJsonObject, type Json, type JsonObject } from "@aiw/core";
import type { Block, Section } from "./blocks.js";

const maxRows = 20;
const maxColumns = 6;
const maxInline = 8;
const maxDepth = 3;

/** The facts as Markdown that says what it is. Equal facts give equal text. */
export function renderSummary(sections: readonly Section[]): string {
  const body = sections.map((section) => {
    const heading = section.title === undefined ? [] : [`## ${section.title}`];
    return [...heading, ...section.blocks.map(renderBlock)].join("\n\n");
  });
  return [`# Summary of the given facts`, notice, ...body].join("\n\n").concat("\n");
}

const notice =
  "> Written without a model. This is an extract of the facts in the prompt, in their order;\n> nothing was judged, weighed or concluded.";

function renderBlock(block: Block): string {
  switch (block.kind) {
    case "json": {
      const label = block.label === undefined ? [] : [`**${block.label}**`];
      return [...label, renderJson(block.value, 0)].join("\n\n");
    }
    case "table":
      return cut(block.rows, maxRows + 2, "rows");
    case "list":
      return bullets(block.items);
    case "lines":
      return ["```text", ...block.lines.slice(0, maxRows), "```", ...more(block.lines.length, maxRows, "lines")].join(
        "\n",
      );
    case "sentences":
      return bullets(block.sentences);
  }
}

function renderJson(value: Json, depth: number): string {
  if (Array.isArray(value)) return renderList(value, depth);
  return isJsonObject(value) ? renderObject(value, depth) : inline(value);
}

function renderList(values: readonly Json[], depth: number): string {
  const objects = values.filter(isJsonObject);
  if (objects.length === 0 || objects.length < values.length) return bullets(values.map(inline));
  if (objects.length === 1 && objects[0] !== undefined) return renderObject(objects[0], depth);
  return renderTable(objects);
}

function renderObject(object: JsonObject, depth: number): string {
  const simple: string[] = [];
  const large: string[] = [];
  for (const [key, value] of Object.entries(object)) {
    const isLarge = depth < maxDepth && (Array.isArray(value) ? value.some(isJsonObject) : isJsonObject(value));
    if (isLarge) large.push(`**${titleOf(key)}**\n\n${renderJson(value, depth + 1)}`);
    else simple.push(`${titleOf(key)}: ${inline(value)}`);
  }
  return [...(simple.length > 0 ? [bullets(simple)] : []), ...large].join("\n\n");
}

function renderTable(objects: readonly JsonObject[]): string {
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))].slice(0, maxColumns);
  const isNumeric = (column: string) => objects.every((object) => typeof (object[column] ?? 0) === "number");
  const rows = objects.slice(0, maxRows).map((object) => row(columns.map((column) => inline(object[column] ?? null))));
  return [
    row(columns.map(titleOf)),
    `|${columns.map((column) => (isNumeric(column) ? " ---: |" : " --- |")).join("")}`,
    ...rows,
    ...more(objects.length, maxRows, "rows"),
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function bullets(items: readonly string[]): string {
  const lines = items.slice(0, maxRows).map((item) => `- ${item}`);
  return items.length > maxRows ? [...lines, `- … and ${items.length - maxRows} more`].join("\n") : lines.join("\n");
}

function cut(lines: readonly string[], limit: number, what: string): string {
  return [...lines.slice(0, limit), ...more(lines.length, limit, what)].join("\n");
}

function more(length: number, limit: number, what: string): readonly string[] {
  return length > limit ? ["", `… and ${length - limit} more ${what}.`] : [];
}

/** A value on one line. */
function inline(value: Json): string {
  if (value === null) return "none";
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value.replace(/\s+/g, " ").trim();
  const parts = Array.isArray(value)
    ? value.map((item: Json) => inline(item))
    : Object.entries(value).map(([key, item]) => `${titleOf(key)} ${inline(item)}`);
  if (parts.length === 0) return "none";
  const shown = parts.slice(0, maxInline).join(", ");
  return parts.length > maxInline ? `${shown}, and ${parts.length - maxInline} more` : shown;
}

/** `open_todos` and `openTodos` read as "Open todos"; paths and other names stay as they are. */
function titleOf(key: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key)) return key;
  const words = key
    .replaceAll("_", " ")
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
