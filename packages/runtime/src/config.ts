import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AiwError, isJsonObject, type Json, type JsonObject, nearest } from "@aiw/core";
import type { ProjectConfig } from "./config-schema.js";
import { keysAt, wordsFor } from "./config-words.js";
import type { ConfigFault } from "./config-yaml.js";
import { configFile } from "./home.js";

export type { ProjectConfig };

const maxBytes = 256 * 1024;

/**
 * The project's `aiw.yaml`, or an empty configuration when there is none.
 *
 * @throws AiwError `config_invalid` with file, line and column, all problems in `details.problems`; `file_unreadable`,
 * `file_too_large`.
 */
export async function loadConfig(project: string): Promise<ProjectConfig> {
  const file = join(project, configFile);
  if (!existsSync(file)) return {};
  const { readConfigYaml } = await import("./config-yaml.js");
  const yaml = readConfigYaml(readText(file));
  if (yaml.faults.length > 0) throw invalid(yaml.faults);
  const { projectConfigSchema } = await import("./config-schema.js");
  const result = projectConfigSchema.safeParse(yaml.value ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, yaml.value));
  throw invalid(faults.map(({ path, part, ...fault }) => ({ ...fault, ...yaml.at(path, part) })));
}

interface Misfit {
  readonly path: readonly (string | number)[];
  readonly part: "key" | "value";
  readonly message: string;
  readonly help?: string | undefined;
}

/** The part of a complaint of the schema's library that is used: its texts are not written for users. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

function faultsOf({ code, path: keys, keys: unknown = [] }: Issue, value: Json): readonly Misfit[] {
  const path = keys.filter((part) => typeof part !== "symbol");
  if (code === "unrecognized_keys") return unknown.map((key) => unknownKey([...path, key]));
  const words = wordsFor(path);
  if (path.length === 0) return [{ path, part: "value", message: "the file is no map of settings", help: allKeys() }];
  if (code === "invalid_key") {
    if (path[0] === "approvals") return [{ path, part: "key", message: "a role has no name", help: "name it" }];
    const message = `'${path.at(-1)}' is no name of an agent`;
    return [{ path, part: "key", message, help: "use a-z, 0-9, _ and -, a letter first" }];
  }
  const name = path.map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`)).join("");
  const found = valueAt(value, path);
  if (found === undefined) return [{ path, part: "value", message: `${name} is missing`, help: `it takes ${words}` }];
  return [{ path, part: "value", message: `${name} cannot be ${shown(found)}: it takes ${words}` }];
}

function unknownKey(path: readonly (string | number)[]): Misfit {
  const level = path.slice(0, -1);
  const key = String(path.at(-1));
  const known = keysAt(level);
  const near = nearest(key, known);
  const place = level.length === 0 ? "" : ` in ${level.join(".")}`;
  const help = near === undefined ? `its keys are ${known.join(", ")}` : `did you mean '${near}'?`;
  return { path, part: "key", message: `unknown key '${key}'${place}`, help };
}

function allKeys(): string {
  return `its keys are ${keysAt([]).join(", ")}`;
}

function valueAt(value: Json, path: readonly (string | number)[]): Json | undefined {
  let at: Json | undefined = value;
  for (const part of path) {
    if (Array.isArray(at)) at = at[Number(part)];
    else at = isJsonObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }
  return at;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** One mistake with its help as the hint; of several, each with its place and help on a line of the message. */
function invalid(faults: readonly ConfigFault[]): AiwError {
  const sorted = [...faults].sort((a, b) => a.line - b.line || a.column - b.column);
  const isOne = sorted.length === 1;
  const lines = sorted.map(({ line, column, message, help }) => {
    const text = isOne || help === undefined ? message : `${message} (${help})`;
    return `${configFile}:${line}:${column}: ${text}`;
  });
  return new AiwError("config_invalid", lines.join("\n"), {
    hint: (isOne ? sorted[0]?.help : undefined) ?? `correct ${isOne ? "it" : "them"} in ${configFile}`,
    details: { problems: sorted.map(plain) },
  });
}

function plain({ line, column, message, help }: ConfigFault): JsonObject {
  return { file: configFile, line, column, message, ...(help === undefined ? {} : { help }) };
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > maxBytes) {
      throw new AiwError("file_too_large", `${configFile} has ${bytes.length} bytes; at most ${maxBytes} are read`, {
        hint: "it holds settings only; move data elsewhere",
      });
    }
    return bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof AiwError) throw cause;
    throw new AiwError("file_unreadable", `cannot read ${file}`, { hint: "check its permissions", cause });
  }
}
