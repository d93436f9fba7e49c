import {
  AiwError,
  applyDefaults,
  coerceInput,
  describeInputMisfit,
  describeType,
  type ErrorCode,
  type InputSpec,
  isAiwError,
  type Json,
  type JsonObject,
  nearest,
  type Workflow,
} from "@aiw/core";

/** A mistake in what was given. */
interface InputFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly help: string;
}

/**
 * Inputs from the command line: `name=value` pairs, coerced by their declared types, over the values of a JSON object.
 *
 * @throws AiwError `usage`; `input_unknown`, `input_invalid`, `input_missing`: the code of the first mistake, all of them
 * in the message and in `details.problems`.
 */
export function parseInputs(workflow: Workflow, pairs: readonly string[], values: JsonObject = {}): JsonObject {
  const faults: InputFault[] = [];
  const texts = new Map(pairs.map(splitPair));
  const inputs = new Map<string, Json>();
  const given = new Set([...Object.keys(values), ...texts.keys()]);
  for (const name of given) {
    const spec = Object.hasOwn(workflow.inputs, name) ? workflow.inputs[name] : undefined;
    if (spec === undefined) {
      faults.push(unknownInput(workflow, name));
      continue;
    }
    const text = texts.get(name);
    const value = text === undefined ? values[name] : coerced(name, spec, text, faults);
    if (value === undefined) continue;
    const misfit = describeInputMisfit(spec.schema, applyDefaults(spec.schema, value));
    if (misfit === undefined) inputs.set(name, value);
    else faults.push(wrongInput(spec, `input '${name}': ${misfit}`));
  }
  for (const [name, spec] of Object.entries(workflow.inputs)) {
    if (spec.required && !given.has(name)) faults.push(missingInput(name, spec));
  }
  if (faults.length > 0) throw inputError(faults);
  return Object.fromEntries(inputs);
}

function splitPair(pair: string): readonly [string, string] {
  const cut = pair.indexOf("=");
  if (cut > 0) return [pair.slice(0, cut), pair.slice(cut + 1)];
  throw new AiwError("usage", `--input ${JSON.stringify(pair)} is not name=value`, {
    hint: "write for example --input base=main",
  });
}

function coerced(name: string, spec: InputSpec, text: string, faults: InputFault[]): Json | undefined {
  try {
    return coerceInput(name, spec.schema, text);
  } catch (error) {
    if (!isAiwError(error, "input_invalid")) throw error;
    faults.push(wrongInput(spec, error.message));
    return undefined;
  }
}

function wrongInput(spec: InputSpec, message: string): InputFault {
  return { code: "input_invalid", message, help: `its type is ${describeType(spec.schema)}` };
}

function missingInput(name: string, spec: InputSpec): InputFault {
  const type = describeType(spec.schema);
  return { code: "input_missing", message: `input '${name}' has no value`, help: `pass --input ${name}=… (${type})` };
}

function unknownInput(workflow: Workflow, name: string): InputFault {
  const names = Object.keys(workflow.inputs);
  const near = nearest(name, names);
  const known = names.length === 0 ? "the workflow declares no inputs" : `its inputs are ${names.join(", ")}`;
  return {
    code: "input_unknown",
    message: `'${name}' is not an input of ${workflow.name}`,
    help: near === undefined ? known : `did you mean '${near}'?`,
  };
}

function inputError(faults: readonly InputFault[]): AiwError {
  const [first] = faults;
  const isOne = faults.length === 1;
  const lines = faults.map(({ message, help }) => (isOne ? message : `${message} (${help})`));
  return new AiwError(first?.code ?? "input_invalid", lines.join("\n"), {
    hint: isOne ? first?.help : "correct these inputs",
    details: { problems: faults.map((fault) => ({ ...fault })) },
  });
}
