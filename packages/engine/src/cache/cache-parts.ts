import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AiwError, canonicalJson, isJsonObject, type Json, parseStepPath, type RenderedValue, Secret } from "@aiw/core";
import { digest } from "../digest.js";
import { type MatchedFile, matchFiles } from "../files/match-files.js";
import type { AttemptPlan } from "../plan.js";

/** Most files whose contents make up a key, and most bytes of all of them. */
const maxFiles = 10_000;
const maxBytes = 1024 * 1024 * 1024;

/** What the key of a result is made of, by name: `prompt`, `env BASE`, `file src/a.ts`, … with the hash of each. */
export type CacheParts = Readonly<Record<string, string>>;

/** Where the parts come from that are not in the plan. */
export interface PartsContext {
  /** Absolute working directory. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly agentVersion: string | undefined;
}

/**
 * Everything that decides what a step gives, each part hashed. A secret counts by its name: its value is in no hash.
 *
 * @throws AiwError `file_too_large` for too many or too large files, `permission_denied` for globs that lead out of the
 * working directory.
 */
export async function cacheParts(plan: AttemptPlan, context: PartsContext): Promise<CacheParts> {
  const values: Record<string, Json> = {
    kind: plan.work.kind,
    folder: context.cwd,
    // A later round asks again because the earlier one's answer would not do.
    round: parseStepPath(plan.path)?.round ?? 1,
    output: plan.step.output ?? null,
    artifacts: [...(plan.step.artifacts ?? [])],
    ...inputParts(plan),
    ...(await workParts(plan, context)),
  };
  const hashed = Object.entries(values).map(([name, value]) => [name, digest(canonicalJson(value))] as const);
  return { ...Object.fromEntries(hashed), ...(await fileParts(plan.cache?.files ?? [], context)) };
}

/** One hash over all parts. */
export function cacheKey(parts: CacheParts): string {
  return digest(canonicalJson(["aiw cache 1", { ...parts }]));
}

function inputParts({ input }: AttemptPlan): Record<string, Json> {
  const { env, prompt = null, instructions = null } = input;
  const given: [string, RenderedValue][] = Object.entries(env).map(([name, value]) => [`env ${name}`, value]);
  const argument = input.with;
  if (isJsonObject(argument) && !(argument instanceof Secret)) {
    for (const [name, value] of Object.entries(argument)) given.push([`with ${name}`, value ?? null]);
  } else if (argument !== undefined) given.push(["with", argument]);
  return { prompt, instructions, ...Object.fromEntries(given.map(([name, value]) => [name, withoutSecrets(value)])) };
}

function withoutSecrets(value: RenderedValue): Json {
  if (value instanceof Secret) return `\0secret ${value.name}`;
  if (Array.isArray(value)) return value.map((item: RenderedValue) => withoutSecrets(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

async function workParts({ step, work }: AttemptPlan, { agentVersion }: PartsContext): Promise<Record<string, Json>> {
  switch (work.kind) {
    case "script":
      return step.kind === "script" ? { script: [step.lang, step.script] } : {};
    case "tool": {
      const operation = step.kind === "tool" ? step.operation : null;
      return { tool: [work.tool.name, operation], "tool version": (await work.tool.version?.()) ?? null };
    }
    case "code":
      return { code: work.run.toString() };
    case "agent": {
      const { agent, model, options, resume = null } = work;
      const { permissions = null, tools = null, effort = null } = options;
      return {
        agent: agent.id,
        "agent version": agentVersion ?? null,
        model: model ?? null,
        effort,
        session: resume,
        permissions: JSON.parse(JSON.stringify(permissions)),
        tools: tools === null ? null : [...tools],
      };
    }
  }
}

async function fileParts(patterns: readonly string[], { cwd, signal }: PartsContext): Promise<CacheParts> {
  if (patterns.length === 0) return {};
  const files = await matchFiles({ patterns, folder: cwd, maxFiles, key: "cache.files", signal });
  const parts: Record<string, string> = {};
  let left = maxBytes;
  for (const file of files) {
    signal.throwIfAborted();
    left -= file.leavesTo === undefined ? ((await stat(file.absolute).catch(() => undefined))?.size ?? 0) : 0;
    if (left < 0) {
      throw new AiwError("file_too_large", "`cache.files` matches more than 1 GiB of files", {
        hint: "name fewer of them, or take some out: '!node_modules/**'",
      });
    }
    parts[`file ${file.path}`] = await hashFile(file);
  }
  return parts;
}

/** What cannot be read counts as such: it is another part again once it can. */
async function hashFile({ absolute, leavesTo }: MatchedFile): Promise<string> {
  if (leavesTo !== undefined) return digest(`link ${leavesTo}`);
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(absolute)) hash.update(chunk);
    return hash.digest("hex");
  } catch {
    return digest("unreadable");
  }
}
