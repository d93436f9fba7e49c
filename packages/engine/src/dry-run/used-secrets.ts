import {
  checkExpression,
  parseExpression,
  type Step,
  type TextTemplate,
  type ValueTemplate,
  type Workflow,
} from "@aiw/core";

/** Names of the secrets that a step is given, in variables and arguments, in the order in which the file declares them. */
export function usedSecrets(step: Step, { secrets, env }: Workflow): readonly string[] {
  if (secrets.length === 0) return [];
  const argument = "with" in step ? step.with : undefined;
  const templates = [...Object.values(env), ...Object.values(step.env), ...(argument === undefined ? [] : [argument])];
  const used = new Set(templates.flatMap(expressionsOf).flatMap(secretsIn));
  // A name that is worked out may be any.
  return used.has("*") ? secrets : secrets.filter((name) => used.has(name));
}

function expressionsOf(template: ValueTemplate): readonly string[] {
  switch (template.t) {
    case "literal":
      return [];
    case "expr":
      return [template.expr];
    case "text":
      return holesOf(template.parts);
    case "list":
      return template.items.flatMap(expressionsOf);
    case "map":
      return Object.values(template.entries).flatMap(expressionsOf);
  }
}

function holesOf(text: TextTemplate): readonly string[] {
  return text.flatMap((part) => (typeof part === "string" ? [] : [part.expr]));
}

function secretsIn(source: string): readonly string[] {
  if (!source.includes("secrets")) return [];
  const parsed = parseExpression(source);
  if (!parsed.ok) return [];
  const { references } = checkExpression(parsed.expression, { names: { secrets: {} } });
  return references.flatMap(({ path: [root, name = "*"] }) => (root === "secrets" ? [name] : []));
}
