import type {
  AgentRef,
  AgentRouting,
  BudgetSpec,
  CacheSpec,
  ConcurrencySpec,
  InputSpec,
  Permissions,
  QuotaMove,
  SandboxMode,
  ToolDeclaration,
  ValueTemplate,
} from "@aiw/core";
import type { Report } from "../problems/report.js";
import { explainName, isIdentifier } from "../structure/ids.js";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";
import { readAgents, readPermissions } from "./agents.js";
import { readConcurrency } from "./concurrency.js";
import { readEnv } from "./env.js";
import { given, keyReader } from "./key-reader.js";
import { fileTable, knownEntries } from "./keys.js";
import { readBudget, readCache, readQuotaMove, readSandbox } from "./limits.js";
import { bareExpression, type TemplateSink } from "./templates.js";
import { readToolDeclarations } from "./tool-declarations.js";
import { readTriggers, type TriggerDraft } from "./triggers.js";
import { readInputs, type TypeReader } from "./types.js";
import { type Place, readDuration, readMap, readText, readTexts, readWord, readWritten, refuse } from "./values.js";

/** The front matter of a workflow. */
export interface FileSettings {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly on?: readonly TriggerDraft[];
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, ValueTemplate>>;
  readonly agent?: readonly AgentRef[];
  readonly routing?: AgentRouting;
  readonly model?: string;
  readonly effort?: string;
  readonly permissions?: Permissions;
  readonly budget?: BudgetSpec;
  readonly concurrency?: ConcurrencySpec;
  readonly cache?: CacheSpec;
  readonly timeoutMs?: number;
  readonly onQuota?: QuotaMove;
  readonly workspace?: "here" | "new";
  readonly sandbox?: SandboxMode;
  readonly tools: Readonly<Record<string, ToolDeclaration>>;
}

/** What reading the front matter needs. */
export interface FileReader extends TypeReader {
  readonly sink: TemplateSink;
}

/** Reads the front matter. */
export function readFileSettings(map: YamlMap, reader: FileReader): FileSettings {
  const { report, sink } = reader;
  const keys = keyReader(knownEntries(map, fileTable, report), report);
  const mark = keys.entry("aiw");
  if (mark !== undefined) checkVersion(mark, report);
  const text = (key: string) => keys.read(key, readText)?.value.trim() || undefined;
  return {
    inputs: keys.read("inputs", (node, place) => inputsOf(node, place, reader)) ?? {},
    outputs: keys.read("outputs", (node, place) => outputsOf(node, place, sink)) ?? {},
    secrets: keys.read("secrets", secretsOf) ?? [],
    env: keys.read("env", (node, place) => readEnv(node, sink, place, "file-env")) ?? {},
    tools: keys.read("tools", (node, place) => readToolDeclarations(node, place, sink)) ?? {},
    ...keys.read("agent", readAgents),
    ...given({
      name: text("name"),
      version: keys.read("version", readWritten),
      description: text("description"),
      on: keys.read("on", (node, place) => readTriggers(node, place, sink)),
      model: keys.read("model", readWritten),
      effort: keys.read("effort", readWritten),
      permissions: keys.read("permissions", readPermissions),
      budget: keys.read("budget", readBudget),
      concurrency: keys.read("concurrency", (node, place) => readConcurrency(node, place, sink)),
      cache: keys.read("cache", readCache),
      timeoutMs: keys.read("timeout", readDuration),
      onQuota: keys.read("on-quota", readQuotaMove),
      workspace: keys.read("workspace", (node, place) => readWord(node, ["here", "new"] as const, place)),
      sandbox: keys.read("sandbox", readSandbox),
    }),
  };
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
