export { createSystemClock } from "@aiw/core";
export { createEngine } from "./engine.js";
export { createSystemIds } from "./ids.js";
export type { AgentSource, Engine, EngineOptions, LimitOptions, ToolSource, WorkerOptions } from "./options.js";
