import type { AgentRef, AgentRouting, Permissions, RoutingPolicy } from "@aiw/core";
import type { YamlNode } from "../yaml/nodes.js";
import { innerReader } from "./key-reader.js";
import { type Place, readMap, readOneOrMore, readTexts, readWord, refuse } from "./values.js";

/** `agent:`: an order of preference, or a choice at the time of the step. */
export type AgentChoice = { readonly agent: readonly AgentRef[] } | { readonly routing: AgentRouting };

const policies: readonly RoutingPolicy[] = [
  "cost",
  "quality",
  "latency",
  "balanced",
  "capability",
  "round-robin",
  "random",
  "priority",
  "least-loaded",
];

/** `claude`, `claude/opus`, `[claude, codex]`, `{ any: [claude, codex], by: cost, needs: [tools] }`. */
export function readAgents(node: YamlNode, place: Place): AgentChoice | undefined {
  if (node.kind === "map") {
    const routing = readRouting(node, place);
    return routing === undefined ? undefined : { routing };
  }
  const agent = readRefs(node, place);
  return agent === undefined ? undefined : { agent };
}

/** `claude/opus` as agent and model; nothing when the text names no agent. */
export function agentOf(text: string): AgentRef | undefined {
  const match = /^([A-Za-z0-9][\w.-]*)(?:\/(\S+))?$/.exec(text);
  const agent = match?.[1];
  const model = match?.[2];
  if (agent === undefined) return undefined;
  return model === undefined ? { agent } : { agent, model };
}

/** `{ read: [.], write: [reports/], run: [git], net: [api.github.com] }` */
export function readPermissions(node: YamlNode, place: Place): Permissions | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const permissions: { -readonly [key in keyof Permissions]: readonly string[] } = {};
  const keys = ["read", "write", "run", "net"] as const;
  const reader = innerReader(map, place, keys);
  for (const key of keys) {
    const list = reader.read(key, readTexts);
    if (list !== undefined) permissions[key] = list.map((item) => item.value);
  }
  return permissions;
}

function readRefs(node: YamlNode, place: Place): readonly AgentRef[] | undefined {
  const names = readOneOrMore(node, place);
  if (names === undefined) return undefined;
  if (names.length === 0) refuse(node, place, "at least one agent", "write agent: auto");
  return names.flatMap((name) => {
    const ref = agentOf(name.value);
    if (ref !== undefined) return [ref];
    place.report.add("E112", name, `'${name.value}' is no agent`, "write agent, or agent/model");
    return [];
  });
}

function readRouting(node: YamlNode, place: Place): AgentRouting | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const reader = innerReader(map, place, ["any", "by", "needs"]);
  if (!reader.has("any")) {
    place.report.add(
      "E112",
      node,
      `'${place.key}' does not say which agents`,
      "write { any: [claude, codex], by: cost }",
    );
  }
  const any = reader.read("any", readRefs);
  const by = reader.read("by", (value, at) => readWord(value, policies, at));
  const needs = reader.read("needs", readOneOrMore);
  if (any === undefined) return undefined;
  return { any, by: by ?? "balanced", needs: needs?.map(({ value }) => value) ?? [] };
}
