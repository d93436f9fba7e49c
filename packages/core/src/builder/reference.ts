import { AiwError } from "../errors.js";
import { literal } from "./literal.js";

const sourceKey: unique symbol = Symbol.for("aiw.expression");
declare const valueKey: unique symbol;

/** A value that is known when the run gets there: an expression of the language, of type `T`. */
export interface Expr<T> {
  /** Its source. */
  readonly [sourceKey]: string;
  /** Only in types. */
  readonly [valueKey]: T;
}

/** An expression with its fields: `inputs.base`, `steps.review.output.score`. What may be missing reads as null. */
export type Ref<T> = [T] extends [never]
  ? Expr<never>
  : unknown extends T
    ? Expr<never>
    : Expr<T> & FieldRefs<NonNullable<T>, Extract<T, null>>;

type FieldRefs<T, N> = T extends readonly unknown[] | SecretValue
  ? unknown
  : T extends object
    ? { readonly [K in keyof T & string as string extends K ? never : K]-?: Ref<Present<T[K]> | N> }
    : unknown;

/** A value as expressions read it: what is missing is null. */
export type Present<T> = undefined extends T ? Exclude<T, undefined> | null : T;

/** Type of a secret: it may stand in `env`, and in `with` of scripts and tools. */
export interface SecretValue {
  readonly secret: true;
}

/** The reference that an expression's source is. */
export function reference<T>(source: string): Ref<T> {
  const proxy: object = new Proxy(Object.freeze({}), {
    get: (_target, key) => {
      if (key === sourceKey) return source;
      return typeof key === "symbol" ? refuse(source, key) : reference(member(source, key));
    },
    has: (_target, key) => key === sourceKey,
  });
  if (!isRef<T>(proxy)) throw new AiwError("internal", "a reference has no source");
  return proxy;
}

/** Is it an expression? */
export function isExpr(value: unknown): value is Expr<unknown> {
  return typeof value === "object" && value !== null && sourceKey in value;
}

/** Its source. */
export function sourceOf(expression: Expr<unknown>): string {
  return expression[sourceKey];
}

function isRef<T>(value: object): value is Ref<T> {
  return isExpr(value);
}

function member(source: string, name: string): string {
  return /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u.test(name) ? `${source}.${name}` : `${source}[${literal(name)}]`;
}

/** What JavaScript asks of every object finds nothing; to be made text is a mistake that shows. */
function refuse(source: string, key: symbol): undefined {
  if (key !== Symbol.toPrimitive) return undefined;
  throw new AiwError("workflow_invalid", `'${source}' is known only when the workflow runs`, {
    hint: "write text`…` or expr`…` before the backtick",
  });
}
