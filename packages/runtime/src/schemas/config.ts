import { isJsonObject, type Json, type JsonSchema } from "@aiw/core";
import * as z from "zod";
import { projectConfigSchema } from "../config-schema.js";

/** JSON Schema of `aiw.yaml`. */
export function configJsonSchema(): JsonSchema {
  const schema: Json = JSON.parse(JSON.stringify(z.toJSONSchema(projectConfigSchema, { io: "input" })));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:aiw:schema:config:1",
    title: "AIW configuration",
    description: "Configuration of a project: its aiw.yaml.",
    ...(isJsonObject(schema) ? schema : {}),
  };
}
