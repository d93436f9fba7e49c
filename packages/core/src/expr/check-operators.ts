import type { Json, JsonSchema } from "../json.js";
import type { BinaryNode, Node, Span } from "./ast.js";
import type { Kind } from "./catalog.js";
import type { CheckContext } from "./check-context.js";
import { describeShown, describeType, describeValue } from "./describe-type.js";
import { equalJson } from "./measure.js";
import { nearest } from "./nearest.js";
import { isSecretType, itemOf, kindsOf, listedValues, unionOf, variants } from "./schema-type.js";

const number: JsonSchema = { type: "number" };
const integer: JsonSchema = { type: "integer" };
const boolean: JsonSchema = { type: "boolean" };

/** Type of an operator's result; reports operands that do not fit. */
export function checkBinary(node: BinaryNode, left: JsonSchema, right: JsonSchema, context: CheckContext): JsonSchema {
  switch (node.op) {
    case "==":
    case "!=":
      checkEqual(node, left, right, context);
      return boolean;
    case "in":
      checkIn(node, left, right, context);
      return boolean;
    case "<":
    case "<=":
    case ">":
    case ">=":
      checkSameKind(node, { left, right }, ["number", "string", "boolean"], context);
      return boolean;
    case "+":
      return checkSameKind(node, { left, right }, ["number", "string", "list"], context);
    default:
      context.require(node.left, left, ["number"], `'${node.op}'`);
      context.require(node.right, right, ["number"], `'${node.op}'`);
      if ((node.op === "/" || node.op === "%") && node.right.k === "literal" && node.right.value === 0) {
        context.report("division_by_zero", node.right, "division by zero");
      }
      return node.op !== "/" && isInteger(left) && isInteger(right) ? integer : number;
  }
}

function isInteger(type: JsonSchema): boolean {
  return variants(type).every((variant) => variant.type === "integer");
}

/** Both sides must have a kind in common; gives the type of their sum. */
function checkSameKind(
  node: BinaryNode,
  sides: { readonly left: JsonSchema; readonly right: JsonSchema },
  kinds: readonly Kind[],
  context: CheckContext,
): JsonSchema {
  const { left, right } = sides;
  context.require(node.left, left, kinds, `'${node.op}'`);
  context.require(node.right, right, kinds, `'${node.op}'`);
  const [a, b] = [kindsOf(left), kindsOf(right)];
  const fits = (kind: Kind) => (a?.has(kind) ?? true) && (b?.has(kind) ?? true);
  const shared = kinds.filter(fits);
  const isOwnFault = [a, b].some((side) => side !== undefined && !kinds.some((kind) => side.has(kind)));
  if (shared.length === 0 && !isOwnFault) {
    const help = node.op === "+" ? "write string(x), json(x) or number(text)" : "write string(x) or number(text)";
    const message = `'${node.op}' does not work on ${describeValue(left)} and ${describeValue(right)}`;
    context.report("wrong_type", node, message, help);
    return {};
  }
  if (shared.length !== 1) return {};
  if (shared[0] === "number") return isInteger(left) && isInteger(right) ? integer : number;
  if (shared[0] === "string") return { type: "string" };
  return { type: "array", items: itemOf(unionOf([left, right])) };
}

function checkEqual(node: BinaryNode, left: JsonSchema, right: JsonSchema, context: CheckContext): void {
  const secret = isSecretType(left) ? node.left : isSecretType(right) ? node.right : undefined;
  if (secret !== undefined) {
    context.forbidSecret(secret);
    return;
  }
  if (node.left.k === "literal" && node.right.k === "literal") return;
  const outcome = node.op === "==" ? "never equal" : "always different";
  if (!mayMeet(left, right)) {
    const message = `${describeValue(left)} and ${describeValue(right)} are ${outcome}`;
    context.report("wrong_type", node, message, "compare values of the same type");
    return;
  }
  if (node.right.k === "literal") checkListed(node.right, right, { node: node.left, type: left }, context);
  else checkListed(node.left, left, { node: node.right, type: right }, context);
}

/** Do both types have a kind in common? Null is compared with anything. */
function mayMeet(left: JsonSchema, right: JsonSchema): boolean {
  const [a, b] = [kindsOf(left), kindsOf(right)];
  if (a === undefined || b === undefined || a.has("null") !== b.has("null")) {
    const isNullTest = (kinds: ReadonlySet<Kind> | undefined) => kinds?.size === 1 && kinds.has("null");
    if (a === undefined || b === undefined || isNullTest(a) || isNullTest(b)) return true;
  }
  return [...a].some((kind) => b.has(kind));
}

/** Values on one side that the enumeration on the other side does not have. */
function checkListed(
  span: Span,
  type: JsonSchema,
  other: { readonly node: Span; readonly type: JsonSchema },
  context: CheckContext,
): void {
  const [values, allowed] = [listedValues(type), listedValues(other.type)];
  if (values === undefined || allowed === undefined || values.length === 0 || allowed.length === 0) return;
  const isThere = (value: Json) => allowed.some((candidate) => equalJson(candidate, value, () => {}));
  if (values.some(isThere)) return;
  const [value = null] = values;
  const shown = typeof value === "string" ? `'${value}'` : JSON.stringify(value);
  const names = allowed.filter((item) => typeof item === "string");
  const near = typeof value === "string" ? nearest(value, names) : undefined;
  const help = near === undefined ? `it can be: ${describeType(other.type)}` : `did you mean '${near}'?`;
  context.report("wrong_type", span, `${shown} is not a value of ${context.text(other.node)}`, help);
}

function checkIn(node: BinaryNode, left: JsonSchema, right: JsonSchema, context: CheckContext): void {
  if (isSecretType(left)) {
    context.forbidSecret(node.left);
    return;
  }
  const kinds = kindsOf(right);
  if (kinds?.has("string") && !kinds.has("list")) {
    context.report("wrong_type", node, "'in' needs a list or map on its right", "write text.contains(part)");
    return;
  }
  context.require(node.right, right, ["list", "object"], "'in'");
  if (!kinds?.has("list")) return;
  const items: readonly Node[] = node.right.k === "list" ? node.right.items : [];
  for (const item of items) {
    if (item.k !== "literal" || item.value === null) continue;
    const values: JsonSchema = { enum: [item.value] };
    if (mayMeet(left, values)) checkListed(item, values, { node: node.left, type: left }, context);
    else
      context.report(
        "wrong_type",
        item,
        `${context.text(node.left)} is ${describeShown(left)}, never ${describeType(values)}`,
      );
  }
  if (items.length > 0) return;
  const type = itemOf(right);
  if (mayMeet(left, type)) checkListed(node.left, left, { node: node.right, type }, context);
  else context.report("wrong_type", node, `${describeValue(left)} is never in ${describeType(right)}`);
}
