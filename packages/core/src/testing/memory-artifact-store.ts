import type { ArtifactStore } from "../ports/artifact-store.js";

/** Keeps artifacts in memory: for tests and rehearsals. */
export function createMemoryArtifactStore(): ArtifactStore {
  const contents = new Map<string, Uint8Array>();
  return {
    async put(content) {
      const bytes = content instanceof Uint8Array ? content.slice() : await collect(content);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const hash = `sha256-${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
      contents.set(hash, bytes);
      return { hash, bytes: bytes.length };
    },
    async get(hash) {
      return contents.get(hash)?.slice();
    },
  };
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part.slice());
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
