import type * as z from "zod";
import type { InputShape, KindName } from "./scope-types.js";
import type { KindOf, StepParts, WithFor } from "./step-types.js";

/** Where a step stands: in the main section, in one at the end of the run, or under another as its Undo. */
export type PlaceName = "steps" | "onFailure" | "finally" | "undo";

type Work = "env" | "cwd" | "output" | "idleTimeout" | "onInterrupt" | "cache" | "artifacts" | "sandbox";
type Called = "retry" | "timeout" | "failIf" | "budget" | "workspace";
type Repeated = "foreach" | "as" | "maxParallel" | "repeat";
type Agents = "agent" | "model" | "effort" | "tools" | "permissions" | "session" | "effects" | "onQuota";

/** Keys that mean something to a kind of step; `title`, `needs`, `if` and `onError` do to all. */
interface KeysOfKind {
  readonly script: "script" | "with" | Work | Called | Repeated;
  readonly tool: "tool" | "with" | Work | Called | Repeated;
  readonly agent: "prompt" | Agents | Work | Called | Repeated;
  readonly use: "use" | "with" | Called | Repeated;
  readonly approval: "approval" | "prompt" | Repeated;
  readonly wait: "wait" | Repeated;
  readonly apply: "apply";
  readonly code: "code" | "output" | "retry" | "timeout" | "failIf" | "onInterrupt" | Repeated;
}

/** Keys that a step of this place cannot have. */
interface KeysNotIn {
  readonly steps: never;
  readonly onFailure: "needs";
  readonly finally: "needs" | "approval";
  readonly undo: "title" | "needs" | "if" | Repeated | "session" | "cache" | "onError" | "approval" | "wait" | "apply";
}

type Fitting<Kind extends KindName, Place extends PlaceName> = Exclude<
  "title" | "needs" | "if" | "onError" | KeysOfKind[Kind],
  KeysNotIn[Place]
>;

/**
 * What the keys of a step must be, besides their types: keys that mean nothing to its kind or place take no value, a
 * key that its kind needs is there, and values have no fields that nobody reads.
 */
export type Rules<P extends StepParts, Place extends PlaceName> = {
  readonly [K in P["keys"]]: K extends Fitting<KindOf<P["keys"]>, Place> ? KeyRule<K, P> : never;
} & Required<P>;

type KeyRule<K, P extends StepParts> = K extends "with"
  ? NoMore<P["values"], WithFor<P["inputs"]>>
  : K extends "code"
    ? NoMore<P["result"], [P["type"]] extends [never] ? never : z.output<P["type"]>>
    : unknown;

/** Never when a map has fields that its type does not know. */
type NoMore<Given, Wanted> = [Given] extends [never]
  ? unknown
  : [Wanted] extends [never]
    ? unknown
    : string extends keyof Wanted
      ? unknown
      : Wanted extends readonly unknown[]
        ? unknown
        : Wanted extends object
          ? [Exclude<keyof Given, keyof Wanted>] extends [never]
            ? unknown
            : never
          : unknown;

type Required<P extends StepParts> = (KindOf<P["keys"]> extends "agent" | "approval"
  ? { readonly prompt: unknown }
  : unknown) &
  WithRequired<P["keys"], P["inputs"]>;

type WithRequired<Keys, Inputs extends InputShape> = "use" extends Keys
  ? [Inputs] extends [never]
    ? unknown
    : Record<never, never> extends WithFor<Inputs>
      ? unknown
      : { readonly with: unknown }
  : unknown;
