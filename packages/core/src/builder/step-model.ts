import { AiwError } from "../errors.js";
import type { ForeachAxis, ForeachOver, ForeachSpec, RepeatSpec } from "../model/settings.js";
import type { Step, StepBase } from "../model/step.js";
import type { ValueTemplate } from "../model/template.js";
import { given } from "./given.js";
import { jsonSchemaOf } from "./json-schema.js";
import { checkName, checkVariable } from "./names.js";
import { parseSettings } from "./parse.js";
import { isExpr, sourceOf } from "./reference.js";
import { resolve, scopeOf } from "./scope.js";
import { type KindReader, type StepRegistry, specialOf } from "./step-kinds.js";
import { stepSchema } from "./step-schema.js";
import { expressionSource, textTemplate, valueTemplate } from "./values.js";

/** A step as it was given, and what its settings do not tell. */
export interface StepSource {
  readonly id: string;
  readonly options: unknown;
  /** Title where the settings give none. */
  readonly title: string;
  readonly registry: StepRegistry;
  /** The loop variable of the step that it undoes. */
  readonly as?: string | undefined;
  /** `step 'review'`, for messages. */
  readonly of: string;
}

/** A step of the model, still without the steps it waits for, and its `needs` as given. */
export interface DraftStep {
  readonly step: (needs: readonly string[]) => Step;
  readonly needs?: readonly string[];
}

/** Makes the step of the model. */
export function stepModel({ id, options, title, registry, of, ...source }: StepSource): DraftStep {
  const settings = parseSettings(stepSchema(), options, of);
  const as = source.as ?? settings.as ?? "item";
  checkVariable(as);
  const reader: KindReader = { settings, scope: scopeOf(as), registry, of };
  const base = { id, title: settings.title ?? title, ...baseOf(reader, as) };
  const special = specialOf(reader);
  return { step: (needs) => ({ ...base, needs, ...special }), ...given({ needs: settings.needs }) };
}

function baseOf(reader: KindReader, as: string): Omit<StepBase, "id" | "title" | "needs"> {
  const { settings, scope, of } = reader;
  const { retry, onInterrupt, cache, artifacts, budget, onQuota, workspace, sandbox, cwd, output } = settings;
  const signal = settings.wait !== undefined && "timeout" in settings.wait ? settings.wait.timeout : undefined;
  return {
    env: envTemplates(resolve(settings.env ?? {}, scope, `${of}: env`), of),
    onError: settings.onError,
    ...given({
      if: expression(reader, settings.if, "if"),
      cwd: cwd === undefined ? undefined : textTemplate(resolve(cwd, scope, `${of}: cwd`), `${of}: cwd`),
      output: output === undefined ? undefined : jsonSchemaOf(output, `the output of ${of}`),
      timeoutMs: settings.timeout ?? settings.approval?.timeout ?? signal,
      idleTimeoutMs: settings.idleTimeout,
      failIf: expression(reader, settings.failIf, "failIf"),
      foreach: foreachOf(reader, as),
      repeat: repeatOf(reader),
    }),
    ...given({ retry, onInterrupt, cache, artifacts, budget, onQuota, workspace, sandbox }),
  };
}

/** Variables; they are text in the end. */
export function envTemplates(env: unknown, of: string): Readonly<Record<string, ValueTemplate>> {
  const template = valueTemplate(env, `${of}: env`);
  const entries =
    template.t === "map"
      ? Object.entries(template.entries)
      : template.t === "literal" && typeof template.value === "object" && template.value !== null
        ? Object.entries(template.value).map(([name, value]) => [name, { t: "literal", value }] as const)
        : [];
  return Object.fromEntries(
    entries.map(([name, value]) => {
      checkName(name, "a variable");
      return [name, asText(value, `${of}: env.${name}`)];
    }),
  );
}

function asText(value: ValueTemplate, of: string): ValueTemplate {
  if (value.t === "expr" || value.t === "text") return value;
  if (value.t === "literal" && (typeof value.value !== "object" || value.value === null)) {
    if (value.value !== null) return { t: "literal", value: String(value.value) };
  }
  throw new AiwError("workflow_invalid", `${of} takes text`, { hint: "use `with` for lists and maps" });
}

function expression({ scope, of }: KindReader, setting: unknown, key: string): string | undefined {
  return setting === undefined
    ? undefined
    : expressionSource(resolve(setting, scope, `${of}: ${key}`), `${of}: ${key}`);
}

function foreachOf({ settings, scope, of }: KindReader, as: string): ForeachSpec | undefined {
  if (settings.foreach === undefined) return undefined;
  const over = overOf(resolve(settings.foreach, scope, `${of}: foreach`), `${of}: foreach`);
  return { over, as, ...given({ maxParallel: settings.maxParallel }) };
}

function overOf(value: unknown, of: string): ForeachOver {
  if (isExpr(value) || Array.isArray(value)) return axisOf(value, of);
  const axes = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (axes.length === 0) throw new AiwError("workflow_invalid", `${of} takes a list, an expression or a map of them`);
  const matrix = axes.map(([name, axis]) => {
    checkName(name, "an axis");
    return [name, axisOf(axis, `${of}.${name}`)] as const;
  });
  return { matrix: Object.fromEntries(matrix) };
}

function axisOf(value: unknown, of: string): ForeachAxis {
  if (isExpr(value)) return { expr: sourceOf(value) };
  if (Array.isArray(value)) return { list: value.map((item) => valueTemplate(item, of)) };
  throw new AiwError("workflow_invalid", `${of} takes a list, or an expression that gives one`);
}

function repeatOf(reader: KindReader): RepeatSpec | undefined {
  const { repeat } = reader.settings;
  if (repeat === undefined) return undefined;
  const until = expressionSource(resolve(repeat.until, reader.scope, `${reader.of}: until`), `${reader.of}: until`);
  return { until, max: repeat.max, ...given({ everyMs: repeat.every, from: repeat.from }) };
}
