import { canonicalJson, type Json, type JsonObject } from "@aiw/core";
import type { SectionName } from "../settings/step-source.js";
import type { Layout, Part, StepPart } from "./layout.js";
import type { ReadSettings } from "./settings-text.js";

/** A stretch of a file that an edit changes as a whole or not at all: front matter, intro, section heading, step. */
export interface Unit {
  /** Its text, without blank lines around it. */
  readonly raw: string;
  /** What it says. */
  readonly facts: Facts;
}

/** What a unit says, whatever it looks like. */
export type Facts = FrontFacts | TextFacts | StepFacts;

/** The front matter. */
export interface FrontFacts {
  readonly kind: "front";
  readonly settings: Json;
}

/** Everything before the first step, or the heading of a section with the text below it. */
export interface TextFacts {
  readonly kind: "text";
  readonly text: string;
  /** Whose heading it is. */
  readonly section?: SectionName;
}

/** A step. */
export interface StepFacts {
  readonly kind: "step";
  readonly section: SectionName;
  readonly id: string | null;
  readonly own: PartFacts;
  readonly undo: PartFacts | null;
}

/** What stands under the heading of a step or Undo. */
export interface PartFacts {
  readonly title: string;
  /** Text when it cannot be read. */
  readonly settings: Json;
  readonly script: { readonly lang: string; readonly code: string } | null;
  readonly prose: string;
}

/** The units of a file, in order. */
export function unitsOf(layout: Layout): readonly Unit[] {
  const { text, front, outline, steps } = layout;
  const headings = sectionNames.flatMap((section) => {
    const { heading } = outline[section];
    return heading === undefined ? [] : [{ start: heading.start, section }];
  });
  const marks: readonly Mark[] = [...headings, ...steps.map((step) => ({ start: step.range.start, step }))];
  const sorted = marks.toSorted((a, b) => a.start - b.start);
  const cut = (start: number, next: Mark | undefined) => text.slice(start, next?.start ?? text.length).trim();
  const intro = cut(front.bodyStart, sorted[0]);
  const raw = front.settings === undefined ? "" : text.slice(front.settings.start, front.settings.end);
  return [
    { raw, facts: { kind: "front", settings: settingsFacts(front.read, raw) } },
    { raw: intro, facts: { kind: "text", text: intro } },
    ...sorted.map(({ start, step, section }, index): Unit => {
      const unit = cut(start, sorted[index + 1]);
      if (step !== undefined) return { raw: unit, facts: stepFacts(layout, step) };
      return { raw: unit, facts: { kind: "text", text: unit, ...(section === undefined ? {} : { section }) } };
    }),
  ];
}

/** Sections of steps in the order of a file. */
export const sectionNames = ["steps", "onFailure", "finally"] as const;

/** Where a unit starts. */
interface Mark {
  readonly start: number;
  readonly step?: StepPart;
  readonly section?: SectionName;
}

/** Do two units say the same? */
export function sameFacts(a: Facts, b: Facts): boolean {
  // Facts are plain JSON.
  return canonicalJson(a as unknown as JsonObject) === canonicalJson(b as unknown as JsonObject);
}

/** Facts of a part that is not there yet. */
export function emptyPart(title: string): PartFacts {
  return { title, settings: {}, script: null, prose: "" };
}

function stepFacts({ text }: Layout, { section, id, own, undo }: StepPart): StepFacts {
  return {
    kind: "step",
    section,
    id: id ?? null,
    own: partFacts(text, own),
    undo: undo === undefined ? null : partFacts(text, undo),
  };
}

function partFacts(text: string, { block, settings, script, proseText }: Part): PartFacts {
  const fence = settings?.fence;
  const raw = fence === undefined ? "" : text.slice(fence.contentStart, fence.contentEnd);
  return {
    title: block.heading.title,
    settings: settingsFacts(settings?.read, raw),
    script: script === undefined ? null : { lang: script.lang, code: script.code },
    prose: proseText,
  };
}

function settingsFacts(read: ReadSettings | undefined, raw: string): Json {
  return read === undefined ? {} : read.fault === undefined ? read.json : raw;
}
