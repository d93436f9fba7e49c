import type { Secret } from "@aiw/core";

/** Variables for an agent's process. */
export type AgentEnv = Readonly<Record<string, string | Secret>>;

/** What a program needs to reach its model's service through a proxy or a private certificate authority. */
export const networkEnvironment: readonly string[] = [
  ...["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "all_proxy", "no_proxy"],
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
];

/** The variables of this list that are set and not empty. */
export function pickEnvironment(
  names: readonly string[],
  from: Readonly<Record<string, string | Secret | undefined>>,
): Record<string, string | Secret> {
  const picked: Record<string, string | Secret> = {};
  for (const name of names) {
    const value = Object.hasOwn(from, name) ? from[name] : undefined;
    if (value !== undefined && value !== "") picked[name] = value;
  }
  return picked;
}

/** Is this variable there and not empty? */
export function hasVariable(env: AgentEnv, name: string): boolean {
  return Object.hasOwn(env, name) && env[name] !== "";
}
