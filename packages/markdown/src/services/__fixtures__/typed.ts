import { analyze, type AnalyzeOptions, type Analysis } from "../../index.js";

/** A file with a cursor in it, marked `‸`. */
export interface Typed {
  readonly text: string;
  readonly offset: number;
  readonly analysis: Analysis;
}

/** What a test is given besides the text. */
export type TypedOptions = Omit<AnalyzeOptions, "file">;

/** Analyzes a file in which somebody is typing at the mark. */
export function typed(marked: string, options: TypedOptions = {}): Typed {
  const text = marked.replace("‸", "");
  return { text, offset: marked.indexOf("‸"), analysis: analyze(text, { file: "flow.md", ...options }) };
}

/** A whole file with these steps. */
export function inFile(steps: string, front = "inputs: { base: string = main, files?: [string] }"): string {
  return `---\naiw: 1\n${front}\n---\n# Review\n\n## Steps\n\n${steps.replaceAll("'''", "```")}\n`;
}

/** Labels that are offered at the mark. */
export function labels(marked: string, options?: TypedOptions): readonly string[] {
  const { analysis, offset } = typed(marked, options);
  return analysis.completionsAt(offset).map(({ label }) => label);
}

/** The file after the completion with that label was taken. */
export function completed(marked: string, label: string, options?: TypedOptions): string {
  const { analysis, offset, text } = typed(marked, options);
  const found = analysis.completionsAt(offset).find((each) => each.label === label);
  if (found === undefined) throw new Error(`'${label}' is not offered`);
  return text.slice(0, found.range.start) + found.text + text.slice(found.range.end);
}
