import * as z from "zod";
import { once } from "../once.js";
import { isZodType } from "./json-schema.js";
import { agentSetting, budgetSetting, cacheSetting, durationSetting, permissionsSetting } from "./settings.js";

/** Settings of a workflow as their schema makes them. */
export type WorkflowSettings = z.infer<ReturnType<typeof workflowSchema>>;

const text = z.string();
const texts = z.array(text);
const inputs = z.unknown().optional();
const watched = ["created", "modified", "deleted", "moved"] as const;

const schedule = z.strictObject({
  cron: text,
  timezone: text.optional(),
  overlap: z.enum(["skip", "queue", "allow"]).default("skip"),
  missed: z.enum(["skip", "once", "all"]).default("skip"),
  inputs,
});

/** One entry of `on`, its functions still to be called. */
export type TriggerSetting = z.infer<ReturnType<typeof triggerSchema>>;

const triggerSchema = once(() =>
  z.union([
    z.literal("manual"),
    z.strictObject({ schedule: z.union([text.transform((cron) => schedule.parse({ cron })), schedule]) }),
    z.strictObject({
      webhook: z.strictObject({
        path: text,
        provider: z.enum(["github", "standard", "stripe", "slack", "generic"]).default("generic"),
        secret: text.optional(),
        if: z.unknown().optional(),
        inputs,
      }),
    }),
    z.strictObject({
      watch: z.strictObject({
        paths: texts.min(1),
        ignore: texts.default([]),
        events: z.array(z.enum(watched)).default([...watched]),
        debounce: durationSetting.default(500),
        inputs,
      }),
    }),
    z.strictObject({ queue: z.strictObject({ name: text, inputs }) }),
  ]),
);

const toolSchema = once(() =>
  z.union([
    text,
    z.strictObject({
      mcp: z.union([
        z.strictObject({ command: texts.min(1), env: z.unknown().optional() }),
        z.strictObject({ url: z.url(), env: z.unknown().optional() }),
      ]),
    }),
    z.strictObject({ openapi: text, auth: z.unknown().optional() }),
  ]),
);

/** What the options of a workflow may be, whatever their types said. Built at the first call. */
export const workflowSchema = once(() =>
  z.strictObject({
    version: text.optional(),
    description: text.optional(),
    inputs: z.record(text, z.custom<z.ZodType>(isZodType, "takes a zod type")).default({}),
    secrets: texts.default([]),
    env: z.unknown().optional(),
    on: z.union([triggerSchema().transform((trigger) => [trigger]), z.array(triggerSchema())]).optional(),
    agent: agentSetting.optional(),
    model: text.optional(),
    effort: text.optional(),
    permissions: permissionsSetting.optional(),
    timeout: durationSetting.optional(),
    budget: budgetSetting.optional(),
    concurrency: z
      .strictObject({
        key: z.custom<unknown>((value) => value !== undefined, "is missing"),
        busy: z.enum(["queue", "skip", "cancel"]).default("queue"),
      })
      .optional(),
    cache: cacheSetting.optional(),
    onQuota: z.enum(["park", "failover", "fail"]).optional(),
    workspace: z.enum(["here", "new"]).optional(),
    sandbox: z.enum(["off", "auto", "required"]).optional(),
    tools: z.record(text, toolSchema()).default({}),
    instructions: z.unknown().optional(),
  }),
);
