import { readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { type AiwError, isAiwError, type Workflow } from "@aiw/core";
import { type BundleFacts, type BundleProblem, inspectBundle, type LoadedWorkflow, loadWorkflow } from "@aiw/runtime";
import { requirePath } from "../flags.js";
import { requireBundle } from "../flows/folder.js";
import type { AnnotatedProblem } from "./annotation.js";

/** A problem with the text of its file, for code frames; without it the file could not be read. */
export interface Finding {
  readonly problem: AnnotatedProblem;
  readonly text?: string | undefined;
}

/** What was found in one file or bundle. */
export interface Checked {
  /** As it was asked for. */
  readonly path: string;
  readonly findings: readonly Finding[];
  /** Present when the workflow itself has no error. */
  readonly workflow?: Workflow | undefined;
  /** Of a bundle that was looked at as one. */
  readonly bundle?: BundleFacts | undefined;
}

/** Checks a workflow file, or a bundle as far as its workflow needs it. */
export async function checkTarget(path: string, cwd: string): Promise<Checked> {
  try {
    const loaded = await loadWorkflow(requirePath(path), cwd);
    return { path, findings: [loaded, ...loaded.children].flatMap(findingsOf), workflow: loaded.workflow };
  } catch (error) {
    if (!isAiwError(error) || error.code === "internal") throw error;
    return { path, findings: [unread(path, error)] };
  }
}

/** The same, and for a bundle all mistakes of all its files at once. */
export async function checkWholly(path: string, cwd: string): Promise<Checked> {
  let bundle: BundleFacts;
  try {
    bundle = await inspectBundle(requirePath(path), cwd);
  } catch (error) {
    // A file is no bundle, and what is neither has its error from loading.
    if (!isAiwError(error)) throw error;
    return await checkTarget(path, cwd);
  }
  const own = [...bundle.problems.map((problem) => bundleFinding(problem, cwd)), ...strayFindings(bundle, cwd)];
  if (bundle.problems.length === 0) {
    const checked = await checkTarget(path, cwd);
    return { ...checked, bundle, findings: [...checked.findings, ...own] };
  }
  // Its broken files would keep the workflow from being loaded; alone, it misses their tools.
  const alone = await checkTarget(relative(cwd, bundle.workflowFile), cwd);
  const findings = alone.findings.filter(({ problem }) => !["E301", "E302"].includes(problem.code));
  return { path, bundle, findings: [...findings, ...own] };
}

/** The same for what has to be a bundle. */
export async function checkBundle(path: string, cwd: string): Promise<Checked> {
  try {
    requireBundle(path, cwd);
  } catch (error) {
    if (!isAiwError(error)) throw error;
    return { path, findings: [unread(path, error)] };
  }
  return await checkWholly(path, cwd);
}

/** Is one of them an error? */
export function hasError({ findings }: Checked): boolean {
  return findings.some(({ problem }) => problem.severity === "error");
}

/** Files named twice are checked once. */
export function withoutRepeats(paths: readonly string[], cwd: string): readonly string[] {
  return [...new Map(paths.map((path) => [resolve(cwd, path), path])).values()];
}

/** A sub-workflow that several files use, or that is named itself, tells each problem once. */
export function withoutRepeatedFindings(checked: readonly Checked[]): readonly Checked[] {
  const seen = new Set<string>();
  const isNew = ({ problem: { file, line, column, code, message } }: Finding) => {
    const key = JSON.stringify([file, line, column, code, message]);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  };
  return checked.map((each) => ({ ...each, findings: each.findings.filter(isNew) }));
}

function findingsOf({ problems, text }: Pick<LoadedWorkflow, "problems" | "text">): readonly Finding[] {
  return problems.map(({ help, ...problem }) => ({
    problem: help === undefined ? problem : { ...problem, help },
    text,
  }));
}

/** A file that cannot be read is one problem at its start, so that a reader of the list needs no second shape. */
function unread(path: string, { code, message, hint }: AiwError): Finding {
  const place = { file: path, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { problem: { code, severity: "error", ...place, message, ...(hint === undefined ? {} : { help: hint }) } };
}

function bundleFinding({ code, file, line, column, message, help }: BundleProblem, cwd: string): Finding {
  const text = readText(file);
  const place = { file: shown(file, cwd), line, column, endLine: line, endColumn: endOf(text, line, column) };
  const problem = { code, severity: "error", ...place, message, ...(help === undefined ? {} : { help }) } as const;
  return { problem, text };
}

/** The end of the word at the place: who told the mistake knows only where it begins. */
function endOf(text: string, line: number, column: number): number {
  const rest = (text.split(/\r\n?|\n/)[line - 1] ?? "").slice(column - 1);
  return column + Math.max(1, /^[\p{L}\p{N}_./-]*/u.exec(rest)?.[0].length ?? 0);
}

function strayFindings({ strays }: BundleFacts, cwd: string): readonly Finding[] {
  return strays.map((file) => {
    const place = { file: shown(file, cwd), line: 1, column: 1, endLine: 1, endColumn: 1 };
    const message = `'${basename(file)}' lies in tools/ but is no tool: it may not be executed and does not begin with #!`;
    const help = `run chmod +x ${shown(file, cwd)}, or move it into a folder below`;
    return {
      problem: { code: "tool_not_executable", severity: "warning", ...place, message, help },
      text: readText(file),
    };
  });
}

function shown(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith("..") ? join(file) : path;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
