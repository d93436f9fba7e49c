import type { UsePlace } from "../check/use.js";
import { locator } from "../yaml/locate.js";
import type { YamlMap, YamlNode, YamlScalar } from "../yaml/nodes.js";
import { type ExpressionSlot, slotOf } from "./expression-slots.js";
import { holesIn } from "./holes.js";
import type { FilePart, FileView } from "./view.js";

/** An expression of the file, whole or not. */
export interface Spot {
  readonly source: string;
  /** Offset in the file of an offset in the source. */
  readonly locate: (index: number) => number;
  readonly slot: ExpressionSlot;
}

/** A value of settings with its path. */
export interface SettingsValue {
  readonly path: readonly (string | number)[];
  readonly node: YamlNode;
}

/** Every expression of the file. */
export function spotsOf(view: FileView): readonly Spot[] {
  return view.parts.flatMap((part) => [...settingsSpots(part), ...proseSpots(view.text, part)]);
}

/** Every value of settings, the outer ones first. */
export function valuesOf(map: YamlMap): readonly SettingsValue[] {
  const values: SettingsValue[] = [];
  const add = (node: YamlNode, path: SettingsValue["path"]): void => {
    if (path.length > 0) values.push({ path, node });
    if (node.kind === "list") for (const [index, item] of node.items.entries()) add(item, [...path, index]);
    if (node.kind === "map") for (const { key, value } of node.entries) add(value, [...path, key]);
  };
  add(map, []);
  return values;
}

function settingsSpots(part: FilePart): readonly Spot[] {
  if (part.map === undefined) return [];
  return valuesOf(part.map).flatMap(({ path, node }) => {
    const slot = node.kind === "scalar" ? slotOf(part, path) : undefined;
    return node.kind === "scalar" && slot !== undefined ? scalarSpots(node, slot) : [];
  });
}

function scalarSpots(node: YamlScalar, slot: ExpressionSlot): readonly Spot[] {
  const at = locator(node);
  if (slot.form === "bare") return [{ source: node.text, locate: at, slot }];
  return holesIn(node.text).map(({ start, end }) => ({
    source: node.text.slice(start, end),
    locate: (index) => at(start + index),
    slot,
  }));
}

function proseSpots(text: string, part: FilePart): readonly Spot[] {
  const place = prosePlace(part);
  if (place === undefined) return [];
  return part.prose.flatMap((piece) => {
    if (piece.literal) return [];
    return holesIn(text.slice(piece.start, piece.end)).map(({ start, end }) => ({
      source: text.slice(piece.start + start, piece.start + end),
      locate: (index: number) => piece.start + start + index,
      slot: { form: "holes", place, reader: part.reader },
    }));
  });
}

/** Whether the holes of prose are filled in: the prose of a script, a tool or a sub-workflow is documentation. */
export function prosePlace({ kind, reader: { step, isUndo } }: FilePart): UsePlace | undefined {
  if (kind === "section") return "section";
  if (kind === "front") return undefined;
  const body = isUndo === true ? step?.undo : step;
  return body === undefined || body.kind === "agent" || body.kind === "approval" ? "prompt" : undefined;
}
