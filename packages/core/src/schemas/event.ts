import * as z from "zod";
import { eventVersion } from "../events/event.js";
import { newEventSchema } from "../events/schema.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../json.js";

/** What every event of a journal has besides type, step and data. */
const envelope: Readonly<Record<string, JsonSchema>> = {
  v: { const: eventVersion, description: "Version of the format." },
  run: { type: "string", minLength: 1, description: "Id of the run." },
  seq: { type: "integer", minimum: 1, description: "Number of the event in its run, from 1 without gaps." },
  at: { type: "number", description: "When it was written, in ms since the epoch, by the clock of the writer." },
};

/** JSON Schema of an event as it stands in the journal, in `--json` and in the stream of the server. */
export function eventJsonSchema(): JsonSchema {
  const schema: Json = JSON.parse(JSON.stringify(z.toJSONSchema(newEventSchema(), { unrepresentable: "any" })));
  const kinds = isJsonObject(schema) && Array.isArray(schema.oneOf) ? schema.oneOf : [];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:aiw:schema:event:1",
    title: "AIW event",
    description: "One event of a run: what `--json` prints line by line, but for the summary at the end.",
    oneOf: kinds.map((kind) => (isJsonObject(kind) ? withEnvelope(kind) : kind)),
  };
}

function withEnvelope(kind: JsonObject): JsonSchema {
  const { properties, required } = kind;
  return {
    ...kind,
    properties: { ...envelope, ...(isJsonObject(properties) ? properties : {}) },
    required: [...Object.keys(envelope), ...(Array.isArray(required) ? required : [])],
  };
}
