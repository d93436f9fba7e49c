export { createSystemClock } from "@aiw/core";
export { type PlanRequest, planRun } from "./dry-run/plan-run.js";
export type {
  AgentPlan,
  ApprovalPlan,
  FilePlan,
  PlanProblem,
  RunPlan,
  StepPlan,
  WaitPlan,
} from "./dry-run/run-plan.js";
export { createEngine } from "./engine.js";
export { createSystemIds } from "./ids.js";
export type {
  AgentSource,
  CodeSource,
  Engine,
  EngineOptions,
  LimitOptions,
  ToolSource,
  WorkerOptions,
} from "./options.js";
