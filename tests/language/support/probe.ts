import { loadMarkdown, type ProblemCode } from "@aiw/markdown";

/** A name that is near no other. */
export const nobody = "qqqqqqqqqqqq";

/** A workflow with one step; the settings are YAML. */
export function flow({ front = "", step = "", prose = "Say hello." }): string {
  return `---\naiw: 1\n${front}\n---\n## Steps\n\n### Ask\n\`\`\`yaml step\n${step}\n\`\`\`\n${prose}\n`;
}

/**
 * What the checker knows in a place: the names that it lists in the help of a problem, because a file has
 * {@link nobody} there.
 */
export function known(text: string, code: ProblemCode): readonly string[] {
  const { problems } = loadMarkdown(text, { file: "probe.md" });
  const found = problems.find((problem) => problem.code === code && problem.message.includes(nobody));
  const names = /^there is: (.*)$/.exec(found?.help ?? "")?.[1];
  if (names === undefined) throw new Error(`no names are listed for ${code}: ${JSON.stringify(problems)}`);
  return names.split(", ");
}
