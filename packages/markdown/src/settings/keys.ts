import { nearest } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { YamlEntry, YamlMap } from "../yaml/nodes.js";

/** Kinds of steps of this version. */
export type StepKind = "script" | "tool" | "agent";

/** Settings by key, after unknown and refused ones were reported. */
export type Settings = ReadonlyMap<string, YamlEntry>;

const all: readonly StepKind[] = ["script", "tool", "agent"];

/** Keys of a step, and the kinds of steps that they mean something to. */
export const stepKeys: Readonly<Record<string, readonly StepKind[]>> = {
  id: all,
  if: all,
  needs: all,
  agent: ["agent"],
  model: ["agent"],
  tools: ["agent"],
  permissions: ["agent"],
  tool: ["tool"],
  with: ["script", "tool"],
  env: all,
  cwd: all,
  output: all,
  retry: all,
  timeout: all,
  "idle-timeout": all,
  "on-error": all,
  "on-interrupt": all,
  "fail-if": all,
};

/** Keys of a step that are part of the language, not in this version. */
export const laterStepKeys: readonly string[] = [
  "effort",
  "use",
  "on-quota",
  "cache",
  "budget",
  "approval",
  "wait",
  "apply",
  "foreach",
  "as",
  "max-parallel",
  "repeat",
  "session",
  "artifacts",
  "workspace",
  "sandbox",
  "effects",
];

/** Keys of the front matter. */
export const fileKeys: readonly string[] = [
  "aiw",
  "name",
  "version",
  "description",
  "inputs",
  "outputs",
  "agent",
  "model",
  "secrets",
  "env",
  "timeout",
  "tools",
  "permissions",
];

/** Keys of the front matter that are part of the language, not in this version. */
export const laterFileKeys: readonly string[] = [
  "on",
  "effort",
  "budget",
  "concurrency",
  "cache",
  "on-quota",
  "workspace",
  "sandbox",
];

/** Words people write for a key that is called otherwise. */
const otherWords: Readonly<Record<string, string>> = {
  depends: "needs",
  "depends-on": "needs",
  depends_on: "needs",
  after: "needs",
  when: "if",
  condition: "if",
  environment: "env",
  "working-directory": "cwd",
  workdir: "cwd",
  outputs: "output",
  retries: "retry",
  "continue-on-error": "on-error",
  prompt: "needs no key: write the prompt as prose",
  run: "needs no key: write a ```bash run fence",
  script: "needs no key: write a ```bash run fence",
  steps: "needs no key: write ### headings under ## Steps",
};

/** Which keys a map may have. */
export interface KeyTable {
  readonly known: readonly string[];
  readonly later: readonly string[];
  /** `step`, `the front matter`, for messages. */
  readonly of: string;
}

/** The keys of the front matter. */
export const fileTable: KeyTable = { known: fileKeys, later: laterFileKeys, of: "the front matter" };
/** The keys of a step. */
export const stepTable: KeyTable = { known: Object.keys(stepKeys), later: laterStepKeys, of: "a step" };

/** The entries with known keys; the others are reported. */
export function knownEntries(map: YamlMap, table: KeyTable, report: Report): Settings {
  const settings = new Map<string, YamlEntry>();
  for (const entry of map.entries) {
    if (report.isFull()) break;
    if (table.known.includes(entry.key)) settings.set(entry.key, entry);
    else if (table.later.includes(entry.key)) {
      const message = `'${entry.key}' is part of the language, not in this version`;
      report.add("E901", entry.at, message, "remove the key");
    } else report.add("E110", entry.at, `${table.of} has no key '${entry.key}'`, helpForKey(entry.key, table));
  }
  return settings;
}

/** What was most likely meant by an unknown key. */
export function helpForKey(key: string, table: KeyTable): string {
  const dashed = key.toLowerCase().replaceAll("_", "-");
  const other = Object.hasOwn(otherWords, key) ? otherWords[key] : undefined;
  const candidates = [...table.known, ...table.later];
  const near = nearest(dashed, candidates) ?? (other !== undefined && candidates.includes(other) ? other : undefined);
  if (near !== undefined) return `did you mean '${near}'?`;
  if (other?.startsWith("needs no key") === true) return `'${key}' ${other}`;
  return `there is: ${table.known.join(", ")}`;
}
