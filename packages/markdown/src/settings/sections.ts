import { suggest, type TextTemplate } from "@aiw/core";
import type { Range } from "../text/source.js";
import type { Prose } from "./prose.js";
import type { TemplateSink } from "./templates.js";

/** Most characters that all uses of sections may expand to: sections in sections grow quickly. */
const maxExpanded = 4 * 1024 * 1024;

/** A text that others may contain. */
export interface SectionSource {
  /** As in `sections.any_name`. */
  readonly key: string;
  readonly prose: Prose;
}

/** Expands the reusable sections of a file; each is read once, when first used. */
export interface SectionTable {
  expand(key: string, range: Range): TextTemplate;
}

/**
 * The sections of a file. Expressions inside are added to `uses` once, however often a section is used.
 *
 * @param text - The whole file.
 */
export function createSections(
  text: string,
  sections: readonly SectionSource[],
  { report, allowance, uses }: Pick<TemplateSink, "report" | "allowance" | "uses">,
): SectionTable {
  const byKey = new Map<string, SectionSource[]>();
  for (const section of sections) {
    const same = byKey.get(section.key);
    if (same === undefined) byKey.set(section.key, [section]);
    else same.push(section);
  }
  const expanded = new Map<string, TextTemplate>();
  const open: string[] = [];
  let total = 0;
  const sink: TemplateSink = { text, report, allowance, uses, section: expand };
  return { expand };

  function expand(key: string, range: Range): TextTemplate {
    const [section, second] = byKey.get(key) ?? [];
    if (section === undefined) {
      report.add("E201", range, `'${key}' does not exist on sections`, suggest(key, [...byKey.keys()]) ?? noSections);
      return [];
    }
    if (second !== undefined) report.add("E219", range, `two sections are called '${key}'`, "rename one of them");
    if (open.includes(key)) {
      const path = [...open.slice(open.indexOf(key)), key].join(" → ");
      report.add("E218", range, `these sections contain each other: ${path}`, "remove one of the references");
      return [];
    }
    let parts = expanded.get(key);
    if (parts === undefined) {
      open.push(key);
      parts = section.prose.template(sink, "section");
      open.pop();
      expanded.set(key, parts);
    }
    total += sizeOf(parts);
    if (total <= maxExpanded) return parts;
    report.add("E218", range, "the sections of this file expand to more than 4 MiB", "move long text into files");
    return [];
  }
}

const noSections = "write a section with that name, such as ## Style, before the steps";

function sizeOf(parts: TextTemplate): number {
  return parts.reduce((sum, part) => sum + (typeof part === "string" ? part.length : part.expr.length + 8), 0);
}
