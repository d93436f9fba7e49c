import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AiwError, isJsonObject, type JsonObject } from "@aiw/core";

/**
 * A JSON object from a file, or from stdin for `-`.
 *
 * @param flag - The flag that names it, for messages.
 * @throws AiwError `file_not_found`, `usage`.
 */
export function readJsonObject(flag: string, file: string, cwd: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : resolve(cwd, file), "utf8");
  } catch (cause) {
    throw new AiwError("file_not_found", `cannot read ${file}`, { hint: `check the path after ${flag}`, cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw new AiwError("usage", `${file} is not JSON: ${reason}`, {
      hint: 'write an object: { "name": value }',
      cause,
    });
  }
  if (isJsonObject(value)) return value;
  throw new AiwError("usage", `${file} holds no object`, { hint: 'write { "name": value }' });
}
