import type { JsonObject, JsonSchema } from "@aiw/core";
import { flowFileKeyDocs, flowStepKeyDocs, flowUndoKeyDocs } from "../flow-yaml/key-docs.js";
import { runKeys } from "../flow-yaml/keys.js";
import { fileKeyDocs } from "../settings/file-key-docs.js";
import { undoTable } from "../settings/keys.js";
import { stepKeyDocs } from "../settings/step-key-docs.js";
import { fileShapes } from "./file-shapes.js";
import { refuseWithoutEffect } from "./kinds.js";
import { closed, fixed, listOf, mapOf, propertiesOf, type Shape, type Shapes, word } from "./shape.js";
import { stepShapes } from "./step-shapes.js";
import { named, someText, text, typeDefinitions } from "./values.js";

/** The front matter of a workflow in Markdown. */
export function frontMatterSchema(): JsonSchema {
  const head = {
    title: "AIW front matter",
    description: "Settings of a workflow in Markdown, between the two lines of --- at its top.",
  };
  return document("front-matter", {
    ...head,
    ...closed(propertiesOf(fileKeyDocs, fileShapes), { required: ["aiw"] }),
    $defs: typeDefinitions,
  });
}

/** The settings of a step in Markdown, or of its Undo. */
export function stepSchema(): JsonSchema {
  const head = {
    title: "AIW step",
    description: "Settings of a step of a workflow in Markdown: what stands in its fence ```yaml step.",
  };
  return document("step", { ...head, ...step(propertiesOf(stepKeyDocs, stepShapes)), $defs: typeDefinitions });
}

/** A workflow in pure YAML. */
export function flowSchema(): JsonSchema {
  const head = { title: "AIW workflow", description: "A workflow in pure YAML: a file called *.flow.yaml." };
  const steps = listOf(fixed({ $ref: "#/$defs/step" }), { minItems: 1 });
  const texts: Shapes = { instructions: text, sections: named({ type: "string" }) };
  const file: Shapes = { ...fileShapes, ...texts, steps, "on-failure": steps, finally: steps };
  const own: Shapes = { title: someText, prompt: text, run };
  const undone: Shapes = Object.fromEntries(
    Object.entries(stepShapes).filter(([key]) => undoTable.known.includes(key)),
  );
  const stepProperties = propertiesOf(flowStepKeyDocs, {
    ...{ ...stepShapes, ...own },
    undo: fixed({ $ref: "#/$defs/undo" }),
  });
  const undoProperties = propertiesOf(flowUndoKeyDocs, { ...undone, prompt: text, run });
  return document("flow", {
    ...head,
    ...closed(propertiesOf(flowFileKeyDocs, file), { required: ["aiw", "steps"] }),
    $defs: {
      ...typeDefinitions,
      step: {
        description: "A step: an agent's `prompt`, a `run`, or a key such as `tool`, `use`, `approval` or `wait`.",
        ...step(stepProperties, { anyOf: [{ required: ["title"] }, { required: ["id"] }] }),
      },
      undo: { description: "What takes a step back.", ...step(undoProperties) },
    },
  });
}

const run: Shape = mapOf({ lang: word, script: text }, { required: runKeys });

function step(properties: JsonObject, more: JsonSchema = {}): JsonSchema {
  return closed(properties, { ...refuseWithoutEffect(properties), ...more });
}

/** Schemas have names and no addresses: nobody is asked for them. */
function document(name: string, schema: JsonSchema): JsonSchema {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", $id: `urn:aiw:schema:${name}:1`, ...schema };
}
