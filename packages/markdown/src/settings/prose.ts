import type { TextTemplate } from "@aiw/core";
import type { UsePlace } from "../check/use.js";
import { type ProseBody, proseOf } from "../structure/prose.js";
import { proseTemplate, type TemplateSink } from "./templates.js";

/** Text for people and agents, wherever it stands in the file. */
export interface Prose {
  readonly isEmpty: boolean;
  /** The text with its holes; called once. */
  template(sink: TemplateSink, place: UsePlace): TextTemplate;
}

/** The prose under a heading. */
export function markdownProse(text: string, block: ProseBody): Prose {
  const pieces = proseOf(text, block);
  return { isEmpty: pieces.length === 0, template: (sink, place) => proseTemplate(pieces, sink, place) };
}
