import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "@aiw/core";

const tools = fileURLToPath(new URL("../../../examples/bundles/_shared/tools/", import.meta.url));

/** One call of a tool's operation. */
export interface ToolCall {
  /** `github.create_review`. */
  readonly operation: string;
  readonly input: JsonObject;
  readonly env: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly cwd?: string;
}

/** How a call ended. */
export interface ToolOutcome {
  readonly code: number | null;
  readonly stderr: string;
  /** The result; undefined when the call failed. */
  readonly output: unknown;
}

/** Runs a tool as a step does: arguments in `$AIW_INPUT`, the result in `$AIW_OUTPUT`, nothing else in its environment. */
export async function callTool({ operation, input, env, key = "aiw_test", cwd }: ToolCall): Promise<ToolOutcome> {
  const [tool = "", name = ""] = operation.split(".");
  const folder = mkdtempSync(join(tmpdir(), "aiw-tool-"));
  const files = { AIW_INPUT: join(folder, "input.json"), AIW_OUTPUT: join(folder, "output.json") };
  writeFileSync(files.AIW_INPUT, JSON.stringify(input));
  const child = spawn(process.execPath, [join(tools, `${tool}.mjs`), name], {
    cwd: cwd ?? folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, ...env, ...files, AIW_IDEMPOTENCY_KEY: key },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const output: unknown = code === 0 ? JSON.parse(readFileSync(files.AIW_OUTPUT, "utf8")) : undefined;
  rmSync(folder, { recursive: true, force: true });
  return { code, stderr: Buffer.concat(chunks).toString("utf8"), output };
}
