import type { TriggerSpec } from "@aiw/core";
import type { Reader } from "../check/reader.js";
import type { UsePlace } from "../check/use.js";
import type { FilePart } from "./view.js";

/** How an expression stands in a value of the settings. */
export interface ExpressionSlot {
  /** The whole value is one, or its text has holes. */
  readonly form: "bare" | "holes";
  readonly place: UsePlace;
  readonly reader: Reader;
}

type Path = readonly (string | number)[];
type Slot = Omit<ExpressionSlot, "reader"> & { readonly trigger?: TriggerSpec["type"] };

/** Whether the value at a path of settings takes an expression; nothing where it does not. */
export function slotOf(part: FilePart, path: Path): ExpressionSlot | undefined {
  const slot = part.kind === "front" ? frontSlot(path) : stepSlot(path, part);
  if (slot === undefined) return undefined;
  const { trigger, ...rest } = slot;
  return { ...rest, reader: trigger === undefined ? part.reader : { trigger } };
}

const triggers = ["schedule", "webhook", "watch", "queue"] as const;

function frontSlot(path: Path): Slot | undefined {
  const [key, second] = path;
  if (key === "outputs" && path.length === 2) return { form: "bare", place: "outputs" };
  if (key === "env" && path.length === 2) return { form: "holes", place: "file-env" };
  if (key === "concurrency" && second === "key") return { form: "holes", place: "concurrency" };
  if (key === "tools") return toolSlot(path.slice(2));
  return key === "on" ? triggerSlot(path.slice(1).filter((each) => typeof each === "string")) : undefined;
}

function toolSlot([kind, key, name]: Path): Slot | undefined {
  if (kind === "auth") return { form: "holes", place: "tool-auth" };
  return kind === "mcp" && key === "env" && name !== undefined ? { form: "holes", place: "tool-env" } : undefined;
}

function triggerSlot([kind, key, name]: readonly string[]): Slot | undefined {
  const trigger = triggers.find((each) => each === kind);
  if (trigger === undefined) return undefined;
  if (key === "inputs" && name !== undefined) return { form: "holes", place: "trigger-input", trigger };
  return trigger === "webhook" && key === "if" ? { form: "bare", place: "trigger-if", trigger } : undefined;
}

const bareKeys: Readonly<Record<string, UsePlace>> = {
  if: "if",
  "fail-if": "fail-if",
  "repeat.until": "until",
  "wait.until": "wait-until",
};

function stepSlot(path: Path, part: FilePart): Slot | undefined {
  const [key, second] = path;
  const name = path.join(".");
  const bare = Object.hasOwn(bareKeys, name) ? bareKeys[name] : undefined;
  if (bare !== undefined) return { form: "bare", place: bare };
  if (key === "env" && path.length === 2) return { form: "holes", place: "env" };
  if (key === "with") return { form: "holes", place: isUse(part) ? "with-use" : "with" };
  if (key === "cwd" && path.length === 1) return { form: "holes", place: "cwd" };
  if (name === "wait.signal") return { form: "holes", place: "signal" };
  if (key !== "foreach") return undefined;
  if (typeof second === "number") return { form: "holes", place: "foreach-item" };
  const isAxis = isAgent(part) && (second === "agent" || second === "model" || second === "effort");
  if (path.length <= 2) return { form: "bare", place: isAxis ? "axis" : "foreach" };
  return { form: "holes", place: isAxis ? "axis-item" : "foreach-item" };
}

function isUse({ map }: FilePart): boolean {
  return map?.entries.some(({ key }) => key === "use") === true;
}

function isAgent({ reader }: FilePart): boolean {
  return reader.step === undefined || reader.step.kind === "agent";
}
