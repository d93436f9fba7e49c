import type { InputSpec } from "@aiw/core";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";
import { given, innerReader } from "./key-reader.js";
import { readInputs, type TypeReader } from "./types.js";
import { type Place, readCount, readDuration, readMap, readOneOrMore } from "./values.js";

/** What `approval:` says. */
export interface ApprovalSettings {
  readonly by: readonly string[];
  readonly min: number;
  readonly timeoutMs?: number;
  readonly fields: Readonly<Record<string, InputSpec>>;
}

/** Most people that must approve. */
export const maxApprovers = 100;

/** `{ by: [maintainer], min: 1, timeout: 24h, fields: { note?: string } }`; everything may be left out. */
export function readApproval(node: YamlNode, place: Place, types: TypeReader): ApprovalSettings | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const reader = innerReader(map, place, ["by", "min", "timeout", "fields"]);
  const by = reader.read("by", readOneOrMore);
  const min = reader.read("min", (value, at) => readCount(value, [1, maxApprovers], at));
  const timeoutMs = reader.read("timeout", readDuration);
  const fields = reader.read("fields", (value, at) => {
    const found = readMap(value, at);
    return found === undefined ? undefined : readInputs(freeNames(found, at), types, "a field");
  });
  return {
    by: by?.map(({ value }) => value) ?? [],
    min: min ?? 1,
    fields: fields ?? {},
    ...given({ timeoutMs }),
  };
}

/** The fields that do not hide what every answer has. */
function freeNames(map: YamlMap, place: Place): YamlMap {
  const isFree = ({ key, at }: YamlEntry) => {
    const name = key.replace(/\?$/, "");
    if (name !== "approved" && name !== "by") return true;
    place.report.add("E115", at, `every answer has '${name}': a field cannot be called so`, "choose another name");
    return false;
  };
  return { ...map, entries: map.entries.filter(isFree) };
}
