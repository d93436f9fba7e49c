import type { JsonSchema, StepBase } from "@aiw/core";
import { isText, type YamlNode } from "../yaml/nodes.js";
import { readEnv } from "./env.js";
import { given } from "./key-reader.js";
import { readBudget, readCache, readQuotaMove, readSandbox } from "./limits.js";
import { readExpression, readRef } from "./loops.js";
import { readRetry } from "./retry.js";
import type { WorkspaceDraft } from "./step-draft.js";
import type { StepReader } from "./step-reader.js";
import { scalarText } from "./templates.js";
import { readTypeOf } from "./types.js";
import { type Place, readDuration, readText, readTexts, readWord } from "./values.js";

/** Settings that several kinds of steps have. */
export interface CommonSettings
  extends Pick<StepBase, "env">,
    Partial<Omit<StepBase, "env" | "id" | "title" | "at" | "needs" | "onError" | "output" | "workspace">> {
  readonly output?: JsonSchema;
  readonly workspace?: WorkspaceDraft;
}

/** Reads what several kinds of steps have. */
export function readCommon({ keys, sink, file }: StepReader): CommonSettings {
  const output = keys.entry("output");
  const env = keys.read("env", (node, place) => readEnv(node, sink, place, "env"));
  return {
    env: env ?? {},
    ...given({
      output: output === undefined ? undefined : readTypeOf(output, file.types),
      failIf: keys.read("fail-if", (node, place) => readExpression(node, place, { sink, use: "fail-if" })),
      cwd: keys.read("cwd", (node, place) => {
        const text = readText(node, place);
        return text === undefined ? undefined : scalarText(text, sink, "cwd");
      }),
      retry: keys.read("retry", readRetry),
      timeoutMs: keys.read("timeout", readDuration),
      idleTimeoutMs: keys.read("idle-timeout", readDuration),
      onInterrupt: keys.read("on-interrupt", (node, place) => readWord(node, ["retry", "fail", "ask"] as const, place)),
      cache: keys.read("cache", readCache),
      artifacts: keys.read("artifacts", readTexts)?.map(({ value }) => value),
      budget: keys.read("budget", readBudget),
      onQuota: keys.read("on-quota", readQuotaMove),
      workspace: keys.read("workspace", readWorkspace),
      sandbox: keys.read("sandbox", readSandbox),
    }),
  };
}

function readWorkspace(node: YamlNode, place: Place): WorkspaceDraft | undefined {
  if (isText(node) && (node.value === "here" || node.value === "new")) return { value: node.value };
  const ref = readRef(node, place);
  return ref === undefined ? undefined : { value: { step: ref.id }, ref };
}
