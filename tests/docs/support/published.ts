import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isJsonObject, type Json, type JsonObject } from "@aiw/core";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** Root of the repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A published schema. */
export interface Published {
  readonly schema: JsonObject;
  /** Nothing when the value fits, else why not. */
  check(value: unknown): string | undefined;
  /** The same for a part of the schema, by its JSON pointer. */
  checkPart(pointer: string, value: unknown): string | undefined;
}

/** Reads a schema file; one that is no JSON Schema fails. */
export function published(path: string): Published {
  const schema: Json = JSON.parse(readFileSync(join(root, "packages", path), "utf8"));
  if (!isJsonObject(schema)) throw new Error(`${path} holds no schema`);
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, validateFormats: false });
  const whole = ajv.compile(schema);
  const said = (validate: ValidateFunction, value: unknown) =>
    validate(value) ? undefined : ajv.errorsText(validate.errors, { separator: "\n" });
  return {
    schema,
    check: (value) => said(whole, value),
    checkPart: (pointer, value) => said(ajv.compile({ $ref: `${String(schema.$id)}#${pointer}` }), value),
  };
}

/** Files of the repository that people read or run, by their path below its root. */
export function filesBelow(folder: string, ending: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name) && !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
