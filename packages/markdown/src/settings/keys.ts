import { type StepKind as ModelKind, nearest } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { YamlEntry, YamlMap } from "../yaml/nodes.js";

/** Kinds of steps that a file can have. */
export type StepKind = Exclude<ModelKind, "code">;

/** Settings by key, after unknown and refused ones were reported. */
export type Settings = ReadonlyMap<string, YamlEntry>;

const work: readonly StepKind[] = ["script", "tool", "agent"];
const calls: readonly StepKind[] = [...work, "use"];
const repeated: readonly StepKind[] = [...calls, "approval", "wait"];
const all: readonly StepKind[] = [...repeated, "apply"];

/** Keys of a step, and the kinds of steps that they mean something to. */
export const stepKeys: Readonly<Record<string, readonly StepKind[]>> = {
  id: all,
  if: all,
  needs: all,
  agent: ["agent"],
  model: ["agent"],
  effort: ["agent"],
  tools: ["agent"],
  permissions: ["agent"],
  use: ["use"],
  tool: ["tool"],
  with: ["script", "tool", "use"],
  env: work,
  cwd: work,
  output: work,
  retry: calls,
  timeout: calls,
  "idle-timeout": work,
  "on-error": all,
  "on-interrupt": work,
  "fail-if": calls,
  "on-quota": ["agent"],
  cache: work,
  budget: calls,
  approval: ["approval"],
  wait: ["wait"],
  apply: ["apply"],
  foreach: repeated,
  as: repeated,
  "max-parallel": repeated,
  repeat: repeated,
  session: ["agent"],
  artifacts: work,
  workspace: calls,
  sandbox: work,
  effects: ["agent"],
};

/** Keys that make a step of a kind; without one and without a script it is an agent's. */
export const kindKeys = ["tool", "use", "approval", "wait", "apply"] as const;

/** Kinds that may undo a step. */
export const undoKinds = calls;

/** Keys of a step that mean nothing to its Undo: it belongs to the step. */
const notInUndo = new Set([
  "id",
  "needs",
  "if",
  "foreach",
  "as",
  "max-parallel",
  "repeat",
  "session",
  "cache",
  "on-error",
  "approval",
  "wait",
  "apply",
]);

/** Keys of the front matter. */
const fileKeys: readonly string[] = [
  "aiw",
  "name",
  "version",
  "description",
  "on",
  "inputs",
  "outputs",
  "agent",
  "model",
  "effort",
  "tools",
  "secrets",
  "permissions",
  "budget",
  "concurrency",
  "cache",
  "timeout",
  "env",
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
  loop: "foreach",
  each: "foreach",
  matrix: "foreach",
  concurrency: "max-parallel",
  triggers: "on",
  trigger: "on",
  schedule: "on",
  workflow: "use",
  uses: "use",
  prompt: "needs no key: write the prompt as prose",
  run: "needs no key: write a ```bash run fence",
  script: "needs no key: write a ```bash run fence",
  steps: "needs no key: write ### headings under ## Steps",
  undo: "needs no key: write #### Undo under the step",
};

/** Which keys a map may have. */
export interface KeyTable {
  readonly known: readonly string[];
  /** `a step`, `the front matter`, for messages. */
  readonly of: string;
  /** Words people write for a key of this table, besides those that mean the same everywhere. */
  readonly words?: Readonly<Record<string, string>>;
}

/** The keys of the front matter. */
export const fileTable: KeyTable = { known: fileKeys, of: "the front matter" };
/** The keys of a step. */
export const stepTable: KeyTable = { known: Object.keys(stepKeys), of: "a step" };
/** The keys of an Undo. */
export const undoTable: KeyTable = { known: stepTable.known.filter((key) => !notInUndo.has(key)), of: "an Undo" };

/** The entries with known keys; the others are reported. */
export function knownEntries(map: YamlMap, table: KeyTable, report: Report): Settings {
  const settings = new Map<string, YamlEntry>();
  for (const entry of map.entries) {
    if (report.isFull()) break;
    if (table.known.includes(entry.key)) settings.set(entry.key, entry);
    else report.add("E110", entry.at, `${table.of} has no key '${entry.key}'`, helpForKey(entry.key, table));
  }
  return settings;
}

/** What was most likely meant by an unknown key. */
export function helpForKey(key: string, table: KeyTable): string {
  if (table.of === undoTable.of && notInUndo.has(key)) {
    const isKind = kindKeys.some((each) => each === key);
    if (isKind) return "an Undo is a prompt, a script, a tool or a sub-workflow";
    return "remove it: an Undo belongs to its step, and runs once for it";
  }
  const dashed = key.toLowerCase().replaceAll("_", "-");
  const words = { ...otherWords, ...table.words };
  const other = Object.hasOwn(words, key) ? words[key] : undefined;
  const near = nearest(dashed, table.known) ?? (other !== undefined && table.known.includes(other) ? other : undefined);
  if (near !== undefined) return `did you mean '${near}'?`;
  if (other?.startsWith("needs no key") === true) return `'${key}' ${other}`;
  return `there is: ${table.known.join(", ")}`;
}
