import * as z from "zod";
import type { Json } from "../json.js";
import type { Origin } from "../model/origin.js";
import type { Workflow } from "../model/workflow.js";
import { once } from "../once.js";

/**
 * What a driver appends: every event without its envelope. The one union used by store, `--json`, server-sent events,
 * plugins and docs. Only optional fields are ever added. Times are ms since the epoch, durations ms. Built at the first
 * call: a command that appends nothing does not pay for it.
 */
export const newEventSchema = once(() => {
  const json = z.custom<Json>((value) => value !== undefined);
  const errorInfo = z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    retryable: z.boolean().optional(),
    retryAfterMs: z.number().optional(),
    details: z.record(z.string(), json).optional(),
  });
  const usage = z.strictObject({
    inputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheWriteTokens: z.number(),
    outputTokens: z.number(),
    reasoningTokens: z.number(),
  });
  const next = z.discriminatedUnion("do", [
    z.strictObject({ do: z.literal("retry"), at: z.number() }),
    z.strictObject({ do: z.literal("failover"), agent: z.string(), model: z.string().optional(), at: z.number() }),
    z.strictObject({ do: z.literal("ask") }),
    z.strictObject({ do: z.literal("stop") }),
  ]);
  const attempt = z.int().min(1);
  const step = z.string().min(1);
  const ms = z.number().min(0);
  const artifact = z.strictObject({ path: z.string(), hash: z.string(), bytes: z.int().min(0) });
  /** What became of the compensations of a run that stopped. */
  const undoing = {
    /** Paths of the steps that were undone. */
    undone: z.array(step).optional(),
    notUndone: z.array(z.strictObject({ step, error: errorInfo })).optional(),
  };

  return z.discriminatedUnion("type", [
    runEvent("run.created", {
      workflow: z.custom<Workflow>((value) => typeof value === "object" && value !== null),
      /** Hash of workflow and inputs: the same id with another hash is a conflict. */
      hash: z.string(),
      inputs: z.record(z.string(), json),
      origin: z.custom<Origin>((value) => typeof value === "object" && value !== null),
      trigger: z.string(),
      /** Who asked for it. */
      by: z.string().optional(),
      /** The `use` step that it is the sub-workflow of. */
      parent: z.strictObject({ run: z.string(), step }).optional(),
      /** Key of its concurrency group. */
      lock: z.string().optional(),
      /** No step's result is taken from the cache. */
      noCache: z.boolean().optional(),
      /** Agent and model forced by the caller, over the file's. */
      agent: z.string().optional(),
      model: z.string().optional(),
      /** When the run's total time is used up. */
      deadline: z.number().optional(),
    }),
    runEvent("run.claimed", {
      worker: z.string(),
      fence: z.int(),
      cause: z.enum(["start", "due", "inbox", "takeover", "force"]),
      /** Paths of the steps whose attempts were alive when the last owner ended. */
      interrupted: z.array(step).optional(),
    }),
    runEvent("run.cancel_requested", {
      by: z.string(),
      reason: z.string().optional(),
      /** Undo its completed steps too. */
      undo: z.boolean().optional(),
      /** What runs may end by itself. */
      drain: z.boolean().optional(),
      /** Cut short what follows the steps too; absent: when it was asked for before, or nothing else is left to stop. */
      force: z.boolean().optional(),
    }),
    /**
     * An ended run goes on: `reset` lists the failed, skipped and undone steps that become pending again. `undo`: only to
     * undo its completed steps.
     */
    runEvent("run.reopened", {
      by: z.string(),
      reset: z.array(step),
      epoch: z.int(),
      mode: z.literal("undo").optional(),
    }),
    /** The run stops for a reason that no step's event tells: nothing new of its steps starts. */
    runEvent("run.halted", { reason: z.enum(["timeout", "poison", "step"]), error: errorInfo }),
    runEvent("run.warned", { code: z.string(), message: z.string() }),
    runEvent("run.completed", { outputs: z.record(z.string(), json), ms }),
    runEvent("run.failed", {
      reason: z.enum(["step", "rejected", "expired", "budget", "timeout", "denied", "poison"]),
      error: errorInfo,
      step: step.optional(),
      ms,
      ...undoing,
    }),
    runEvent("run.cancelled", { by: z.string(), reason: z.string().optional(), ms, ...undoing }),
    /** An answer or a signal from outside arrived; `accepted: false` changed nothing, `reason` tells why. */
    runEvent("signal.received", {
      /** Id of the message. */
      id: z.string(),
      kind: z.enum(["approval", "signal"]),
      /** Path of the approval, or name of the signal. */
      name: z.string(),
      by: z.string(),
      data: json,
      accepted: z.boolean(),
      reason: z.string().optional(),
    }),
    /** A `foreach` was evaluated: its items start as there is room. */
    stepEvent("step.expanded", { over: z.literal("foreach"), count: z.int().min(0), items: z.array(json) }),
    stepEvent("step.started", {
      attempt,
      fence: z.int(),
      kind: z.enum(["script", "tool", "agent", "use", "approval", "wait", "code"]),
      /** Idempotency key: the same for every attempt of the step. */
      key: z.string(),
      /** What the attempt was given, evaluated once; secrets stand as `[redacted]`. */
      input: json,
      agent: z.string().optional(),
      model: z.string().optional(),
      /** Candidates that were passed over, and why. */
      passedOver: z.array(z.strictObject({ agent: z.string(), reason: z.string() })).optional(),
      timeoutMs: z.number().optional(),
      /** Run of the sub-workflow. */
      child: z.string().optional(),
      /** Session of the agent that the attempt goes on with. */
      session: z.string().optional(),
    }),
    stepEvent("step.checkpointed", {
      attempt,
      session: z.string().optional(),
      /** The attempt's process tree, for the sweep after a crash. */
      process: z.strictObject({ pid: z.int(), startedAt: z.string().optional(), containment: z.string() }).optional(),
    }),
    stepEvent("step.completed", {
      attempt,
      output: json,
      text: z.string().nullable(),
      ms,
      exitCode: z.int().optional(),
      stderr: z.string().optional(),
      usage: usage.optional(),
      costUsd: z.number().optional(),
      session: z.string().optional(),
      agent: z.string().optional(),
      model: z.string().optional(),
      truncated: z.boolean().optional(),
      denials: z.int().optional(),
      artifacts: z.array(artifact).optional(),
      /** Taken from the cache: when it was made. */
      cached: z.strictObject({ key: z.string(), at: z.number() }).optional(),
      /** `until` was false: another round begins at this time. */
      again: z.strictObject({ round: z.int().min(2), at: z.number() }).optional(),
      /** `until` was false after the last round: the step fails. */
      exhausted: z.literal(true).optional(),
    }),
    stepEvent("step.attempt_failed", {
      attempt,
      error: errorInfo,
      /** The attempt did not fail by itself: its driver was lost. */
      interrupted: z.boolean().optional(),
      ms: ms.optional(),
      text: z.string().nullable().optional(),
      exitCode: z.int().optional(),
      stderr: z.string().optional(),
      usage: usage.optional(),
      costUsd: z.number().optional(),
      session: z.string().optional(),
      next,
    }),
    stepEvent("step.failed_over", { from: z.string(), to: z.string(), reason: z.string() }),
    stepEvent("step.failed", {
      error: errorInfo,
      attempts: z.int().min(0),
      /** `on-error: continue`: counts as done. */
      continue: z.boolean().optional(),
    }),
    stepEvent("step.skipped", { cause: z.enum(["if", "upstream", "cancelled", "failed"]) }),
    stepEvent("step.suspended", {
      waits: z.enum(["retry", "approval", "signal", "timer", "children"]),
      until: z.number().optional(),
      /** Name of the signal; `interrupted`: whether to make the step again after a crash. */
      name: z.string().optional(),
      /** Type of the signal's data, or of the answer's fields. */
      schema: json.optional(),
      by: z.array(z.string()).optional(),
      min: z.int().min(1).optional(),
      /** Hash of what is shown: an answer names it. */
      binds: z.string().optional(),
    }),
    stepEvent("step.resumed", { cause: z.string(), answer: json.optional() }),
    /** The end of a step's Undo (`…!undo`). */
    stepEvent("step.compensated", {
      undoes: step,
      ms,
      text: z.string().nullable().optional(),
      usage: usage.optional(),
      costUsd: z.number().optional(),
    }),
    stepEvent("step.compensation_failed", { undoes: step, error: errorInfo }),
  ]);
});

function runEvent<T extends string, D extends z.ZodRawShape>(type: T, data: D) {
  return z.strictObject({ type: z.literal(type), data: z.strictObject(data) });
}
function stepEvent<T extends string, D extends z.ZodRawShape>(type: T, data: D) {
  return z.strictObject({ type: z.literal(type), step: z.string().min(1), data: z.strictObject(data) });
}
