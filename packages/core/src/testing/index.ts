export { type AgentFixture, type AgentSuiteOptions, describeAgent } from "./agent-contract.js";
export { type ArtifactStoreFixture, describeArtifactStore } from "./artifact-store-contract.js";
export { createFakeClock, createFakeIds, type FakeClock } from "./fake-clock.js";
export {
  createFakeSpawner,
  type FakeProcess,
  type FakeScript,
  type FakeSpawner,
  type FakeSpawnerOptions,
} from "./fake-spawner.js";
export { createMemoryArtifactStore } from "./memory-artifact-store.js";
export { createMemoryRunStore, type MemoryRunStore, type MemoryRunStoreOptions } from "./memory-run-store.js";
export { createMemoryStepCache } from "./memory-step-cache.js";
export { describeRunStore } from "./run-store-contract.js";
export type { RunStoreFixture } from "./run-store-fixture.js";
export { describeSpawner } from "./spawner-contract.js";
export { type ContractProgram, contractPrograms } from "./spawner-programs.js";
export { describeStepCache, type StepCacheFixture } from "./step-cache-contract.js";
export { describeTool, type ToolCall, type ToolFixture, type ToolSuiteOptions } from "./tool-contract.js";
