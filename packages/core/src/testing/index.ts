export { type AgentFixture, type AgentSuiteOptions, describeAgent } from "./agent-contract.js";
export { createFakeClock, createFakeIds, type FakeClock } from "./fake-clock.js";
export { createMemoryRunStore, type MemoryRunStore, type MemoryRunStoreOptions } from "./memory-run-store.js";
export { describeRunStore } from "./run-store-contract.js";
export type { RunStoreFixture } from "./run-store-fixture.js";
export { describeTool, type ToolCall, type ToolFixture, type ToolSuiteOptions } from "./tool-contract.js";
