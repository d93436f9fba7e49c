import type { Json } from "../json.js";
import { type BinaryNode, type Node, rootOf, staticPath } from "./ast.js";
import { equalJson } from "./measure.js";
import type { Expression, Narrowing } from "./types.js";

/** Paths that are known not to be null, each joined by a character that no name holds. */
export type Facts = ReadonlySet<string>;

const separator = "\u0000";

/** Key of a path in {@link Facts}. */
export function factKey(path: readonly string[]): string {
  return path.join(separator);
}

/** What holds where a condition has the given outcome, besides what is known already. */
export function factsOf(
  node: Node,
  outcome: boolean,
  context: { readonly known: Facts; readonly narrowing: readonly Narrowing[] },
): Facts {
  const facts = new Set(context.known);
  collect(node, outcome, context.narrowing, facts);
  return facts;
}

/**
 * What holds wherever a condition is true, for `nonNull` of {@link ScopeTypes}: worked out once, it serves every
 * expression that the condition guards.
 */
export function nonNullWhere(condition: Expression, narrowing: readonly Narrowing[]): Facts {
  return factsOf(rootOf(condition), true, { known: new Set(), narrowing });
}

/** Facts without those about a name that now means something else. */
export function factsWithout(facts: Facts, name: string): Facts {
  return new Set([...facts].filter((fact) => fact !== name && !fact.startsWith(name + separator)));
}

function collect(node: Node, outcome: boolean, narrowing: readonly Narrowing[], facts: Set<string>): void {
  if (node.k === "unary" && node.op === "!") collect(node.operand, !outcome, narrowing, facts);
  // `a && b` is true only when both are; `a || b` is false only when both are.
  if (node.k === "logical" && outcome === (node.op === "&&")) {
    collect(node.left, outcome, narrowing, facts);
    collect(node.right, outcome, narrowing, facts);
  }
  if (node.k !== "binary" || (node.op !== "==" && node.op !== "!=")) return;
  const isEqual = outcome === (node.op === "==");
  for (const { path, value } of comparedPaths(node)) {
    if (value === undefined || (value === null) === isEqual) continue;
    addPath(path, facts);
    if (!isEqual) continue;
    for (const rule of narrowing) {
      if (factKey(rule.path) !== factKey(path) || !equalJson(rule.value, value, () => {})) continue;
      for (const safe of rule.nonNull) addPath(safe, facts);
    }
  }
}

function comparedPaths(
  node: BinaryNode,
): readonly { readonly path: readonly string[]; readonly value: Json | undefined }[] {
  return [[node.left, node.right] as const, [node.right, node.left] as const].flatMap(([side, other]) => {
    const path = staticPath(side)?.path;
    return path === undefined ? [] : [{ path, value: other.k === "literal" ? other.value : undefined }];
  });
}

/** A path that is not null has no null above it: `a.b` of null is null. */
function addPath(path: readonly string[], facts: Set<string>): void {
  for (let length = 1; length <= path.length; length++) facts.add(factKey(path.slice(0, length)));
}
