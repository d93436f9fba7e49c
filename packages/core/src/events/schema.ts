import * as z from "zod";
import type { Json } from "../json.js";
import type { Origin } from "../model/origin.js";
import type { Workflow } from "../model/workflow.js";
import { once } from "../once.js";

/**
 * What a driver appends: every event without its envelope. The one union used by store, `--json`, server-sent events,
 * plugins and docs. Only optional fields are ever added. Times are ms since the epoch, durations ms. The descriptions are
 * those of the published JSON Schema. Built at the first call: a command that appends nothing does not pay for it.
 */
export const newEventSchema = once(() => {
  const json = z.custom<Json>((value) => value !== undefined);
  const errorInfo = z.strictObject({
    code: text("Stable name of the kind of error."),
    message: text("What happened, in one sentence."),
    hint: text("What the reader can do next.").optional(),
    retryable: z.boolean().describe("Another attempt may succeed.").optional(),
    retryAfterMs: z.number().describe("How long to wait before it.").optional(),
    details: z.record(z.string(), json).describe("More, for programs.").optional(),
  });
  const error = errorInfo.describe("What went wrong.");
  const usage = z
    .strictObject({
      inputTokens: z.number().describe("Read, not from a cache."),
      cacheReadTokens: z.number().describe("Read from a cache."),
      cacheWriteTokens: z.number().describe("Written to a cache."),
      outputTokens: z.number().describe("Written by the model, its reasoning included."),
      reasoningTokens: z.number().describe("Those of the output that were reasoning."),
    })
    .describe("Tokens that the agent used.");
  const at = z.number().describe("When, in ms since the epoch.");
  const next = z
    .discriminatedUnion("do", [
      z.strictObject({ do: z.literal("retry").describe("The same agent again."), at }),
      z.strictObject({
        do: z.literal("failover").describe("The next agent."),
        agent: text("Its name."),
        model: text("Its model.").optional(),
        at,
      }),
      z.strictObject({ do: z.literal("ask").describe("A person decides.") }),
      z.strictObject({ do: z.literal("stop").describe("The step fails.") }),
    ])
    .describe("What follows.");
  const attempt = z.int().min(1).describe("Number of the attempt, from 1.");
  const step = z.string().min(1);
  const ms = z.number().min(0).describe("How long it took, in ms.");
  const fence = z.int().describe("Number of the claim: what an older one appends is refused.");
  const by = text("Who did it.");
  const agent = text("Name of the agent.");
  const model = text("Its model.");
  const session = text("Session of the agent.");
  const output = text("What it printed; of an agent, its final message.").nullable();
  const exitCode = z.int().describe("Exit code of the process.");
  const stderr = text("What the process printed as errors.");
  const costUsd = z.number().describe("Cost in US dollars.");
  const artifact = z.strictObject({
    path: text("Where it stood."),
    hash: text("Hash of its content."),
    bytes: z.int().min(0).describe("Its size."),
  });
  const childSeq = z
    .int()
    .min(1)
    .describe("Number of the last event of the sub-workflow's run: its end is taken once.");
  /** What became of the compensations of a run that stopped. */
  const undoing = {
    undone: z.array(step).describe("Paths of the steps that were undone.").optional(),
    notUndone: z
      .array(z.strictObject({ step: step.describe("Its path."), error }))
      .describe("Steps that could not be undone.")
      .optional(),
  };

  return z.discriminatedUnion("type", [
    runEvent("run.created", "A run exists. It holds the workflow as it is now.", {
      workflow: z
        .custom<Workflow>((value) => typeof value === "object" && value !== null)
        .meta({ type: "object", description: "The model of the workflow." }),
      hash: text("Hash of workflow and inputs: the same id with another hash is a conflict."),
      inputs: z.record(z.string(), json).describe("What the run was given."),
      origin: z
        .custom<Origin>((value) => typeof value === "object" && value !== null)
        .meta({ type: "object", description: "Where the workflow came from, and where its steps work." }),
      trigger: text("What started it."),
      by: text("Who asked for it.").optional(),
      parent: z
        .strictObject({ run: text("Its id."), step: step.describe("Path of the step.") })
        .describe("The `use` step that it is the sub-workflow of.")
        .optional(),
      lock: text("Key of its concurrency group.").optional(),
      noCache: z.boolean().describe("No step's result is taken from the cache.").optional(),
      agent: text("Agent forced by the caller, over the file's.").optional(),
      model: text("Model forced by the caller, over the file's.").optional(),
      deadline: z.number().describe("When the run's total time is used up.").optional(),
    }),
    runEvent("run.claimed", "A worker drives the run from here on.", {
      worker: text("Its name."),
      fence,
      cause: z.enum(["start", "due", "inbox", "takeover", "force"]).describe("Why it did."),
      interrupted: z
        .array(step)
        .describe("Paths of the steps whose attempts were alive when the last owner ended.")
        .optional(),
    }),
    runEvent("run.cancel_requested", "Somebody wants the run to end.", {
      by,
      reason: text("Why.").optional(),
      undo: z.boolean().describe("Undo its completed steps too.").optional(),
      drain: z.boolean().describe("What runs may end by itself.").optional(),
      force: z
        .boolean()
        .describe(
          "Cut short what follows the steps too; absent: when it was asked for before, or nothing else is left.",
        )
        .optional(),
    }),
    runEvent("run.reopened", "An ended run goes on.", {
      by,
      reset: z.array(step).describe("Paths of the failed, skipped and undone steps that become pending again."),
      epoch: z.int().describe("How often it was reopened."),
      mode: z.literal("undo").describe("Only to undo its completed steps.").optional(),
    }),
    runEvent("run.halted", "The run stops for a reason that no step's event tells: nothing new of its steps starts.", {
      reason: z.enum(["timeout", "poison", "step"]).describe("Why."),
      error,
    }),
    runEvent("run.warned", "Something is worth knowing and stops nothing.", {
      code: text("Stable name of the kind of warning."),
      message: text("What happened, in one sentence."),
    }),
    runEvent("run.completed", "The run has ended well.", {
      outputs: z.record(z.string(), json).describe("Outputs of the workflow."),
      ms,
    }),
    runEvent("run.failed", "The run has failed.", {
      reason: z.enum(["step", "rejected", "expired", "budget", "timeout", "denied", "poison"]).describe("Why."),
      error,
      step: step.describe("Path of the step that failed.").optional(),
      ms,
      ...undoing,
    }),
    runEvent("run.cancelled", "The run was ended by somebody.", {
      by,
      reason: text("Why.").optional(),
      ms,
      ...undoing,
    }),
    runEvent("signal.received", "An answer or a signal from outside arrived.", {
      id: text("Id of the message."),
      kind: z.enum(["approval", "signal"]).describe("Which of the two."),
      name: text("Path of the approval, or name of the signal."),
      by,
      data: json.describe("What it carries."),
      accepted: z.boolean().describe("False: it changed nothing."),
      reason: text("Why it was not accepted.").optional(),
    }),
    stepEvent("step.expanded", "A `foreach` was evaluated: its items start as there is room.", {
      over: z.literal("foreach").describe("What was expanded."),
      count: z.int().min(0).describe("How many items."),
      items: z.array(json).describe("Their values, in order."),
    }),
    stepEvent("step.started", "An attempt of a step begins.", {
      attempt,
      fence,
      kind: z.enum(["script", "tool", "agent", "use", "approval", "wait", "code"]).describe("Kind of the step."),
      key: text("Idempotency key: the same for every attempt of the step."),
      input: json.describe("What the attempt was given, evaluated once; secrets stand as `[redacted]`."),
      agent: agent.optional(),
      model: model.optional(),
      passedOver: z
        .array(z.strictObject({ agent, reason: text("Why.") }))
        .describe("Candidates that were passed over.")
        .optional(),
      timeoutMs: z.number().describe("Longest time of the attempt, in ms.").optional(),
      child: text("Run of the sub-workflow.").optional(),
      session: text("Session of the agent that the attempt goes on with.").optional(),
    }),
    stepEvent("step.checkpointed", "An attempt under way has something that a recovery needs.", {
      attempt,
      session: session.optional(),
      process: z
        .strictObject({
          pid: z.int().describe("Its id."),
          startedAt: text("When it started, as the system says.").optional(),
          containment: text("How it is held."),
        })
        .describe("The attempt's process tree, for the sweep after a crash.")
        .optional(),
    }),
    stepEvent("step.completed", "An attempt of a step has ended well.", {
      attempt,
      output: json.describe("Result of the step."),
      text: output,
      ms,
      exitCode: exitCode.optional(),
      stderr: stderr.optional(),
      usage: usage.optional(),
      costUsd: costUsd.optional(),
      session: session.optional(),
      agent: agent.optional(),
      model: model.optional(),
      truncated: z.boolean().describe("The text was cut.").optional(),
      denials: z.int().describe("How often the agent was refused something.").optional(),
      artifacts: z.array(artifact).describe("Files that were kept.").optional(),
      cached: z
        .strictObject({ key: text("Key of the entry."), at: z.number().describe("When it was made.") })
        .describe("Taken from the cache.")
        .optional(),
      again: z
        .strictObject({ round: z.int().min(2).describe("Its number."), at })
        .describe("`until` was false: another round begins.")
        .optional(),
      exhausted: z.literal(true).describe("`until` was false after the last round: the step fails.").optional(),
      childSeq: childSeq.optional(),
    }),
    stepEvent("step.attempt_failed", "An attempt of a step has failed.", {
      attempt,
      error,
      interrupted: z.boolean().describe("It did not fail by itself: its driver was lost.").optional(),
      ms: ms.optional(),
      text: output.optional(),
      exitCode: exitCode.optional(),
      stderr: stderr.optional(),
      usage: usage.optional(),
      costUsd: costUsd.optional(),
      session: session.optional(),
      childSeq: childSeq.optional(),
      next,
    }),
    stepEvent("step.failed_over", "The next agent takes over.", {
      from: text("Agent that failed."),
      to: text("Agent that goes on."),
      reason: text("Why."),
    }),
    stepEvent("step.failed", "A step has failed: no attempt is left.", {
      error,
      attempts: z.int().min(0).describe("How many there were."),
      continue: z.boolean().describe("`on-error: continue`: the step counts as done.").optional(),
    }),
    stepEvent("step.skipped", "A step will not run.", {
      cause: z.enum(["if", "upstream", "cancelled", "failed"]).describe("Why."),
    }),
    stepEvent("step.suspended", "A step waits; nothing is held in memory.", {
      waits: z.enum(["retry", "approval", "signal", "timer", "children"]).describe("For what."),
      until: z.number().describe("When it wakes, in ms since the epoch.").optional(),
      name: text("Name of the signal; `interrupted`: whether to make the step again after a crash.").optional(),
      schema: json.describe("Type of the signal's data, or of the answer's fields.").optional(),
      by: z.array(z.string()).describe("Users and roles that may answer.").optional(),
      min: z.int().min(1).describe("How many people must approve.").optional(),
      binds: text("Hash of what is shown: an answer names it.").optional(),
    }),
    stepEvent("step.resumed", "A step that waited goes on.", {
      cause: text("Why."),
      answer: json.describe("What was answered.").optional(),
    }),
    stepEvent("step.compensated", "The end of a step's Undo; its path ends with `!undo`.", {
      undoes: step.describe("Path of the step that was undone."),
      ms,
      text: output.optional(),
      usage: usage.optional(),
      costUsd: costUsd.optional(),
      childSeq: childSeq.optional(),
    }),
    stepEvent("step.compensation_failed", "A step's Undo has failed.", {
      undoes: step.describe("Path of the step that could not be undone."),
      error,
      childSeq: childSeq.optional(),
    }),
  ]);
});

function text(about: string): z.ZodString {
  return z.string().describe(about);
}

function dataOf<D extends z.ZodRawShape>(data: D) {
  return z.strictObject(data).describe("What else is known of it.");
}

function runEvent<T extends string, D extends z.ZodRawShape>(type: T, about: string, data: D) {
  return z.strictObject({ type: z.literal(type), data: dataOf(data) }).describe(about);
}

function stepEvent<T extends string, D extends z.ZodRawShape>(type: T, about: string, data: D) {
  const step = z.string().min(1).describe("Path of the step.");
  return z.strictObject({ type: z.literal(type), step, data: dataOf(data) }).describe(about);
}
