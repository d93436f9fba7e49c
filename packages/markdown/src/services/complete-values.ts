import { errorCodes } from "@aiw/core";
import type { NamedThing } from "../settings/key-doc.js";
import { given } from "../settings/key-reader.js";
import type { StepDraft } from "../settings/step-draft.js";
import type { Candidate } from "./complete-expression.js";
import { docAt } from "./key-lookup.js";
import type { FilePart, FileView } from "./view.js";
import type { YamlCursor } from "./yaml-cursor.js";

/** Words that the value at the cursor may be, and things that it may name. */
export function valuesAt(view: FileView, part: FilePart, { path, siblings }: YamlCursor): readonly Candidate[] {
  const doc = docAt(part, path);
  if (doc === undefined) return [];
  const words = (doc.words ?? []).map((label): Candidate => ({ label, kind: doc.names === "type" ? "type" : "word" }));
  const named = doc.names === undefined ? [] : things(doc.names, view, part);
  // A type may hold others; elsewhere a list names each thing once.
  const isListed = ({ label }: Candidate) => doc.names !== "type" && siblings.includes(label);
  return [...named, ...words].filter((each) => !isListed(each));
}

function things(names: NamedThing, view: FileView, part: FilePart): readonly Candidate[] {
  switch (names) {
    case "step":
    case "session":
    case "round":
    case "workspace":
      return steps(names, view, part);
    case "agent":
      return (view.options.agents ?? []).map((label) => ({ label, kind: "agent" }));
    case "operation":
      return operations(view);
    case "tool":
      return toolNames(view).map((label) => ({ label, kind: "tool" }));
    case "secret":
      return (view.checked?.settings.secrets ?? []).map((label) => ({ label, kind: "secret" }));
    case "error":
      return Object.entries(errorCodes).map(([label, { about }]) => ({ label, kind: "word", about }));
    case "type":
    case "arguments":
    case "inputs":
      return [];
  }
}

type StepThing = Extract<NamedThing, "step" | "session" | "round" | "workspace">;

function steps(names: StepThing, { checked }: FileView, part: FilePart): readonly Candidate[] {
  const { step, isUndo } = part.reader;
  if (checked === undefined || step === undefined) return [];
  const { drafts, checker } = checked;
  const fits = (other: StepDraft): boolean => {
    if (other.id === "" || (other === step && !(isUndo === true && names === "workspace"))) return false;
    if (names === "step") return other.section === "steps" && !checker.isDoneBefore(other, step);
    if (names === "round") return other.section === "steps" && other.index < step.index;
    if (other !== step && !checker.isDoneBefore(step, other)) return false;
    if (names === "session") return other.kind === "agent" && other.foreach === undefined;
    return (other.workspace?.value ?? checked.settings.workspace) === "new" && other.foreach === undefined;
  };
  return drafts.filter(fits).map(({ id, kind }) => ({ label: id, kind: "step", detail: `${kind} step` }));
}

function operations({ checked }: FileView): readonly Candidate[] {
  const { known = [], remote = new Set<string>() } = checked?.tools ?? {};
  const named = known.flatMap(({ name, operations: own }) =>
    own.map((operation): Candidate => {
      const label = own.length === 1 ? name : `${name}.${operation.name}`;
      return { label, kind: "tool", ...given({ detail: signature(operation.parameters) }) };
    }),
  );
  const servers = [...remote].map(
    (name): Candidate => ({ label: `${name}.`, kind: "tool", detail: "tools of a server" }),
  );
  return [...named, ...servers];
}

function signature(parameters: unknown): string | undefined {
  if (typeof parameters !== "object" || parameters === null || !("properties" in parameters)) return undefined;
  return `{ ${Object.keys(Object(parameters.properties)).join(", ")} }`;
}

function toolNames({ checked }: FileView): readonly string[] {
  const { known = [], remote = new Set<string>() } = checked?.tools ?? {};
  return [...known.map(({ name }) => name), ...remote];
}
