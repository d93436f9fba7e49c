import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../json.js";
import { type Node, rootOf } from "./ast.js";
import { evaluateExpression } from "./evaluate.js";
import { parseExpression } from "./parser.js";

// The other implementation is asked twice: with every part wrapped in dyn(), which switches its static types off so
// that only values decide, and as written. Left out, because the languages differ on purpose: integer division,
// overflow, mixed numbers, missing fields, fields of null, `??`, and functions that only one of them has.
interface Pair {
  readonly ours: string;
  readonly dynamic: string;
  readonly plain: string;
}
type World = "int" | "double";

const celNames: Readonly<Record<string, string>> = { lower: "lowerAscii", upper: "upperAscii" };
const full = process.env.AIW_TEST_FULL === "1";
const count = Number(process.env.AIW_TEST_COUNT ?? (full ? 10_000 : 1_000));
const seed = Number(process.env.AIW_TEST_SEED ?? Math.floor(Math.random() * 0x7fffffff));

function same(text: string, plain = text): Pair {
  return { ours: text, dynamic: `dyn(${plain})`, plain };
}

/** Builds the three texts from the same template; `#` stands for the parts in order. */
function build(template: string, parts: readonly Pair[], celTemplate = template): Pair {
  const fill = (text: string, key: keyof Pair) => {
    const rest = [...parts];
    return text.replace(/#/g, () => rest.shift()?.[key] ?? "?");
  };
  return {
    ours: fill(template, "ours"),
    dynamic: `dyn(${fill(celTemplate, "dynamic")})`,
    plain: fill(celTemplate, "plain"),
  };
}

function operators(
  template: string,
  list: readonly string[],
  ...parts: readonly fc.Arbitrary<Pair>[]
): fc.Arbitrary<Pair> {
  return fc.tuple(fc.constantFrom(...list), fc.tuple(...parts)).map(([operator, pairs]) => {
    const cel = celNames[operator] ?? operator;
    return build(template.replace("@", operator), pairs, template.replace("@", cel));
  });
}

function literals(world: World) {
  const numbers = world === "int" ? ["0", "1", "2", "3", "7"] : ["0.0", "1.0", "0.5", "2.25", "1e3"];
  const strings = [
    "''",
    "'a'",
    '"b"',
    "'ab'",
    "'a,b'",
    "' x '",
    "'\\n'",
    "'\\x41\\u00e9\\101'",
    "'äö'",
    "'B'",
    '"it\'s"',
  ];
  return {
    number: fc.constantFrom(...numbers, "n", "x").map((text) => same(text)),
    string: fc.constantFrom(...strings, "s", "r.str").map((text) => same(text)),
    boolean: fc.constantFrom("true", "false", "b").map((text) => same(text)),
    list: fc.constantFrom("xs", "ys", "[]", "r.tags").map((text) => same(text)),
    loose: fc.constantFrom("null", "r", "n", "s", "b", "xs", "x").map((text) => same(text)),
    faulty: fc
      .constantFrom("1 / 0 == 1", "xs.field", "s.field", "-s", "xs < ys", "!n")
      .map((text) => same(text, world === "int" ? text : text.replace("1 / 0 == 1", "-b"))),
  };
}

/** Mostly small ones: in a large expression one error hides all the rest. */
function expressions(world: World): fc.Arbitrary<Pair> {
  const levels = [kindsAt(world, undefined)];
  for (let depth = 1; depth <= 5; depth++) levels.push(kindsAt(world, levels.at(-1)));
  return fc.oneof(...levels.slice(1).map((kinds, index) => ({ weight: 6 - index, arbitrary: kinds.expression })));
}

type Kinds = Readonly<Record<"expression" | "number" | "string" | "boolean" | "list" | "loose", fc.Arbitrary<Pair>>>;

/** Expressions of each kind, one level deeper than those given. */
function kindsAt(world: World, inner: Kinds | undefined): Kinds {
  const leaf = literals(world);
  if (inner === undefined) return { ...leaf, expression: leaf.number };
  const isInt = world === "int";
  const { number, string, boolean, list, loose } = inner;
  const choice = (simple: fc.Arbitrary<Pair>, ...others: readonly fc.Arbitrary<Pair>[]) =>
    fc.oneof({ weight: 2, arbitrary: simple }, ...others);
  const conditional = (kind: fc.Arbitrary<Pair>) => operators("(# ? # : #)", ["?"], boolean, kind, kind);
  const sized = ["(#).size()", "size(#)"].map((text) => operators(text, [""], fc.oneof(string, list)));
  const indexed = ["(#)[#]"].map((text) => operators(text, [""], list, number));
  const kinds = {
    // Where any kind may stand, mostly something that is wrong there.
    loose: choice(leaf.loose, number, string, boolean, list),
    number: choice(
      leaf.number,
      operators("(# @ #)", ["+", "-"], number, number),
      operators("(# * #)", ["*"], number, leaf.number),
      operators("(-#)", ["-"], number),
      operators("(# @ #)", isInt ? ["%", "+"] : ["+", "-"], number, fc.oneof({ weight: 4, arbitrary: number }, loose)),
      operators("r.num", [""]),
      operators("r['num']", [""]),
      conditional(number),
      ...(isInt ? [...sized, ...indexed] : []),
    ),
    string: choice(
      leaf.string,
      operators("(# + #)", ["+"], string, string),
      operators("(# + #)", ["+"], string, loose),
      operators("(#).@()", ["lower", "upper", "trim"], string),
      operators("(#).join(#)", [""], list, string),
      operators("(#).join()", [""], list),
      operators("string(#)", [""], fc.oneof(number, string, boolean)),
      conditional(string),
    ),
    boolean: choice(
      leaf.boolean,
      leaf.faulty,
      operators("(# @ #)", ["&&", "||"], boolean, boolean),
      operators("(# @ #)", ["&&", "||"], fc.oneof(boolean, loose), fc.oneof(boolean, loose)),
      operators("(!#)", ["!"], boolean),
      operators("(# @ #)", ["<", "<=", ">", ">=", "==", "!="], number, number),
      operators("(# @ #)", ["<", "<=", ">", ">=", "==", "!="], string, string),
      operators("(# @ #)", ["==", "!=", "<", ">="], loose, loose),
      operators("(# in #)", ["in"], loose, fc.oneof(list, loose)),
      operators("(# in r)", ["in"], string),
      operators(
        "(#).@(#)",
        ["contains", "startsWith", "endsWith"],
        string,
        fc.oneof({ weight: 4, arbitrary: string }, loose),
      ),
      operators("(#).@(x, #)", ["exists", "all"], fc.oneof({ weight: 5, arbitrary: list }, string), boolean),
      operators("(#).@(y, # == y)", ["exists", "all"], list, loose),
      conditional(boolean),
    ),
    list: choice(
      leaf.list,
      operators("[#, #]", [""], number, number),
      operators("[#, #, #]", [""], loose, loose, loose),
      operators("[#]", [""], string),
      operators("(# + #)", ["+"], list, list),
      operators("(#).filter(x, #)", [""], list, boolean),
      operators("(#).map(x, #)", [""], list, loose),
      operators("(#).split(#)", [""], string, string),
      conditional(list),
    ),
  };
  return { ...kinds, expression: fc.oneof(...Object.values(kinds)) };
}

function scopeOf(world: World, number: (value: number) => unknown): Readonly<Record<string, unknown>> {
  const n = world === "int" ? 2 : 1.5;
  const record = { num: number(n), str: "q", tags: ["a", "b"], nil: null };
  return {
    n: number(n),
    x: number(1),
    s: "abc",
    b: true,
    xs: [number(1), number(n), number(3)],
    ys: ["a", "b", "ab"],
    r: record,
  };
}

type Outcome = { readonly value: Json } | "error";

function ours(source: string, world: World): Outcome {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(`does not parse: ${parsed.problem.message}`);
  try {
    return { value: plainJson(evaluateExpression(parsed.expression, { names: scopeOf(world, Number) })) };
  } catch {
    return "error";
  }
}

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });

function theirs(source: string, world: World): Outcome {
  const scope = scopeOf(world, (value) => (world === "int" ? BigInt(value) : value));
  try {
    return { value: plainJson(environment.evaluate(source, scope)) };
  } catch {
    return "error";
  }
}

function plainJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? Number(item) : item)));
}

/** Text without brackets, so that only precedence decides how it is read. */
const flat = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom("", "", "!", "-", "--", "!!"),
        fc.constantFrom("a", "b.c", "xs[0]", "1", "2.5", "'s'", "(a || b)", "[a]"),
      ),
    ),
    fc.array(fc.constantFrom("+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "in", "&&", "||", "?"), {
      minLength: 12,
      maxLength: 12,
    }),
  )
  .map(([operands, between]) => {
    const pieces = operands.map(([sign, operand]) => `${sign}${operand}`);
    let text = pieces[0] ?? "a";
    for (const [index, piece] of pieces.slice(1).entries()) {
      const operator = between[index] ?? "+";
      text += operator === "?" ? ` ? ${piece} : ${piece}` : ` ${operator} ${piece}`;
    }
    return text;
  });

function shape(node: Node): unknown {
  switch (node.k) {
    case "literal":
      return typeof node.value === "number" && node.value < 0 ? ["-_", ["value", -node.value]] : ["value", node.value];
    case "name":
      return ["id", node.name];
    case "field":
      return [".", shape(node.object), node.name];
    case "index":
      return ["[]", shape(node.object), shape(node.index)];
    case "list":
      return ["list", ...node.items.map(shape)];
    case "unary":
      return [`${node.op}_`, shape(node.operand)];
    case "conditional":
      return ["?:", shape(node.test), shape(node.yes), shape(node.no)];
    case "binary":
    case "logical":
      return [node.op, shape(node.left), shape(node.right)];
    default:
      throw new Error(`not generated: ${node.k}`);
  }
}

describe("expressions beside another implementation of CEL", () => {
  it.each(["int", "double"] as const)("gives the same value or error in the world of %s numbers", (world) => {
    console.info(`${count / 2} expressions, seed ${seed} (AIW_TEST_SEED)`);
    const seen = { values: 0, errors: 0, plain: 0 };
    fc.assert(
      fc.property(expressions(world), (pair) => {
        fc.pre(pair.ours.length <= 2_000);
        const own = ours(pair.ours, world);
        expect({ source: pair.ours, outcome: own }).toEqual({
          source: pair.ours,
          outcome: theirs(pair.dynamic, world),
        });
        if (own === "error") seen.errors += 1;
        else seen.values += 1;
        const asWritten = theirs(pair.plain, world);
        // Its static types refuse more than the values would; what it accepts must be equal.
        if (asWritten !== "error") {
          seen.plain += 1;
          expect(own).toEqual(asWritten);
        }
      }),
      { numRuns: Math.ceil(count / 2), seed },
    );
    console.info(`${seen.values} values, ${seen.errors} errors, ${seen.plain} also as written`);
    expect(Math.min(seen.values, seen.errors, seen.plain)).toBeGreaterThan(count / 50);
  });
  it("reads operators with the same precedence", () => {
    fc.assert(
      fc.property(flat, (text) => {
        const parsed = parseExpression(text);
        if (!parsed.ok) throw new Error(parsed.problem.message);
        const expected = plainJson(environment.parse(text).ast.toOldStructure());
        expect({ text, tree: shape(rootOf(parsed.expression)) }).toEqual({ text, tree: expected });
      }),
      { numRuns: Math.ceil(count / 2), seed },
    );
  });
});
