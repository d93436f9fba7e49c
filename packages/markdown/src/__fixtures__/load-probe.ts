import { loadWorkflowText } from "../load-text.js";
import { problemCodes } from "../problems/codes.js";
import { formatProblem } from "../problems/format.js";
import { usedChild } from "./used-child.js";

/** Runs something and gives the ms of processor time it took: wall time would count what else the machine does. */
export function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return { result, ms: (user + system) / 1_000 };
}

/** Knows one sub-workflow. */
export const readUse = (target: string) =>
  target === "./child.md" ? usedChild : { message: "there is no such workflow" };

/** Loads a text and checks what must hold of any text; gives the ms it took. */
export function probe(text: string, file = "fuzz.md"): number {
  const { result, ms } = timed(() => loadWorkflowText(text, { file, tools: [], readUse }));
  const { workflow, problems } = result;
  const lines = text.split(/\r\n|\n|\r/).length;
  for (const problem of problems) {
    if (!Object.hasOwn(problemCodes, problem.code)) throw new Error(`unknown code ${problem.code}`);
    if (problem.line < 1 || problem.line > lines || problem.column < 1) throw new Error(JSON.stringify(problem));
    if (problem.endLine < problem.line) throw new Error(JSON.stringify(problem));
  }
  const [first] = problems;
  if (first !== undefined) formatProblem(first, text);
  const hasErrors = problems.some(({ severity }) => severity === "error");
  if (hasErrors === (workflow !== undefined)) throw new Error("a workflow and errors, or neither");
  if (workflow !== undefined) JSON.stringify(workflow);
  return ms;
}

/** Steps with a condition on the one before, whose text each reads a number of times. */
export const guarded = (steps: number, reads: number) =>
  `---\naiw: 1\n---\n## Steps\n### s0\nx\n${Array.from(
    { length: steps - 1 },
    (_, at) =>
      `### s${at + 1}\n\`\`\`yaml step\nif: steps.s${at}.status == 'completed'\n\`\`\`\n${`{{ steps.s${at}.text }} `.repeat(reads)}\n`,
  ).join("")}`;
