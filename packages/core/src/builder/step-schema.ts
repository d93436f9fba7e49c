import * as z from "zod";
import type { CodeFunction, Workspace } from "../model/step.js";
import { once } from "../once.js";
import { type Buildable, isBuildable } from "./built.js";
import { isZodType } from "./json-schema.js";
import {
  agentSetting,
  budgetSetting,
  cacheSetting,
  durationSetting,
  effectsSetting,
  permissionsSetting,
  retrySetting,
} from "./settings.js";

/** Settings of a step with those that need no scope made into the model; functions of the scope are still to be called. */
export type StepSettings = z.infer<ReturnType<typeof stepSchema>>;

const zodType = z.custom<z.ZodType>(isZodType, "takes a zod type");
const something = z.custom<unknown>((value) => value !== undefined, "is missing");
const text = z.string();
const texts = z.array(text);

/** What the options of a step may be, whatever their types said. Built at the first call. */
export const stepSchema = once(() =>
  z.strictObject({
    title: text.optional(),
    needs: texts.optional(),
    if: z.unknown().optional(),
    foreach: z.unknown().optional(),
    as: text.optional(),
    maxParallel: z.int().min(1).max(1_000).optional(),
    script: z.strictObject({ lang: z.enum(["bash", "sh", "python", "js", "ts"]), text }).optional(),
    tool: text.optional(),
    use: z.union([text, z.custom<Buildable>(isBuildable, "takes a workflow, or the path of one")]).optional(),
    prompt: z.unknown().optional(),
    approval: z
      .strictObject({
        by: texts.default([]),
        min: z.int().min(1).max(100).default(1),
        timeout: durationSetting.optional(),
        fields: z.record(text, zodType).default({}),
      })
      .optional(),
    wait: z
      .union([
        z.strictObject({ for: durationSetting }),
        z.strictObject({ until: something }),
        z.strictObject({ signal: something, schema: zodType.optional(), timeout: durationSetting.optional() }),
      ])
      .optional(),
    apply: text.optional(),
    code: z.custom<CodeFunction>((value) => typeof value === "function", "takes a function").optional(),
    with: z.unknown().optional(),
    env: z.unknown().optional(),
    cwd: z.unknown().optional(),
    output: zodType.optional(),
    agent: agentSetting.optional(),
    model: text.optional(),
    effort: text.optional(),
    tools: texts.optional(),
    permissions: permissionsSetting.optional(),
    session: text.optional(),
    effects: effectsSetting.optional(),
    onQuota: z.enum(["park", "failover", "fail"]).optional(),
    retry: retrySetting.optional(),
    timeout: durationSetting.optional(),
    idleTimeout: durationSetting.optional(),
    onError: z.enum(["fail", "continue"]).default("fail"),
    onInterrupt: z.enum(["retry", "fail", "ask"]).optional(),
    failIf: z.unknown().optional(),
    repeat: z
      .strictObject({
        until: something,
        max: z.int().min(1).max(1_000),
        every: durationSetting.optional(),
        from: text.optional(),
      })
      .optional(),
    cache: cacheSetting.optional(),
    budget: budgetSetting.optional(),
    artifacts: texts.optional(),
    workspace: z
      .union([z.enum(["here", "new"]), z.strictObject({ step: text })])
      .transform((workspace): Workspace => workspace)
      .optional(),
    sandbox: z.enum(["off", "auto", "required"]).optional(),
  }),
);
