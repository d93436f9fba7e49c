import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { AiwError, isJsonObject, Secret, type SecretSource } from "@aiw/core";

/** Where secrets are looked up. */
export interface SecretOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `NAME=value` lines, or a JSON object when it ends in `.json`. Wins over the environment. */
  readonly file?: string | undefined;
}

/**
 * Secrets from a file and the environment. Empty values count as missing.
 *
 * @throws AiwError `file_not_found`, `file_unreadable`, `config_invalid`.
 */
export function createSecretSource(options: SecretOptions): SecretSource {
  const fromFile = options.file === undefined ? {} : readSecretsFile(options.file);
  return async (name) => {
    const value = own(fromFile, name) ?? own(options.env, name);
    return value ? new Secret(name, value) : undefined;
  };
}

function own(values: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function readSecretsFile(file: string): Readonly<Record<string, string | undefined>> {
  const text = readText(file);
  if (!file.endsWith(".json")) return parseEnv(text);
  const values = parseObject(text, file);
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") continue;
    throw new AiwError("config_invalid", `${name} in the secrets file ${file} is not a string`, {
      hint: 'write every secret as "NAME": "value"',
    });
  }
  return values as Record<string, string>;
}

function parseObject(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // The message of JSON.parse quotes the text, which is secret.
  }
  throw new AiwError("config_invalid", `the secrets file ${file} is not a JSON object`, {
    hint: 'write { "NAME": "value" }, or NAME=value lines in a file without .json',
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new AiwError(missing ? "file_not_found" : "file_unreadable", `cannot read the secrets file ${file}`, {
      hint: "check the path after --secrets-file",
      cause,
    });
  }
}
