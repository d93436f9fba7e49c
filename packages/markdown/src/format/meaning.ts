import { canonicalJson, type JsonObject } from "@aiw/core";
import { type Facts, unitsOf } from "../patch/facts.js";
import { type Layout, textOf } from "../patch/layout.js";
import { proseOf } from "../structure/prose.js";

/** Do two files say the same in the same order, whatever they look like? */
export function isSameMeaning(before: Layout, after: Layout): boolean {
  return said(before).join("\n") === said(after).join("\n");
}

function said(layout: Layout): readonly string[] {
  const { text, outline } = layout;
  const steps = unitsOf(layout).flatMap(({ facts }) => (facts.kind === "text" ? textBelow(facts) : [json(facts)]));
  const sections = outline.sections.map((section) =>
    json({
      key: section.key,
      title: section.heading.title,
      prose: proseOf(text, section).map((piece) => textOf(text, piece)),
    }),
  );
  return [outline.title?.title ?? "", textOf(text, outline.description).trim(), ...sections, ...steps];
}

/** What stands below the heading of a section of steps; the intro is compared by its parts. */
function textBelow({ text, section }: Extract<Facts, { readonly kind: "text" }>): readonly string[] {
  if (section === undefined) return [];
  return [section, text.replace(/^.*(?:\r\n|\n|\r|$)/, "").trim()];
}

function json(value: unknown): string {
  // Facts are plain JSON.
  return canonicalJson(value as JsonObject);
}
