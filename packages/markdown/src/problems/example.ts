/** What `aiw explain` shows of a code. Both examples are whole files. */
export interface ProblemDoc {
  /** A few words. */
  readonly title: string;
  /** Why it is a problem, and what to do. */
  readonly about: string;
  /** A file that has the problem. */
  readonly wrong: string;
  /** The same file without it. */
  readonly right: string;
}

/** A file with these steps; `'''` stands for the marks of a fence. */
export function steps(text: string, front = ""): string {
  return `---\naiw: 1\n${front === "" ? "" : `${front}\n`}---\n## Steps\n\n${fences(text)}\n`;
}

/** A file with this one script step and these settings. */
export function script(settings: string, front = ""): string {
  return steps(`### Build\n'''yaml step\n${settings}\n'''\n'''bash run\nmake\n'''`, front);
}

/** A file with a step that produces something, and a prompt that uses it. */
export function prompt(text: string, settings = "", front = ""): string {
  const fence = settings === "" ? "" : `'''yaml step\n${settings}\n'''\n`;
  return steps(`### Fetch\n'''bash run\ncurl -s example.org\n'''\n\n### Review\n${fence}${text}`, front);
}

/** Text with `'''` for the marks of a fence. */
export function fences(text: string): string {
  return text.replaceAll("'''", "```");
}
