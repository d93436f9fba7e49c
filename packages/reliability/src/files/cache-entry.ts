import { createHash } from "node:crypto";
import { type ArtifactRef, type CacheEntry, isJsonObject, type Json, type JsonObject } from "@aiw/core";

const magic = "aiw-step-cache 1 sha256-";
const hashLength = 64;

/**
 * A file of the cache: one line with a hash over all that follows, then the key and the entry as JSON. An entry that was
 * changed, cut off or put in another's place does not fit its hash or its key.
 */
export function encodeEntry(key: string, entry: CacheEntry): Uint8Array {
  const body = JSON.stringify({ key, entry });
  return new TextEncoder().encode(`${magic}${hashOf(body)}\n${body}`);
}

/** The entry of a file; undefined when it is not exactly what {@link encodeEntry} made for this key. */
export function decodeEntry(key: string, content: Uint8Array): CacheEntry | undefined {
  const text = decode(content);
  const start = magic.length + hashLength + 1;
  if (text === undefined || !text.startsWith(magic) || text[start - 1] !== "\n") return undefined;
  const body = text.slice(start);
  if (text.slice(magic.length, start - 1) !== hashOf(body)) return undefined;
  const value = parse(body);
  return isJsonObject(value) && value.key === key ? readEntry(value.entry) : undefined;
}

function hashOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

function decode(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

function parse(body: string): Json | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Anybody can make a hash: the shape is checked too. */
function readEntry(value: Json | undefined): CacheEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  const { at, output, text, agent, model, exitCode } = value;
  const artifacts = readArtifacts(value.artifacts);
  const parts = readParts(value.parts);
  if (typeof at !== "number" || output === undefined || artifacts === "wrong" || parts === "wrong") return undefined;
  if (text !== null && typeof text !== "string") return undefined;
  if (!isOptional(agent, "string") || !isOptional(model, "string") || !isOptional(exitCode, "number")) return undefined;
  return {
    at,
    output,
    text,
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(parts === undefined ? {} : { parts }),
  };
}

function isOptional(value: Json | undefined, type: "string"): value is string | undefined;
function isOptional(value: Json | undefined, type: "number"): value is number | undefined;
function isOptional(value: Json | undefined, type: string): boolean {
  return value === undefined || typeof value === type;
}

function readArtifacts(value: Json | undefined): readonly ArtifactRef[] | undefined | "wrong" {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return "wrong";
  const list: readonly Json[] = value;
  const refs = list.flatMap((one) => (isJsonObject(one) ? readArtifact(one) : []));
  return refs.length === list.length ? refs : "wrong";
}

function readParts(value: Json | undefined): Readonly<Record<string, string>> | undefined | "wrong" {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return "wrong";
  const parts = Object.entries(value).flatMap(([name, hash]) =>
    typeof hash === "string" ? [[name, hash] as const] : [],
  );
  return parts.length === Object.keys(value).length ? Object.fromEntries(parts) : "wrong";
}

function readArtifact({ path, hash, bytes }: JsonObject): readonly ArtifactRef[] {
  const isRef = typeof path === "string" && typeof hash === "string" && typeof bytes === "number";
  return isRef ? [{ path, hash, bytes }] : [];
}
