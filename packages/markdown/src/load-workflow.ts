import type { LoadOptions } from "./load-options.js";
import { loadParts, type WorkflowParts } from "./load-parts.js";
import type { Loaded, LoadState } from "./load-state.js";
import { given } from "./settings/key-reader.js";
import { markdownStep } from "./settings/markdown-step.js";
import { markdownProse } from "./settings/prose.js";
import type { StepSourceList } from "./settings/step-source.js";
import { type FrontMatter, hasVersionMark } from "./structure/front-matter.js";
import { type Outline, outlineOf, type StepSection } from "./structure/outline.js";
import { trimBlankLines } from "./structure/prose.js";
import type { Block } from "./text/blocks.js";
import { normalizeNewlines } from "./text/source.js";
import type { YamlMap } from "./yaml/nodes.js";
import { readYaml } from "./yaml/read.js";

/** Loads a file with steps. */
export function loadWorkflow(
  { blocks, front }: { readonly blocks: readonly Block[]; readonly front: FrontMatter },
  state: LoadState,
  options: LoadOptions,
): Loaded | undefined {
  const { source, report } = state;
  const { text } = source;
  const outline = outlineOf(blocks, { start: front.bodyStart, end: text.length }, report);
  state.outline = outline;
  if (!hasVersionMark(text, front)) {
    const start = front.settings?.start ?? 0;
    const message = "the file does not say which version of the language it is written in";
    report.add("W003", { start, end: start + 1 }, message, "write aiw: 1 in the front matter");
  }
  return loadParts(partsOf(outline, frontMap(front, state), state), state, options);
}

function frontMap(front: FrontMatter, state: LoadState): YamlMap {
  const map = front.settings === undefined ? undefined : readYaml(state.source.text, front.settings, state);
  if (map !== undefined) state.settings.push({ path: ["front"], map });
  return map ?? { kind: "map", entries: [], start: 0, end: 0 };
}

function partsOf(outline: Outline, front: YamlMap, { source, report, allowance }: LoadState): WorkflowParts {
  const { text } = source;
  const steps = (section: StepSection): StepSourceList => ({
    steps: section.steps.map((block) => ({
      at: { start: block.heading.start, end: block.heading.end },
      read: () => markdownStep(block, { text, report, allowance }),
    })),
    ...given({ at: section.heading }),
  });
  const instructions = outline.sections.find(({ heading }) => heading.title.toLowerCase() === "instructions");
  const range = trimBlankLines(text, outline.description);
  return {
    front,
    sections: outline.sections.map((section) => ({ key: section.key, prose: markdownProse(text, section) })),
    steps: steps(outline.steps),
    onFailure: steps(outline.onFailure),
    finally: steps(outline.finally),
    ...given({
      title: outline.title?.title || undefined,
      description: normalizeNewlines(text.slice(range.start, range.end)) || undefined,
      instructions: instructions === undefined ? undefined : markdownProse(text, instructions),
    }),
  };
}
