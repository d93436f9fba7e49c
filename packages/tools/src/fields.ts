import { type ErrorCode, isJsonObject, type Json, nearest, parseDuration } from "@aiw/core";
import type { Report } from "./problem.js";
import type { YamlFile, YamlPath } from "./yaml-file.js";

/** What the readers of settings share. */
export interface FieldSource {
  readonly file: YamlFile;
  /** Code of the problems. */
  readonly code: ErrorCode;
  readonly report: Report;
}

/** One map of a settings file. A getter reports a wrong value and then gives undefined, as for an absent one. */
export interface Fields {
  readonly path: YamlPath;
  has(key: string): boolean;
  value(key: string): Json | undefined;
  text(key: string): string | undefined;
  oneOf<T extends string>(key: string, allowed: readonly T[]): T | undefined;
  /** Milliseconds. */
  duration(key: string): number | undefined;
  /** Names to texts as written. */
  env(key: string): Readonly<Record<string, string>> | undefined;
  /** Reports a problem at the value of a key. */
  fail(key: string, message: string, help?: string): void;
}

/**
 * Reads the map at a path.
 *
 * @param allowed - Its keys; any other is a problem with a suggestion.
 * @param foreign - Keys of other products, with what to write instead.
 * @returns Undefined when there is no map (reported).
 */
export function readFields(
  source: FieldSource,
  path: YamlPath,
  allowed: readonly string[],
  foreign: Readonly<Record<string, string>> = {},
): Fields | undefined {
  const { file } = source;
  const raw = file.find(path);
  const fail = failer(source, path);
  if (!isJsonObject(raw)) {
    const name = path.length === 0 ? "the file" : `'${path.join(".")}'`;
    source.report({
      code: source.code,
      file: file.name,
      ...file.at(path),
      message: `${name} must be a map`,
      help: `its keys are ${allowed.join(", ")}`,
    });
    return undefined;
  }
  for (const key of Object.keys(raw)) {
    if (allowed.includes(key)) continue;
    source.report({
      code: source.code,
      file: file.name,
      ...file.at([...path, key], "key"),
      message: `unknown key '${key}'`,
      help: (Object.hasOwn(foreign, key) ? foreign[key] : undefined) ?? suggestion(key, allowed),
    });
  }
  const value = (key: string) => (Object.hasOwn(raw, key) ? raw[key] : undefined);
  return {
    path,
    has: (key) => Object.hasOwn(raw, key),
    value,
    text: (key) => {
      if (value(key) === undefined) return undefined;
      const text = file.text([...path, key]);
      if (text === undefined || text === "" || value(key) === null) fail(key, `'${key}' must be text`);
      return text === "" ? undefined : text;
    },
    oneOf: (key, options) => {
      const found = value(key);
      if (found === undefined) return undefined;
      const option = options.find((name) => name === found);
      if (option === undefined)
        fail(key, `'${key}' is not one of ${options.join(", ")}`, suggestion(String(found), options));
      return option;
    },
    duration: (key) => readDuration(key, file.text([...path, key]), value(key), fail),
    env: (key) => readEnv(source, [...path, key], value(key)),
    fail,
  };
}

/** `did you mean 'timeout'?`, else the whole list. */
export function suggestion(word: string, allowed: readonly string[]): string {
  const near = nearest(word, allowed);
  return near === undefined ? `it is one of ${allowed.join(", ")}` : `did you mean '${near}'?`;
}

type Fail = Fields["fail"];

function failer({ file, code, report }: FieldSource, path: YamlPath): Fail {
  return (key, message, help) => report({ code, file: file.name, ...file.at([...path, key]), message, help });
}

function readDuration(key: string, text: string | undefined, value: Json | undefined, fail: Fail): number | undefined {
  if (value === undefined) return undefined;
  const parsed = text === undefined || typeof value === "boolean" ? undefined : parseDuration(text);
  if (parsed?.ok && parsed.ms > 0) return parsed.ms;
  const help = typeof value === "number" ? `did you mean ${value}s?` : "write a number with a unit: 30s, 5m, 1h30m";
  fail(key, parsed?.ok === false ? parsed.message : `'${key}' must be a duration`, help);
  return undefined;
}

function readEnv({ file, code, report }: FieldSource, path: YamlPath, raw: Json | undefined) {
  if (raw === undefined) return undefined;
  const fail = (at: YamlPath, message: string, help: string, part: "key" | "value" = "value") =>
    report({ code, file: file.name, ...file.at(at, part), message, help });
  if (!isJsonObject(raw)) {
    fail(path, "'env' must be a map", "write NAME: value");
    return undefined;
  }
  const env: Record<string, string> = {};
  for (const name of Object.keys(raw)) {
    const text = file.text([...path, name]);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      fail([...path, name], `'${name}' is not the name of an environment variable`, "use letters, digits and _", "key");
    } else if (/^AIW_/i.test(name)) {
      fail([...path, name], `'${name}' is reserved`, "names that begin with AIW_ are set by AIW", "key");
    } else if (text === undefined) {
      fail([...path, name], `'${name}' must be text`, "write lists and maps into a file instead");
    } else env[name] = text;
  }
  return env;
}
