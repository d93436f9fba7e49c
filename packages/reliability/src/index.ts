export { createFileArtifactStore, type FileArtifactStoreOptions } from "./files/artifact-store.js";
export { createFileStepCache, type FileStepCacheOptions } from "./files/step-cache.js";
export { backoffMs, createRetryPolicy } from "./retry-policy.js";
