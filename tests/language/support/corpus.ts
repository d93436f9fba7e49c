import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { loadMarkdown, type Problem } from "@aiw/markdown";
import { type LoadedWorkflow, loadWorkflow } from "@aiw/runtime";
import { jsonText } from "./json-text.js";

/** The folders of the corpus. */
export const folders = { valid: folderOf("valid"), invalid: folderOf("invalid") } as const;

/** One file, or a folder that is a bundle, with the file that holds what is expected of it. */
export interface Entry {
  /** As in its folder: `04-two-steps.md`. */
  readonly name: string;
  readonly folder: string;
  /** Absolute path of the expected model or problems. Forms of the same workflow share it. */
  readonly expected: string;
}

/** What loading one entry gives, besides where it was found. */
export type Found = Pick<LoadedWorkflow, "workflow" | "problems" | "source" | "text" | "file">;

/** The entries of a folder, in the order in which to read them. */
export function entriesOf(part: keyof typeof folders): readonly Entry[] {
  const folder = folders[part];
  const names = readdirSync(folder).filter((name) => name !== "beside" && !name.endsWith(".json"));
  return names.sort().map((name) => ({ name, folder, expected: join(folder, `${stemOf(name)}.json`) }));
}

/** Names of the files that hold what is expected, whether or not there is an entry for them. */
export function expectedNames(part: keyof typeof folders): readonly string[] {
  return readdirSync(folders[part]).filter((name) => name.endsWith(".json"));
}

/** The name without its ending: `04-two-steps`. */
export function stemOf(name: string): string {
  return name.replace(/(?:\.md|\.flow\.yaml)$/, "");
}

/** Loads an entry as `aiw check` does; what that refuses to read is loaded as text. */
export async function load({ name, folder }: Entry): Promise<Found> {
  const grown = growth(name, folder);
  if (grown === undefined) return loadWorkflow(name, folder);
  return { ...loadMarkdown(grown, { file: name }), text: grown, file: name };
}

/** Problems without their file, and without the line of the end where it is that of the start. */
export function plainProblems(problems: readonly Problem[]): readonly unknown[] {
  return problems.map(({ code, line, column, endLine, endColumn, message, help }) => ({
    code,
    line,
    column,
    ...(endLine === line ? {} : { endLine }),
    endColumn,
    message,
    ...(help === undefined ? {} : { help }),
  }));
}

/** The model without positions; where a sub-workflow lies is relative to the folder. */
export function plainModel(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => plainModel(item, folder));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, item]) => !(key === "at" && isPosition(item)));
  return Object.fromEntries(
    entries.map(([key, item]) => [
      key,
      key === "from" && isPlace(item)
        ? { file: relative(folder, item.file), bundle: item.bundle }
        : plainModel(item, folder),
    ]),
  );
}

/**
 * The text that is expected of an entry; with `AIW_TEST_UPDATE=1` what was found becomes it.
 *
 * @returns Undefined where nothing is written down yet.
 */
export function expectedText({ expected }: Entry, found: unknown): string | undefined {
  if (process.env.AIW_TEST_UPDATE === "1") writeFileSync(expected, jsonText(found));
  return existsSync(expected) ? readFileSync(expected, "utf8") : undefined;
}

/** Files that are too large to be kept: lines of the stored file, which stand there `times` times; `§` is the count. */
const grown: Readonly<Record<string, { readonly from: number; readonly to: number; readonly times: number }>> = {
  "E001-file-too-large.md": { from: 3, to: 3, times: 20_000 },
  "E004-settings-too-large.md": { from: 4, to: 4, times: 800 },
  "E020-too-many-steps.md": { from: 6, to: 8, times: 2_001 },
  "E021-too-many-expressions.md": { from: 8, to: 8, times: 2_501 },
};

/** The text of an entry that cannot be loaded as a file: too large to be kept, or refused before it is looked at. */
function growth(name: string, folder: string): string | undefined {
  if (!name.endsWith(".md")) return undefined;
  const text = readFileSync(join(folder, name), "utf8");
  const rule = grown[name];
  if (rule === undefined) return text.includes("\u0000") ? text : undefined;
  const lines = text.split("\n");
  const repeated = lines.slice(rule.from - 1, rule.to).join("\n");
  const all = Array.from({ length: rule.times }, (_, index) => repeated.replaceAll("§", String(index + 1)));
  return [...lines.slice(0, rule.from - 1), ...all, ...lines.slice(rule.to)].join("\n");
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

function isPosition(value: unknown): boolean {
  return typeof value === "object" && value !== null && "line" in value && "column" in value;
}

function isPlace(value: unknown): value is { readonly file: string; readonly bundle: boolean } {
  return typeof value === "object" && value !== null && "file" in value && "bundle" in value && "folder" in value;
}
