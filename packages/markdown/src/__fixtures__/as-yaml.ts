import { createReport } from "../problems/report.js";
import { cutFrontMatter } from "../structure/front-matter.js";
import { outlineOf, type StepBlock, type StepSection } from "../structure/outline.js";
import { type ProseBody, proseOf } from "../structure/prose.js";
import { scanBlocks } from "../text/blocks.js";
import { createSource } from "../text/source.js";

/** A workflow in Markdown as pure YAML; nothing for one prompt, and for settings in braces. */
export function writtenAsYaml(markdown: string): string | undefined {
  const text = markdown.replace(/^\ufeff/, "").replaceAll(/\r\n?/g, "\n");
  const report = createReport(createSource("a.md", text));
  const front = cutFrontMatter(text, report);
  const settings = front.settings === undefined ? "" : text.slice(front.settings.start, front.settings.end);
  const outline = outlineOf(scanBlocks(text, front.bodyStart), { start: front.bodyStart, end: text.length }, report);
  if (!/^aiw: 1$/m.test(settings) || outline.steps.heading === undefined) return undefined;
  const has = (key: string) => new RegExp(`^${key}:`, "m").test(settings);
  const lines = [settings.trimEnd()];
  if (outline.title !== undefined && !has("name")) lines.push(`name: ${JSON.stringify(outline.title.title)}`);
  const description = text.slice(outline.description.start, outline.description.end).trim();
  if (description !== "" && !has("description")) lines.push(`description: ${JSON.stringify(description)}`);
  const named = outline.sections.filter(({ key }) => key !== "instructions");
  for (const section of outline.sections) {
    if (section.key === "instructions") lines.push(`instructions: ${prose(text, section)}`);
  }
  if (named.length > 0) lines.push("sections:", ...named.map((section) => `  ${section.key}: ${prose(text, section)}`));
  const written = [
    ["steps", outline.steps],
    ["on-failure", outline.onFailure],
    ["finally", outline.finally],
  ] as const;
  for (const [key, section] of written) lines.push(...stepsOf(text, key, section));
  return lines.includes("{") ? undefined : `${lines.join("\n")}\n`;
}

function stepsOf(text: string, key: string, { heading, steps }: StepSection): readonly string[] {
  if (heading === undefined) return [];
  const maps = steps.flatMap((step) => [
    `  - title: ${JSON.stringify(step.heading.title)}`,
    ...linesOf(text, step).map((line) => `    ${line}`),
  ]);
  return [`${key}:`, ...maps];
}

function linesOf(text: string, block: StepBlock): readonly string[] {
  const settings = block.fences.find(({ role }) => role.kind === "settings");
  const script = block.fences.find(({ role }) => role.kind === "script");
  const yaml = settings === undefined ? "" : text.slice(settings.contentStart, settings.contentEnd).trimEnd();
  const indent = /^ */.exec(yaml)?.[0].length ?? 0;
  const lines = yaml === "" ? [] : yaml.split("\n").map((line) => line.slice(indent));
  if (yaml.startsWith("{")) return ["{"];
  if (script?.role.kind === "script") {
    const lead = new RegExp(`^ {0,${script.indent}}`, "gm");
    const code = text.slice(script.contentStart, script.contentEnd).replaceAll(lead, "");
    lines.push(`run: { lang: ${script.role.lang}, script: ${JSON.stringify(code)} }`);
  } else if (!/^(?:tool|use|wait|apply):/m.test(yaml)) lines.push(`prompt: ${prose(text, block)}`);
  if (block.undo !== undefined) lines.push("undo:", ...linesOf(text, block.undo).map((line) => `  ${line}`));
  return lines;
}

function prose(text: string, block: ProseBody): string {
  const parts = proseOf(text, block).map(({ start, end, literal, apart }) => {
    const part = text.slice(start, end);
    return (apart ? "\n\n" : "") + (literal ? part.replaceAll("{{", "\\{{") : part);
  });
  return JSON.stringify(parts.join(""));
}
