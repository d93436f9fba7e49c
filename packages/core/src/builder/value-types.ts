import type * as z from "zod";
import type { Expr, Present } from "./reference.js";
import type { InputShape } from "./scope-types.js";
import type { SecretText, Text } from "./template.js";

/** Any JSON with expressions and texts in it. */
export type AnyValue =
  | null
  | boolean
  | number
  | string
  | Text
  | SecretText
  | Expr<unknown>
  | readonly AnyValue[]
  | { readonly [name: string]: AnyValue | undefined };

/** A value of a type, with expressions and texts in it. */
export type ValueOf<T> = Expr<T> | LiteralOf<T>;

type LiteralOf<T> = unknown extends T
  ? AnyValue
  : T extends string
    ? T | (string extends T ? Text : never)
    : T extends readonly (infer Item)[]
      ? readonly ValueOf<Item>[]
      : T extends object
        ? { readonly [K in keyof T]: ValueOf<Present<T[K]>> }
        : T;

/** Values for the inputs of a workflow; those with a default may be left out. */
export type InputsGiven<S extends InputShape> = {
  readonly [K in keyof S as undefined extends z.input<S[K]> ? never : K]: ValueOf<z.input<S[K]>>;
} & { readonly [K in keyof S as undefined extends z.input<S[K]> ? K : never]?: ValueOf<Present<z.input<S[K]>>> };

/** A value as JavaScript has it when it was read from JSON: an optional field may be missing or null. */
export type Plain<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : T extends object
      ? {
          readonly [K in keyof T]: undefined extends T[K]
            ? Plain<Exclude<T[K], undefined>> | null | undefined
            : Plain<T[K]>;
        }
      : T;
