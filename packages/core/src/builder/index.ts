/** Builds workflows in TypeScript, typed from inputs to outputs; the same model that files give. */
export type { BuiltWorkflow } from "./built.js";
export type { CodeScope } from "./code.js";
export { codeSource } from "./code-source.js";
export { type Flow, workflow } from "./flow.js";
export { and, eq, gt, gte, json, lt, lte, ne, not, type Operand, or, orElse, size } from "./operators.js";
export type { Expr, Ref, SecretValue } from "./reference.js";
export { bash, js, python, type Script, sh, ts } from "./script.js";
export { expr, type SecretText, type Text, text } from "./template.js";
