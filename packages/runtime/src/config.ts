import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AiwError, nearest } from "@aiw/core";
import type { ZodError } from "zod";
import type { ProjectConfig } from "./config-schema.js";
import { configFile } from "./home.js";

export type { ProjectConfig };

const maxBytes = 256 * 1024;

/**
 * The project's `aiw.yaml`, or an empty configuration when there is none.
 *
 * @throws AiwError `config_invalid` with file, line and column; `file_unreadable`, `file_too_large`.
 */
export async function loadConfig(project: string): Promise<ProjectConfig> {
  const file = join(project, configFile);
  if (!existsSync(file)) return {};
  const text = readText(file);
  const { isAlias, isNode, LineCounter, parseDocument, visit } = await import("./yaml.js");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${configFile}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) throw invalid(`${at(broken.pos[0])}: ${broken.message.split("\n")[0]}`, "correct the YAML");
  const { configKeys, projectConfigSchema } = await import("./config-schema.js");
  let alias: number | undefined;
  visit(document, (_key, node) => {
    if (!isAlias(node)) return undefined;
    alias = node.range?.[0] ?? 0;
    return visit.BREAK;
  });
  if (alias !== undefined) throw invalid(`${at(alias)}: aliases are not allowed`, "write the value out");
  const result = projectConfigSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const { path, message, help } = firstIssue(result.error, configKeys);
  const node = document.getIn(path, true) ?? document.getIn(path.slice(0, -1), true);
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  throw invalid(`${at(offset)}: ${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`, help);
}

function firstIssue(
  error: ZodError,
  keys: readonly string[],
): { path: readonly (string | number)[]; message: string; help: string } {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).filter((part) => typeof part !== "symbol");
  if (issue?.code !== "unrecognized_keys") {
    return { path, message: issue?.message ?? "invalid", help: "see docs/configuration.md" };
  }
  const key = issue.keys[0] ?? "";
  const near = nearest(key, keys);
  return {
    path,
    message: `unknown key '${key}'`,
    help: near ? `did you mean '${near}'?` : "see docs/configuration.md",
  };
}

function invalid(message: string, hint: string): AiwError {
  return new AiwError("config_invalid", message, { hint });
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > maxBytes) {
      throw new AiwError("file_too_large", `${configFile} has ${bytes.length} bytes; at most ${maxBytes} are read`, {
        hint: "it holds settings only; move data elsewhere",
      });
    }
    return bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof AiwError) throw cause;
    throw new AiwError("file_unreadable", `cannot read ${file}`, { hint: "check its permissions", cause });
  }
}
