import {
  type AgentRef,
  type AgentRouting,
  type BudgetSpec,
  type CacheSpec,
  formatDuration,
  type Json,
  type JsonObject,
  type RetrySpec,
  type TriggerSpec,
  type ValueTemplate,
} from "@aiw/core";
import { given } from "../settings/key-reader.js";
import { cannotSay } from "./fault.js";
import { printExpression, printValue } from "./holes.js";

/** `agent:`, of a step or of the workflow. */
export function printAgent(
  agent: readonly AgentRef[] | undefined,
  routing: AgentRouting | undefined,
): Json | undefined {
  if (routing !== undefined) {
    const { any, by, needs } = routing;
    return {
      any: any.map(refText),
      ...(by === "balanced" ? {} : { by }),
      ...(needs.length === 0 ? {} : { needs }),
    };
  }
  const [first, second] = agent ?? [];
  if (first === undefined) return undefined;
  return second === undefined ? refText(first) : agent?.map(refText);
}

/** `retry:`. */
export function printRetry({ attempts, backoff, delayMs, maxDelayMs, on }: RetrySpec): Json {
  const settings = {
    ...(backoff === "exponential" ? {} : { backoff }),
    ...(delayMs === 1_000 ? {} : { delay: duration(delayMs) }),
    ...(maxDelayMs === Math.max(60_000, delayMs) ? {} : { "max-delay": duration(maxDelayMs) }),
    ...given({ on }),
  };
  return Object.keys(settings).length === 0 ? attempts : { attempts, ...settings };
}

/** `budget:`. */
export function printBudget({ usd, tokens, timeMs, onExceed }: BudgetSpec): JsonObject {
  return {
    ...given({ usd, tokens, time: timeMs === undefined ? undefined : duration(timeMs) }),
    ...(onExceed === "stop" ? {} : { "on-exceed": onExceed }),
  };
}

/** `cache:`. */
export function printCache({ forMs, files }: CacheSpec): Json {
  return files.length === 0 ? duration(forMs) : { for: duration(forMs), files };
}

/** `env:`; nothing without variables. */
export function printEnv(env: Readonly<Record<string, ValueTemplate>>, of: string): JsonObject | undefined {
  const entries = Object.entries(env).map(([name, value]) => {
    const printed = printValue(value, `${of}: env.${name}`);
    return typeof printed === "string" ? ([name, printed] as const) : cannotSay(`${of}: env.${name} is no text`);
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** `on:`. */
export function printTriggers(triggers: readonly TriggerSpec[]): Json {
  const [first, second] = triggers.map(printTrigger);
  return first !== undefined && second === undefined ? first : triggers.map(printTrigger);
}

/** A time with its unit. */
export function duration(ms: number): string {
  if (ms > 0 && Number.isInteger(ms)) return formatDuration(ms);
  return cannotSay(`${ms} ms is no time that a file can say`);
}

function refText({ agent, model }: AgentRef): string {
  return model === undefined ? agent : `${agent}/${model}`;
}

function printTrigger(trigger: TriggerSpec): Json {
  const inputs = trigger.type === "manual" ? {} : printInputs(trigger.inputs);
  switch (trigger.type) {
    case "manual":
      return "manual";
    case "schedule": {
      const { cron, timezone, overlap, missed } = trigger;
      const more = {
        ...given({ timezone }),
        ...(overlap === "skip" ? {} : { overlap }),
        ...(missed === "skip" ? {} : { missed }),
        ...inputs,
      };
      return { schedule: Object.keys(more).length === 0 ? cron : { cron, ...more } };
    }
    case "webhook": {
      const { path, provider, secret } = trigger;
      const condition = trigger.if === undefined ? undefined : printExpression(trigger.if, "'if' of a webhook");
      return {
        webhook: {
          path,
          ...(provider === "generic" ? {} : { provider }),
          ...given({ secret, if: condition }),
          ...inputs,
        },
      };
    }
    case "watch": {
      const { paths, ignore, events, debounceMs } = trigger;
      const isAll = events.join() === "created,modified,deleted,moved";
      return {
        watch: {
          paths,
          ...(ignore.length === 0 ? {} : { ignore }),
          ...(isAll ? {} : { events }),
          ...(debounceMs === 500 ? {} : { debounce: duration(debounceMs) }),
          ...inputs,
        },
      };
    }
    case "queue":
      return { queue: { name: trigger.name, ...inputs } };
  }
}

function printInputs(inputs: Readonly<Record<string, ValueTemplate>>): { readonly inputs?: JsonObject } {
  const entries = Object.entries(inputs).map(([name, value]) => [name, printValue(value, `input '${name}'`)] as const);
  return entries.length === 0 ? {} : { inputs: Object.fromEntries(entries) };
}
