import type { Json, JsonSchema } from "../json.js";

/** A mistake in a type. */
export interface TypeProblem {
  /** Keys and list indexes from the outermost notation to the mistake; keys as written, with their `?`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly help?: string | undefined;
}

/** A `$schema: ./file.json` that the caller must read. */
export interface SchemaFile {
  readonly path: readonly (string | number)[];
  /** As written, relative to the workflow file. */
  readonly file: string;
}

/** A compiled type. With problems the schema is `{}` where the mistake is. */
export interface CompiledType {
  readonly schema: JsonSchema;
  /** From `T = default` or `$default`; also in the schema. */
  readonly default?: Json | undefined;
  readonly problems: readonly TypeProblem[];
  /** Files that `readSchema` did not give; their schema is `{}` here. */
  readonly files: readonly SchemaFile[];
}

/** How types are compiled. */
export interface CompileOptions {
  /** Gives the schema of `$schema: ./file.json`; absent or without an answer, the file is listed in `files`. */
  readonly readSchema?: ((file: string) => JsonSchema | undefined) | undefined;
}

/** Names of the plain types. */
export const typeNames: readonly string[] = ["string", "number", "integer", "boolean", "any"];

/** What the functions that read a notation share. */
export interface Compilation {
  readonly problems: TypeProblem[];
  readonly files: SchemaFile[];
  readonly readSchema: (file: string) => JsonSchema | undefined;
}

/** What a notation gives: a schema, and its default. */
export interface TypeOf {
  readonly schema: JsonSchema;
  readonly default?: Json;
}

/** Where a notation stands. */
export type TypePath = readonly (string | number)[];

/** Adds a problem; the type there is `any` from then on. */
export function refuse(to: Compilation, path: TypePath, message: string, help?: string): TypeOf {
  to.problems.push({ path, message, ...(help === undefined ? {} : { help }) });
  return { schema: {} };
}
