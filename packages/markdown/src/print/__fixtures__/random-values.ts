import type { Json, JsonSchema, TextTemplate, ValueTemplate } from "@aiw/core";
import fc from "fast-check";

/** Pieces of text that mean something to Markdown, YAML or templates. */
const awkward = [
  ...["# Title", "## Section", "### Step", "#### Undo", "#### Other", "##Near", "###Near step", "Setext\n===", "---"],
  ...["```", "```yaml step", "```bash run", "```md raw\n{{ raw }}\n```", "~~~\ncode\n~~~", "````", "- ```yaml step", "> ## Quote"],
  ...["```yaml\nid: x\n```", "```step", "<!-- open", "<!-- closed -->", "<script>", "<div>", "    indented"],
  ...["{{", "}}", "{", "}", "\\", "\\{{", "{{{", "'", '"', ": ", " #", "#", "*", "&x", "!tag", "|", "%", "@", "`"],
  ...["\n", "\n\n", "\n   \n", " ", "\t", "- item", "1. item", "text", "ünïcødé", "翻訳", "\u2028", "true", "1.10", "null"],
];
const piece = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...awkward) }, { weight: 1, arbitrary: fc.string() });
/** Text full of what is hard to write. */
export const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("").replaceAll("\r", ""));
/** The same on one line, without blanks at its ends. */
export const line = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .map((pieces) => pieces.join("").replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ").trim());
/** What every step of the fixture may read. */
const expression = fc.constantFrom("inputs.s", "inputs.n + 1", "run.id", "json(inputs.list)", "inputs.n > 1\n  && inputs.ok");
/** A condition over the inputs. */
export const condition = fc.constantFrom("inputs.ok", "inputs.n > 3", "inputs.s == 'a: b # c'", "!inputs.ok", 'inputs.s == "}}"');
/** A time. */
export const ms = fc.integer({ min: 1, max: 10_000_000 });
/** A few lines. */
export const texts = fc.array(line, { maxLength: 3 });

function merged(parts: TextTemplate): TextTemplate {
  const joined: TextTemplate[number][] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else if (part !== "") joined.push(part);
  }
  return joined;
}

/** Text with expressions; may be empty. */
export const template = fc
  .array(fc.oneof(text, expression.map((expr) => ({ expr }))), { maxLength: 5 })
  .map((parts) => merged(parts));
/** Text with expressions. */
export const filled = template.filter((parts) => parts.length > 0);

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(line, tie("json"), { maxKeys: 3 }),
  ),
}));

/** A value with expressions, as the loader folds it. */
export const { value } = fc.letrec<{ value: ValueTemplate }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    json.map((literal): ValueTemplate => ({ t: "literal", value: literal })),
    expression.map((expr): ValueTemplate => ({ t: "expr", expr })),
    filled.filter(hasExpression).map((parts): ValueTemplate => ({ t: "text", parts })),
    fc.array(tie("value"), { minLength: 1, maxLength: 3 }).map(listOf),
    fc.dictionary(line, tie("value"), { minKeys: 1, maxKeys: 3 }).map(mapOf),
  ),
}));

function hasExpression(parts: TextTemplate): boolean {
  return parts.some((part) => typeof part === "object");
}

/** As the loader folds it: a list of literals is a literal. */
function listOf(items: readonly ValueTemplate[]): ValueTemplate {
  const literals = items.flatMap((item) => (item.t === "literal" ? [item.value] : []));
  return literals.length === items.length ? { t: "literal", value: literals } : { t: "list", items };
}

function mapOf(entries: Readonly<Record<string, ValueTemplate>>): ValueTemplate {
  const literals = Object.entries(entries).flatMap(([key, item]) =>
    item.t === "literal" ? [[key, item.value] as const] : [],
  );
  const isLiteral = literals.length === Object.keys(entries).length;
  return isLiteral ? { t: "literal", value: Object.fromEntries(literals) } : { t: "map", entries };
}

/** A map of values, at any depth. */
export const map = fc.dictionary(line, value, { maxKeys: 4 }).map(mapOf);
/** Variables. */
export const env = fc.dictionary(
  fc.constantFrom("A", "B_2", "path"),
  fc.oneof(
    text.map((literal): ValueTemplate => ({ t: "literal", value: literal })),
    fc.constant<ValueTemplate>({ t: "expr", expr: "inputs.s" }),
    filled.filter(hasExpression).map((parts): ValueTemplate => ({ t: "text", parts })),
  ),
);

/** A type, with a notation or without. */
export const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<JsonSchema>({}, { type: "string" }, { type: "integer" }, { type: "boolean" }, { type: ["string", "null"] }),
    text.map((literal): JsonSchema => ({ type: "string", default: literal })),
    fc.uniqueArray(line, { minLength: 1, maxLength: 3 }).map((values): JsonSchema => ({ type: "string", enum: values })),
    fc.constant<JsonSchema>({ enum: [1, 2.5], default: 2.5 }),
    text.map((description): JsonSchema => ({ type: "number", description })),
    tie("schema").map((items): JsonSchema => ({ type: "array", items })),
    fc.dictionary(line, tie("schema"), { maxKeys: 3 }).map(
      (properties): JsonSchema => ({
        type: "object",
        properties,
        required: Object.keys(properties).filter((_, index) => index % 2 === 0),
        additionalProperties: false,
      }),
    ),
  ),
}));
