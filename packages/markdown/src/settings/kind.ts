import type { Report } from "../problems/report.js";
import { kindKeys, type StepKind, stepKeys, undoKinds } from "./keys.js";
import type { StepReader } from "./step-reader.js";
import type { SectionName } from "./step-source.js";

/** The kind of a step, by what is there. */
export function kindOf({ source, keys, file }: StepReader): StepKind {
  const found = kindKeys.filter((key) => keys.has(key));
  const [first, ...others] = source.script === undefined ? found : (["script", ...found] as const);
  for (const other of others) {
    const at = keys.entry(other)?.at ?? source.at;
    const message = `this step has ${nameOf(first)} and ${nameOf(other)}: it can be only one of them`;
    file.report.add("E016", at, message, "make two steps");
  }
  return first ?? "agent";
}

/** Reports a step that does nothing, and keys that mean nothing to this kind of step. */
export function checkEffects(reader: StepReader, kind: StepKind, section: SectionName | "undo"): void {
  const { source, keys, file } = reader;
  const { report } = file;
  // An unknown key was most likely meant to say what the step does.
  const isUnknown = source.settings?.entries.some(({ key }) => !Object.hasOwn(stepKeys, key)) ?? false;
  if (kind === "agent" && source.prose.isEmpty && !isUnknown) {
    const help = "write a prompt, a ```bash run fence, or a key such as tool: or use:";
    report.add("E017", source.at, `this ${section === "undo" ? "Undo" : "step"} does nothing`, help);
  }
  if (kind === "approval" && source.prose.isEmpty) {
    report.add("E017", source.at, "this approval shows nothing", "write what people are to decide on");
  }
  for (const [key, kinds] of Object.entries(stepKeys)) {
    const entry = keys.entry(key);
    if (entry === undefined || kinds.includes(kind) || isKindKey(key)) continue;
    report.add("E111", entry.at, `'${key}' has no effect on ${stepName(kind)} step`, helpFor(key, kind, kinds));
  }
  for (const key of ["agent", "model"]) {
    const entry = keys.entry(key);
    if (entry === undefined || !keys.has("session") || kind !== "agent") continue;
    const help = "remove it, or start a session of its own without 'session'";
    report.add("E111", entry.at, `'${key}' has no effect beside session: its agent goes on`, help);
  }
  if (section !== "undo") checkSection(reader, kind, section, report);
}

function checkSection({ source, keys }: StepReader, kind: StepKind, section: SectionName, report: Report): void {
  const needs = keys.entry("needs");
  if (section !== "steps" && needs !== undefined) {
    const message = `'needs' has no meaning under ${titles[section]}: its steps run one after another`;
    report.add("E034", needs.at, message, "remove it, and put the steps in order");
  }
  if (section === "finally" && kind === "approval") {
    const help = "ask in ## Steps or ## On failure";
    report.add("E024", keys.entry("approval")?.at ?? source.at, "'## Finally' cannot wait for people", help);
  }
  if (source.undo === undefined) return;
  const at = source.undo.at;
  if (section !== "steps") {
    report.add("E023", at, `a step under ${titles[section]} has no Undo: it is not undone`, "remove the Undo");
  } else if (!undoKinds.includes(kind) && kind !== "apply") {
    report.add("E023", at, `${stepName(kind)} step has no Undo: there is nothing to undo`, "remove the Undo");
  }
}

const titles = { onFailure: "'## On failure'", finally: "'## Finally'" } as const;

function helpFor(key: string, kind: StepKind, kinds: readonly StepKind[]): string {
  if (key === "timeout" && kind === "approval") return "write approval: { timeout: 24h }";
  if (key === "timeout" && kind === "wait") return "write wait: { signal: …, timeout: 2h }";
  const [last, ...others] = kinds.toReversed();
  const names = others.length === 0 ? last : `${others.toReversed().join(", ")} and ${last}`;
  return `remove it; it belongs to ${names} steps`;
}

function isKindKey(key: string): boolean {
  return kindKeys.some((each) => each === key);
}

function stepName(kind: StepKind): string {
  return `${/^[aeiou]/.test(kind) && kind !== "use" ? "an" : "a"} ${kind}`;
}

function nameOf(kind: string | undefined): string {
  return kind === "script" ? "a script" : `'${kind}'`;
}
