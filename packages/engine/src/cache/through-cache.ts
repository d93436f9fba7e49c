import { type AttemptContext, type CacheEntry, maskJson, type StepCache } from "@aiw/core";
import { digest } from "../digest.js";
import { failIfError, finishResult } from "../finish.js";
import type { AttemptHost } from "../host.js";
import type { AttemptPlan, CachePlan } from "../plan.js";
import type { AttemptCompleted, AttemptResult } from "../result.js";
import { type CacheParts, cacheKey, cacheParts } from "./cache-parts.js";
import { describeHit, describeMiss, type Miss } from "./explain.js";
import { restoreArtifacts } from "./restore-artifacts.js";

/** Parts that are kept one by one; of more files, only how many there are and one hash over all. */
const maxKeptParts = 500;

interface Use {
  readonly context: AttemptContext;
  readonly host: AttemptHost;
}

interface Looking extends Use {
  readonly plan: AttemptPlan;
  readonly cache: StepCache;
  readonly spec: CachePlan;
  readonly key: string;
}

/**
 * The result of an earlier attempt of the same work, where there is one that may be used; else makes it, and keeps it
 * when it completed as a whole. A cache that fails costs the reuse, not the step.
 */
export async function throughCache(
  plan: AttemptPlan,
  use: Use,
  make: () => Promise<AttemptResult>,
): Promise<AttemptResult> {
  const { cache: spec } = plan;
  const { context, host } = use;
  const { cache } = host.options;
  if (spec === undefined || cache === undefined) return await make();
  const { cwd, signal } = context;
  const parts = await cacheParts(plan, { cwd, signal, agentVersion: host.agentVersion });
  const looking = { ...use, plan, cache, spec, key: cacheKey(parts) };
  const found = await lookUp(looking);
  if (found.is === "hit") return found.result;
  if (host.options.explainCache === true) {
    const last = (await read(looking, latestKey(plan)))?.parts;
    const now = keptParts(parts);
    warn(use, describeMiss({ now, last, unusable: found.unusable, forMs: spec.forMs }));
  }
  const result = await make();
  if (result.status === "completed" && result.truncated !== true) await keep(looking, result, parts);
  return result;
}

type Found =
  | { readonly is: "hit"; readonly result: AttemptCompleted }
  | { readonly is: "miss"; readonly unusable?: Miss["unusable"] };

async function lookUp(looking: Looking): Promise<Found> {
  const { plan, context, host, spec, key } = looking;
  const entry = await read(looking, key);
  if (entry === undefined) return { is: "miss" };
  if (host.options.clock.now() >= entry.at + spec.forMs) return { is: "miss", unusable: "expired" };
  const result = finishResult(plan, resultOf(entry, key));
  // What was checked then is checked again: `fail-if` may read what has changed since.
  if (result.status === "failed" || failIfError(plan, result, host) !== undefined) {
    return { is: "miss", unusable: "misfit" };
  }
  const { artifacts = [] } = entry;
  const places = { folder: context.cwd, store: host.options.artifacts, signal: context.signal };
  if (!(await restoreArtifacts(artifacts, places))) return { is: "miss", unusable: "artifacts" };
  if (host.options.explainCache === true) warn(looking, describeHit(entry.at, key));
  return { is: "hit", result };
}

function resultOf({ at, output, text, agent, model, exitCode, artifacts }: CacheEntry, key: string): AttemptCompleted {
  return {
    status: "completed",
    output,
    text,
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(artifacts === undefined ? {} : { artifacts: [...artifacts] }),
    cached: { key, at },
  };
}

/** Masked, as the journal has it: what a later run reads is what this one reads. */
async function keep({ plan, host, context, cache, key }: Looking, result: AttemptCompleted, parts: CacheParts) {
  const { output, text, agent, model, exitCode, artifacts } = result;
  const { masker } = host;
  const entry: CacheEntry = {
    at: host.options.clock.now(),
    output: maskJson(masker, output),
    text: text === null ? null : masker.mask(text),
    agent,
    model,
    exitCode,
    artifacts,
  };
  try {
    await cache.put(key, entry);
    // What the step's last result was made of, found without its key.
    await cache.put(latestKey(plan), { at: entry.at, output: null, text: null, parts: keptParts(parts) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.progress({ type: "warning", message: `its result was not kept for later runs: ${reason}` });
  }
}

async function read({ cache, context }: Looking, key: string): Promise<CacheEntry | undefined> {
  try {
    return await cache.get(key);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.progress({ type: "warning", message: `the cache cannot be read: ${reason}` });
    return undefined;
  }
}

function latestKey({ folder, path, step }: AttemptPlan): string {
  return digest(JSON.stringify(["aiw cache latest 1", folder, path, step.title]));
}

function keptParts(parts: CacheParts): CacheParts {
  const entries = Object.entries(parts);
  if (entries.length <= maxKeptParts) return parts;
  const files = entries.filter(([name]) => name.startsWith("file "));
  const rest = entries.filter(([name]) => !name.startsWith("file "));
  return { ...Object.fromEntries(rest), [`one of ${files.length} files`]: digest(JSON.stringify(files)) };
}

function warn({ context }: Use, message: string): void {
  context.progress({ type: "warning", message });
}
