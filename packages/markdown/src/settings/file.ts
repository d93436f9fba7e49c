import type { AgentRef, InputSpec, Permissions, ToolDeclaration, ValueTemplate } from "@aiw/core";
import type { ExprUse } from "../check/use.js";
import type { Report } from "../problems/report.js";
import { explainName, isIdentifier } from "../structure/ids.js";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";
import { readEnv } from "./env.js";
import { readAgents, readPermissions } from "./fields.js";
import { valuePlace } from "./file-context.js";
import { fileTable, knownEntries, type Settings } from "./keys.js";
import { bareExpression, type TemplateSink } from "./templates.js";
import { readInputs, type TypeReader } from "./types.js";
import { type Place, readDuration, readMap, readText, readTexts, readWritten, refuse } from "./values.js";

/** The front matter of a workflow. */
export interface FileSettings {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, ValueTemplate>>;
  readonly agent?: readonly AgentRef[];
  readonly model?: string;
  readonly permissions?: Permissions;
  readonly timeoutMs?: number;
  readonly tools: Readonly<Record<string, ToolDeclaration>>;
  /** Expressions of `outputs` and `env`. */
  readonly uses: readonly ExprUse[];
}

/** What reading the front matter needs. */
export interface FileReader extends TypeReader {
  readonly sink: TemplateSink;
}

/** Reads the front matter. */
export function readFileSettings(map: YamlMap, reader: FileReader): FileSettings {
  const { report, sink } = reader;
  const settings = knownEntries(map, fileTable, report);
  const read = <T>(key: string, get: (node: YamlNode, place: Place) => T | undefined) =>
    readKey(settings, key, report, get);
  const mark = settings.get("aiw");
  if (mark !== undefined) checkVersion(mark, report);
  const name = read("name", readText)?.value.trim();
  const version = read("version", readWritten);
  const description = read("description", readText)?.value.trim();
  const agent = read("agent", readAgents);
  const model = read("model", readWritten);
  const permissions = read("permissions", readPermissions);
  const timeoutMs = read("timeout", readDuration);
  return {
    inputs: read("inputs", (node, place) => inputsOf(node, place, reader)) ?? {},
    outputs: read("outputs", (node, place) => outputsOf(node, place, sink)) ?? {},
    secrets: read("secrets", secretsOf) ?? [],
    env: read("env", (node, place) => readEnv(node, sink, place, "file-env")) ?? {},
    tools: read("tools", toolsOf) ?? {},
    uses: sink.uses,
    ...(name === undefined || name === "" ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(description === undefined || description === "" ? {} : { description }),
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function readKey<T>(
  settings: Settings,
  key: string,
  report: Report,
  get: (node: YamlNode, place: Place) => T | undefined,
): T | undefined {
  const entry = settings.get(key);
  return entry === undefined || entry.value.kind === "bad" ? undefined : get(entry.value, valuePlace(entry, report));
}

function checkVersion({ value }: YamlEntry, report: Report): void {
  if (value.kind === "bad" || (value.kind === "scalar" && value.value === 1)) return;
  const isNewer = value.kind === "scalar" && typeof value.value === "number" && value.value > 1;
  const message = isNewer
    ? "this version of AIW reads version 1 of the language"
    : "'aiw' is the version of the language, a whole number";
  report.add("E019", value, message, "write aiw: 1");
}

function inputsOf(node: YamlNode, place: Place, reader: TypeReader) {
  const map = readMap(node, place);
  return map === undefined ? undefined : readInputs(map, reader);
}

function outputsOf(node: YamlNode, place: Place, sink: TemplateSink): Readonly<Record<string, string>> | undefined {
  const entries = readMap(node, place)?.entries.flatMap(({ key, at, value }): (readonly [string, string])[] => {
    if (value.kind === "bad") return [];
    if (!isIdentifier(key)) {
      const { message, help } = explainName(key, "an output");
      place.report.add("E115", at, message, help);
      return [];
    }
    if (value.kind !== "scalar" || value.value === null) {
      refuse(value, { ...place, key: `${place.key}.${key}` }, "an expression");
      return [];
    }
    const expression = bareExpression(value, sink, "outputs");
    return expression === undefined ? [] : [[key, expression]];
  });
  return entries === undefined ? undefined : Object.fromEntries(entries);
}

function secretsOf(node: YamlNode, place: Place): readonly string[] | undefined {
  const seen = new Set<string>();
  for (const item of readTexts(node, place) ?? []) {
    if (!isIdentifier(item.value)) {
      const { message, help } = explainName(item.value, "a secret");
      place.report.add("E115", item, message, help);
    } else if (seen.has(item.value)) {
      place.report.add("E103", item, `the secret '${item.value}' stands here twice`, "keep one of them");
    } else seen.add(item.value);
  }
  return [...seen];
}

function toolsOf(node: YamlNode, place: Place): Readonly<Record<string, ToolDeclaration>> | undefined {
  const entries = readMap(node, place)?.entries.flatMap(
    ({ key, at, value }): (readonly [string, ToolDeclaration])[] => {
      if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key)) {
        place.report.add(
          "E115",
          at,
          `'${key}' is no name of a tool`,
          "use letters, digits, '_' and '-', a letter first",
        );
        return [];
      }
      if (value.kind === "map") {
        const form = value.entries[0]?.key ?? "map";
        const message = `tools declared by '${form}' are part of the language, not in this version`;
        place.report.add("E902", value, message, "write a folder of script tools: local: ./tools");
        return [];
      }
      const folder = readText(value, { ...place, key: `${place.key}.${key}` });
      if (folder === undefined) return [];
      if (isInside(folder.value)) return [[key, { kind: "scripts", folder: folder.value }]];
      place.report.add("E112", folder, `'${folder.value}' is no folder below the workflow's`, "write local: ./tools");
      return [];
    },
  );
  return entries === undefined ? undefined : Object.fromEntries(entries);
}

/** A relative path that does not leave its folder. */
function isInside(path: string): boolean {
  return path !== "" && !/^(?:[\\/]|[A-Za-z]:)/.test(path) && !path.split(/[\\/]/).includes("..");
}
