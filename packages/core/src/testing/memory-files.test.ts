import { describeArtifactStore } from "./artifact-store-contract.js";
import { createMemoryArtifactStore } from "./memory-artifact-store.js";
import { createMemoryStepCache } from "./memory-step-cache.js";
import { describeStepCache } from "./step-cache-contract.js";

describeArtifactStore("memory", () => ({ store: createMemoryArtifactStore(), close: async () => undefined }));
describeStepCache("memory", () => ({ cache: createMemoryStepCache(), close: async () => undefined }));
