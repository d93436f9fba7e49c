import { AiwError, coerceInput, type Json, type JsonObject, nearest, type Workflow } from "@aiw/core";

/**
 * Inputs from the command line: `name=value` pairs, coerced by their declared types, over the values of a JSON object.
 *
 * @throws AiwError `usage`, `input_unknown`, `input_invalid`.
 */
export function parseInputs(workflow: Workflow, pairs: readonly string[], values: JsonObject = {}): JsonObject {
  const inputs = new Map<string, Json>(Object.entries(values));
  for (const pair of pairs) {
    const cut = pair.indexOf("=");
    if (cut < 1) {
      throw new AiwError("usage", `--input ${JSON.stringify(pair)} is not name=value`, {
        hint: "write for example --input base=main",
      });
    }
    const name = pair.slice(0, cut);
    const spec = Object.hasOwn(workflow.inputs, name) ? workflow.inputs[name] : undefined;
    if (!spec) throw unknownInput(workflow, name);
    inputs.set(name, coerceInput(name, spec.schema, pair.slice(cut + 1)));
  }
  return Object.fromEntries(inputs);
}

function unknownInput(workflow: Workflow, name: string): AiwError {
  const names = Object.keys(workflow.inputs);
  const near = nearest(name, names);
  const known = names.length === 0 ? "the workflow declares no inputs" : `its inputs are ${names.join(", ")}`;
  return new AiwError("input_unknown", `'${name}' is not an input of ${workflow.name}`, {
    hint: near ? `did you mean '${near}'?` : known,
  });
}
