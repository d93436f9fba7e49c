import type { Json } from "@aiw/core";
import type { SectionName } from "../settings/step-source.js";
import { idOf } from "../structure/ids.js";
import { normalizeNewlines } from "../text/source.js";
import { trimProse, withBreak } from "./body-edit.js";
import type { AddStepEdit, MoveStepEdit, RenameStepEdit, SettingsPlace, WorkflowEdit } from "./edit.js";
import { emptyPart, type Facts, type PartFacts, type StepFacts, sectionNames, type Unit } from "./facts.js";
import { sectionTitles } from "./step-edit.js";
import { throughShorthand, withoutValue, withValue } from "./values.js";

/** An edit that leaves the names of steps alone; renaming is verified on its own. */
export type PlainEdit = Exclude<WorkflowEdit, RenameStepEdit>;

/** What a unit must be after an edit: the same text, or these facts. */
export type Expected = { readonly raw: string } | { readonly facts: Facts };

/** What the units of a file must be after an edit, in order. */
export function expectedUnits(units: readonly Unit[], edit: PlainEdit): readonly Expected[] {
  switch (edit.kind) {
    case "add-step":
      return afterAdding(units, edit);
    case "remove-step":
      return units.filter((unit) => !isStep(unit, edit.step));
    case "move-step":
      return afterMoving(units, edit);
    default:
      return units.map((unit, index) => (isTarget(unit, index, edit, units) ? { facts: changed(unit, edit) } : unit));
  }
}

function isStep({ facts }: Unit, id: string): boolean {
  return facts.kind === "step" && facts.id === id;
}

function isTarget(unit: Unit, index: number, { step }: SettingsPlace, units: readonly Unit[]): boolean {
  if (step === undefined) return unit.facts.kind === "front";
  return units.findIndex((each) => isStep(each, step)) === index;
}

type PartEdit = Exclude<PlainEdit, { readonly kind: "add-step" | "remove-step" | "move-step" }>;

function changed({ facts }: Unit, edit: PartEdit): Facts {
  if (facts.kind === "front" && (edit.kind === "set" || edit.kind === "remove")) {
    return { ...facts, settings: changedSettings(facts.settings, edit) };
  }
  if (facts.kind !== "step") return facts;
  if (edit.undo === true) return { ...facts, undo: changedPart(facts.undo ?? emptyPart("Undo"), edit) };
  return { ...facts, own: changedPart(facts.own, edit) };
}

function changedPart(part: PartFacts, edit: PartEdit): PartFacts {
  switch (edit.kind) {
    case "set":
    case "remove":
      return { ...part, settings: changedSettings(part.settings, edit) };
    case "set-prose":
      return { ...part, prose: trimProse(edit.text) };
    case "set-script": {
      const code = withBreak(normalizeNewlines(edit.code));
      return { ...part, script: { lang: edit.lang ?? part.script?.lang ?? "bash", code } };
    }
  }
}

function changedSettings(settings: Json, edit: Extract<PartEdit, { readonly kind: "set" | "remove" }>): Json {
  if (edit.kind === "remove") return withoutValue(settings, edit.path) ?? {};
  const { path, value } = throughShorthand(settings, edit.path, edit.value);
  return withValue(settings, path, value);
}

function afterAdding(units: readonly Unit[], { step, section = "steps", after }: AddStepEdit): readonly Expected[] {
  const settings = step.settings ?? {};
  const id = step.id ?? (typeof settings.id === "string" ? settings.id : idOf(step.title));
  const own = id === idOf(step.title) ? settings : { ...settings, id };
  const script =
    step.script === undefined ? null : { ...step.script, code: withBreak(normalizeNewlines(step.script.code)) };
  const part: PartFacts = { title: step.title, settings: own, script, prose: trimProse(step.prose ?? "") };
  const target = typeof after === "string" ? units.find((unit) => isStep(unit, after)) : undefined;
  const home = target?.facts.kind === "step" ? target.facts.section : section;
  const facts: StepFacts = { kind: "step", section: home, id, own: part, undo: null };
  return placed(units, { facts }, { section: home, after });
}

function afterMoving(units: readonly Unit[], { step, after, section }: MoveStepEdit): readonly Expected[] {
  const moved = units.find((unit) => isStep(unit, step));
  if (moved?.facts.kind !== "step") return units;
  const others = units.filter((unit) => unit !== moved);
  const target = after === null ? undefined : others.find((unit) => isStep(unit, after));
  const home = target?.facts.kind === "step" ? target.facts.section : (section ?? moved.facts.section);
  return placed(others, { facts: { ...moved.facts, section: home } }, { section: home, after });
}

interface Place {
  readonly section: SectionName;
  readonly after: string | null | undefined;
}

function placed(units: readonly Unit[], step: Expected, { section, after }: Place): readonly Expected[] {
  const list: readonly Expected[] = units;
  const isHere = ({ facts }: Unit) => facts.kind === "step" && facts.section === section;
  if (typeof after === "string") return list.toSpliced(units.findIndex((unit) => isStep(unit, after)) + 1, 0, step);
  const first = units.findIndex(isHere);
  if (first !== -1) return list.toSpliced(after === null ? first : units.findLastIndex(isHere) + 1, 0, step);
  const own = units.findIndex(({ facts }) => facts.kind === "text" && facts.section === section);
  if (own !== -1) return list.toSpliced(own + 1, 0, step);
  const later = sectionNames.slice(sectionNames.indexOf(section) + 1);
  const next = units.findIndex(
    ({ facts }) => facts.kind === "text" && facts.section !== undefined && later.includes(facts.section),
  );
  return list.toSpliced(next === -1 ? list.length : next, 0, { raw: `## ${sectionTitles[section]}` }, step);
}
