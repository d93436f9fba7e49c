import { isJsonObject, type JsonSchema } from "@aiw/core";
import { type FieldSource, type Fields, readFields } from "./fields.js";
import { isFolder, liesInside, resolveInside } from "./folder.js";
import { compileParameters, compileResult } from "./parameters.js";
import type { YamlPath } from "./yaml-file.js";

/** Time-out of an operation that declares none. */
export const defaultTimeoutMs = 300_000;

/** What a `<script>.yaml` or an entry of `tools.yaml` says about one script. */
export interface ToolDescription {
  readonly description?: string | undefined;
  /** Does the script get the operation as its first argument? Yes when `operations:` stands there, even with one. */
  readonly namesOperation: boolean;
  /** `file`: arguments reach the script in `$AIW_INPUT` only. */
  readonly argumentsBy: "argv" | "file";
  /** At least one. */
  readonly operations: readonly OperationDescription[];
}

/** One operation of a script. */
export interface OperationDescription {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters: JsonSchema;
  readonly output?: JsonSchema | undefined;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; absent: that of the step. */
  readonly cwd?: string | undefined;
}

/** Of a script without a description: one operation `run` that takes any arguments. */
export const undescribed: ToolDescription = {
  namesOperation: false,
  argumentsBy: "argv",
  operations: [{ name: "run", parameters: { type: "object" }, timeoutMs: defaultTimeoutMs, env: {} }],
};

const operationKeys = ["description", "parameters", "output", "timeout", "env", "cwd"];

/** Keys of a description; entries of `tools.yaml` also have `name` and `script`. */
export const descriptionKeys = [...operationKeys, "operations", "arguments"];

/** Where a description stands. */
export interface DescriptionPlace {
  readonly source: FieldSource;
  readonly fields: Fields;
  /** Folder that `cwd:` is relative to and may not leave. */
  readonly root: string;
}

/** Reads a description whose map was opened already. Problems are reported; what is wrong falls back to its default. */
export function readDescription(place: DescriptionPlace): ToolDescription {
  const { fields } = place;
  const base = readOperation(place, fields, { timeoutMs: defaultTimeoutMs, env: {} });
  const description = fields.text("description");
  const argumentsBy = fields.oneOf("arguments", ["argv", "file"]) ?? "argv";
  const about = { ...(description === undefined ? {} : { description }), argumentsBy };
  if (!fields.has("operations")) {
    return { ...about, namesOperation: false, operations: [{ ...base, name: "run" }] };
  }
  for (const key of ["parameters", "output"]) {
    if (fields.has(key)) fields.fail(key, `'${key}' cannot stand beside 'operations'`, "move it into the operation");
  }
  return { ...about, namesOperation: true, operations: readOperations(place, base) };
}

type Defaults = Pick<OperationDescription, "timeoutMs" | "env" | "cwd">;

function readOperations(place: DescriptionPlace, defaults: Defaults): readonly OperationDescription[] {
  const { fields, source } = place;
  const raw = fields.value("operations");
  if (!isJsonObject(raw) || Object.keys(raw).length === 0) {
    fields.fail(
      "operations",
      "'operations' must be a map with at least one operation",
      "write its name, a colon, and its settings below",
    );
    return [];
  }
  return Object.keys(raw).flatMap((name) => {
    const path: YamlPath = [...fields.path, "operations", name];
    if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) {
      const at = source.file.at(path, "key");
      const help = "use letters, digits, _ and -, beginning with a letter";
      source.report({
        code: source.code,
        file: source.file.name,
        ...at,
        message: `'${name}' cannot name an operation`,
        help,
      });
    }
    // `ping:` alone is an operation without settings.
    if (raw[name] === null) return [{ ...defaults, name, parameters: { type: "object" } }];
    const operation = readFields(source, path, operationKeys);
    return operation === undefined ? [] : [{ ...readOperation(place, operation, defaults), name }];
  });
}

function readOperation(place: DescriptionPlace, fields: Fields, defaults: Defaults): OperationDescription {
  const { source } = place;
  const description = fields.text("description");
  const parameters = fields.has("parameters") ? compileParameters(source, [...fields.path, "parameters"]) : undefined;
  const output = fields.has("output") ? compileResult(source, [...fields.path, "output"]) : undefined;
  const cwd = readCwd(place, fields) ?? defaults.cwd;
  return {
    name: "run",
    ...(description === undefined ? {} : { description }),
    parameters: parameters ?? { type: "object" },
    ...(output === undefined ? {} : { output }),
    timeoutMs: fields.duration("timeout") ?? defaults.timeoutMs,
    env: { ...defaults.env, ...fields.env("env") },
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function readCwd({ root }: DescriptionPlace, fields: Fields): string | undefined {
  const text = fields.text("cwd");
  if (text === undefined) return undefined;
  const cwd = resolveInside(root, text);
  if (cwd !== undefined && isFolder(cwd) && liesInside(root, cwd)) return cwd;
  fields.fail("cwd", `'${text}' is not a folder of the bundle`, "leave 'cwd' out to work where the step works");
  return undefined;
}
