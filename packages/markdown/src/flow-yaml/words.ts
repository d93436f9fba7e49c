import type { Report } from "../problems/report.js";

/** What problems call the parts of a file in Markdown, and what the same part is in YAML. The first that fits counts. */
const words: readonly (readonly [said: RegExp, meant: string])[] = [
  [/write (?:## Steps, and )?a ### heading for each step/g, "write steps: with one '- title: …' for each step"],
  [/a ```bash run fence/g, "run: { lang: bash, script: … }"],
  [/write a section with that name, such as ## Style, before the steps/g, "write it under sections:"],
  [/a workflow is Markdown in UTF-8/g, "a workflow is text in UTF-8"],
  [/'?## Steps'?/g, "'steps'"],
  [/'?## On failure'?/g, "'on-failure'"],
  [/'?## Finally'?/g, "'finally'"],
  [/'?#### Undo'?/g, "'undo'"],
  [/\b(this|the) heading\b/g, "$1 title"],
  [/\bin the front matter\b/g, "at the top of the file"],
  [/\bthe front matter\b/g, "the file"],
];

/** A report that speaks of keys where a file in Markdown has headings and fences. */
export function reportInYaml(report: Report): Report {
  return {
    ...report,
    add: (code, range, message, help) =>
      report.add(code, range, inYaml(message), help === undefined ? undefined : inYaml(help)),
  };
}

function inYaml(text: string): string {
  return words.reduce((changed, [said, meant]) => changed.replaceAll(said, meant), text);
}
