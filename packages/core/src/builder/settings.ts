import * as z from "zod";
import { parseDuration } from "../duration.js";
import { isErrorCode } from "../error-codes.js";
import type { BudgetSpec, CacheSpec, EffectSpec } from "../model/settings.js";
import type { AgentRef, AgentRouting, Permissions, RetrySpec } from "../model/step.js";
import { given } from "./given.js";

/** Settings that steps and the workflow share, as they are given, made into those of the model. */

const texts = z.array(z.string());
const oneOrMore = z.union([z.string().transform((text) => [text]), texts.min(1)]);

/** `10m` in ms. */
export const durationSetting = z.string().transform((text, context) => {
  const parsed = parseDuration(text);
  if (parsed.ok && parsed.ms > 0) return parsed.ms;
  context.addIssue(parsed.ok ? `'${text}' is no time at all` : `${parsed.message}; ${parsed.help}`);
  return z.NEVER;
});

const retryDefaults = { backoff: "exponential", delayMs: 1_000, maxDelayMs: 60_000 } as const;
const attempts = z.int().min(0).max(100);
const errorCode = z.string().refine(isErrorCode, "there is no such error code");

/** `2`, or `{ attempts, backoff, delay, maxDelay, on }`. */
export const retrySetting = z.union([
  attempts.transform((count): RetrySpec => ({ attempts: count, ...retryDefaults })),
  z
    .strictObject({
      attempts,
      backoff: z.enum(["exponential", "constant"]).default(retryDefaults.backoff),
      delay: durationSetting.default(retryDefaults.delayMs),
      maxDelay: durationSetting.optional(),
      on: z.union([errorCode.transform((code) => [code]), z.array(errorCode)]).optional(),
    })
    .transform(
      ({ delay, maxDelay, on, ...rest }): RetrySpec => ({
        ...rest,
        delayMs: delay,
        maxDelayMs: maxDelay ?? Math.max(retryDefaults.maxDelayMs, delay),
        ...given({ on }),
      }),
    ),
]);

/** `{ usd, tokens, time, onExceed }`. */
export const budgetSetting = z
  .strictObject({
    usd: z.number().positive().optional(),
    tokens: z.int().min(1).optional(),
    time: durationSetting.optional(),
    onExceed: z.enum(["warn", "ask", "downgrade", "stop"]).default("stop"),
  })
  .refine(({ usd, tokens, time }) => (usd ?? tokens ?? time) !== undefined, "sets no limit")
  .transform(({ time, usd, tokens, onExceed }): BudgetSpec => ({ ...given({ usd, tokens, timeMs: time }), onExceed }));

/** `7d`, or `{ for, files }`. */
export const cacheSetting = z.union([
  durationSetting.transform((forMs): CacheSpec => ({ forMs, files: [] })),
  z
    .strictObject({ for: durationSetting, files: texts.default([]) })
    .transform((cache): CacheSpec => ({ forMs: cache.for, files: cache.files })),
]);

const effectKind = z.enum(["patch", "file", "comment", "http", "command"]);

/** `["patch", { kind: "comment", max: 3 }]`. */
export const effectsSetting = z.array(
  z.union([
    effectKind.transform((kind): EffectSpec => ({ kind })),
    z
      .strictObject({ kind: effectKind, max: z.int().min(1).optional() })
      .transform(({ kind, max }): EffectSpec => ({ kind, ...given({ max }) })),
  ]),
);

/** `{ read, write, run, net }`. */
export const permissionsSetting = z
  .strictObject({
    read: texts.optional(),
    write: texts.optional(),
    run: texts.optional(),
    net: texts.optional(),
  })
  .transform((permissions): Permissions => given(permissions));

const agentRef = z.string().transform((text, context): AgentRef => {
  const [, agent, model] = /^([A-Za-z0-9][\w.-]*)(?:\/(\S+))?$/.exec(text) ?? [];
  if (agent !== undefined) return { agent, ...given({ model }) };
  context.addIssue(`'${text}' is no agent: write agent, or agent/model`);
  return z.NEVER;
});
const agentRefs = z.union([agentRef.transform((ref) => [ref]), z.array(agentRef).min(1)]);
const policies = [
  ...(["cost", "quality", "latency", "balanced", "capability"] as const),
  ...(["round-robin", "random", "priority", "least-loaded"] as const),
] as const;

/** An order of preference, or a choice when the step is reached. */
export type AgentChoice = { readonly agent: readonly AgentRef[] } | { readonly routing: AgentRouting };

/** `claude`, `["claude/opus", "codex"]`, `{ any, by, needs }`. */
export const agentSetting = z.union([
  agentRefs.transform((agent): AgentChoice => ({ agent })),
  z
    .strictObject({ any: agentRefs, by: z.enum(policies).default("balanced"), needs: oneOrMore.default([]) })
    .transform((routing): AgentChoice => ({ routing })),
]);
