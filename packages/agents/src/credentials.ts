import { createMasker, type Masker, Secret } from "@aiw/core";
import type { AgentEnv } from "./environment.js";

/** `OWN_KEY`, `OWN_APIKEY`, `PGPASSWORD`, `GH_PAT`; not `SSH_AUTH_SOCK`, `MAX_TOKENS`. */
const credentialName =
  /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|HEADERS)(?:_|$)|(?:^|_)(?:AUTH|PASS|PAT)$/i;
/** A proxy's address may hold a password. */
const urlWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:[^/\s@]+@/i;
/** Shorter ones are stand-ins such as `dummy`, and would be cut out of ordinary text. */
const leastLength = 12;

/**
 * Masks the agent's own credentials too: the run knows the secrets of the workflow, not the keys that an agent takes
 * from the environment. Told by the names of variables.
 */
export function withCredentials(masker: Masker, env: AgentEnv): Masker {
  const own = credentialsOf(env);
  if (own.length === 0) return masker;
  const second = createMasker(own);
  return {
    mask: (text) => second.mask(masker.mask(text)),
    stream() {
      const streams = [masker.stream(), second.stream()] as const;
      return {
        push: (chunk) => streams[1].push(streams[0].push(chunk)),
        end: () => streams[1].push(streams[0].end()) + streams[1].end(),
      };
    },
  };
}

function credentialsOf(env: AgentEnv): readonly Secret[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const secret = value instanceof Secret ? value : new Secret(name, value);
    const text = secret.reveal();
    const isCredential = value instanceof Secret || credentialName.test(name) || urlWithPassword.test(text);
    return isCredential && text.trim().length >= leastLength ? [secret] : [];
  });
}
