import type { ErrorInfo, Permissions } from "@aiw/core";
import { unsupported } from "../failure.js";
import { isEverywhere, isWorkspace } from "../permissions.js";

/** Permissions in codex's own terms. */
export interface CodexAccess {
  readonly sandbox: "read-only" | "workspace-write";
  /** May commands in the sandbox use the network, and the model search the web? */
  readonly hasNetwork: boolean;
}

/** What codex is told for these permissions. */
export function codexAccess(permissions: Permissions | undefined): CodexAccess {
  const { write, net } = permissions ?? {};
  return { sandbox: write?.length === 0 ? "read-only" : "workspace-write", hasNetwork: isEverywhere(net) };
}

/** What of these permissions codex cannot honour. */
export function checkCodexAccess(permissions: Permissions | undefined): readonly ErrorInfo[] {
  const { read, write, run, net } = permissions ?? {};
  const problems: ErrorInfo[] = [];
  const refuse = (message: string, hint: string) => problems.push(unsupported("codex", message, hint));
  if (read !== undefined) {
    refuse("its sandbox lets commands read the whole disk; it cannot limit reading", "remove `read`, or use claude");
  }
  if (write !== undefined && write.length > 0 && !(isWorkspace(write) && write.length === 1)) {
    refuse(`cannot limit writing to ${write.join(", ")}`, "use `write: [.]` (the workspace) or `write: []` (nothing)");
  }
  if (run !== undefined) {
    refuse("cannot allow commands by name; it runs them in its own sandbox", "remove `run`, or use claude");
  }
  if (net !== undefined && net.length > 0 && !isEverywhere(net)) {
    refuse(`cannot open the network for ${net.join(", ")} alone`, 'use `net: []` (none) or `net: ["*"]` (any host)');
  }
  if (isEverywhere(net) && write?.length === 0) {
    refuse("has no network in its read-only sandbox", "remove `net`, or allow writing with `write: [.]`");
  }
  return problems;
}
