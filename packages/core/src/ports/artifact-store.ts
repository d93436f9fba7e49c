/** A file that was kept. */
export interface ArtifactRef {
  /** Relative to the working directory of its step, with `/`. */
  readonly path: string;
  /** `sha256-` and hexadecimal digits of the content. */
  readonly hash: string;
  readonly bytes: number;
}

/**
 * Keeps contents by their hash. Written to a temporary file, synced and renamed, so that what is there is whole. Every
 * implementation passes `describeArtifactStore` of `@aiw/core/testing`.
 */
export interface ArtifactStore {
  /** Keeps content; idempotent. @throws AiwError `disk_full`, `store_io`. */
  put(content: AsyncIterable<Uint8Array> | Uint8Array): Promise<{ readonly hash: string; readonly bytes: number }>;
  /** The content, checked against its hash; undefined when it is not there. @throws AiwError `store_corrupt`. */
  get(hash: string): Promise<Uint8Array | undefined>;
}
