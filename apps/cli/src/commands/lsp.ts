import { AiwError } from "@aiw/core";
import { createConnection } from "vscode-languageserver/node";
import type { CliContext } from "../context.js";
import { startServer } from "../lsp/server.js";

/**
 * `aiw lsp`: serves workflows to an editor over stdin and stdout. Ends when the editor says so, closes stdin or is gone;
 * with 0 when it asked for the end before, else with 1.
 */
export async function lspCommand({ env, cwd, stdout, json }: CliContext): Promise<number> {
  if (json) {
    throw new AiwError("usage", "--json has no meaning here: stdout carries the protocol", { hint: "leave it out" });
  }
  // The library ends the process itself: by then whatever was asked for is answered.
  startServer(createConnection(process.stdin, stdout), { env, cwd });
  return await new Promise<number>(() => undefined);
}
