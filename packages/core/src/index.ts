export { type ErrorCode, errorCodes, exitCodeOf, isErrorCode } from "./error-codes.js";
export { AiwError, type AiwErrorOptions, type ErrorInfo, fromErrorInfo, isAiwError, toErrorInfo } from "./errors.js";
export { type ClaimFacts, claimCause, isEnded } from "./events/claim-cause.js";
export {
  checkEvent,
  type EventData,
  type EventEnvelope,
  type EventType,
  eventVersion,
  type NewEvent,
  type NextMove,
  newEventSchema,
  type StoredEvent,
} from "./events/event.js";
export { projectEvents, type RunChange, type StepChange, type ViewChange } from "./events/project.js";
export type {
  CheckedExpression,
  Expression,
  ExprProblem,
  ExprProblemCode,
  ExprValue,
  Narrowing,
  ParsedExpression,
  Reference,
  Scope,
  ScopeTypes,
} from "./expr/types.js";
export { canonicalJson, isJsonObject, type Json, type JsonObject, type JsonSchema } from "./json.js";
export { createLeaseObserver, type LeaseObserver } from "./lease-observer.js";
export { createMasker, isMaskable, maskJson } from "./mask.js";
export type { Origin } from "./model/origin.js";
export type {
  AgentRef,
  AgentStep,
  Permissions,
  RetrySpec,
  ScriptLanguage,
  ScriptStep,
  Step,
  StepBase,
  ToolStep,
} from "./model/step.js";
export type { ExprRef, TextTemplate, ValueTemplate } from "./model/template.js";
export { type InputSpec, type ToolDeclaration, type Workflow, workflowModelVersion } from "./model/workflow.js";
export type {
  Agent,
  AgentCapabilities,
  AgentCompleted,
  AgentFacts,
  AgentFailed,
  AgentHealth,
  AgentHealthContext,
  AgentOptions,
  AgentRequest,
  AgentResult,
} from "./ports/agent.js";
export type { AttemptContext, Progress } from "./ports/attempt.js";
export type { Clock, Ids, Logger } from "./ports/clock.js";
export type { FailedAttempt, RetryPolicy } from "./ports/retry-policy.js";
export type {
  ResumeOptions,
  RunControl,
  RunHandle,
  RunSummary,
  StartRequest,
  WatchOptions,
} from "./ports/run-control.js";
export type {
  Append,
  Appended,
  Beat,
  Claim,
  CreateRun,
  EventPage,
  Message,
  NewMessage,
  Polled,
  Posted,
  ReadFrom,
  RunPage,
  RunQuery,
  RunRow,
  RunStatus,
  RunStore,
  StepRow,
  StepStatus,
  WorkerOwner,
} from "./ports/run-store.js";
export type {
  Containment,
  Masker,
  MaskStream,
  ProcessResult,
  ProcessSpec,
  Spawner,
  StartedProcess,
} from "./ports/spawner.js";
export type { Subscriber } from "./ports/subscriber.js";
export type { Tool, ToolInput, ToolOperation, ToolResult } from "./ports/tool.js";
export { Secret, type SecretSource } from "./secret.js";
export { createSystemClock } from "./system-clock.js";
export { addUsage, noUsage, totalTokens, type Usage } from "./usage.js";
