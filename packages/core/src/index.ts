export { formatDuration, type ParsedDuration, parseDuration } from "./duration.js";
export { type ErrorCode, errorCodes, exitCodeOf, isErrorCode } from "./error-codes.js";
export { AiwError, type AiwErrorOptions, type ErrorInfo, fromErrorInfo, isAiwError, toErrorInfo } from "./errors.js";
export { type ClaimFacts, claimCause, isEnded, opensAgain } from "./events/claim-cause.js";
export {
  checkEvent,
  type EventData,
  type EventEnvelope,
  type EventType,
  eventVersion,
  type NewEvent,
  type NextMove,
  type StoredEvent,
} from "./events/event.js";
export { projectEvents, type RunChange, type StepChange, type ViewChange } from "./events/project.js";
export { newEventSchema } from "./events/schema.js";
export { isAssignable } from "./expr/assignable.js";
export {
  functions as expressionFunctions,
  macros as expressionMacros,
  methods as expressionMethods,
  type Signature,
} from "./expr/catalog.js";
export { checkExpression } from "./expr/check.js";
export { checkUse, type ExpressionUse } from "./expr/check-use.js";
export { describeType } from "./expr/describe-type.js";
export { evaluateExpression } from "./expr/evaluate.js";
export { createEvaluator, type Evaluator, type RenderedValue } from "./expr/evaluator.js";
export { nonNullWhere } from "./expr/facts.js";
export { nearest, suggest } from "./expr/nearest.js";
export { maxExpressionDepth, maxExpressionLength, maxExpressionNodes, parseExpression } from "./expr/parser.js";
export {
  isNullable,
  isSecretType,
  itemOf,
  kindsOf,
  secretType,
  unionOf,
  variants,
  withoutNull,
} from "./expr/schema-type.js";
export { sha256Hex } from "./expr/sha256.js";
export { type FoundHole, type ParsedText, parseText, type TemplateHole } from "./expr/template-text.js";
export { type ParsedValue, parseValue, type ValuePath } from "./expr/template-value.js";
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
export { type Digest, requestHash, workflowHash } from "./model/hash.js";
export type { InputSpec } from "./model/input.js";
export type { Origin } from "./model/origin.js";
export {
  type BudgetSpec,
  type CacheSpec,
  type ConcurrencySpec,
  type EffectSpec,
  type ForeachAxis,
  type ForeachOver,
  type ForeachSpec,
  maxForeachItems,
  type QuotaMove,
  type RepeatSpec,
  type SandboxMode,
  type TriggerSpec,
} from "./model/settings.js";
export type {
  AgentRef,
  AgentRouting,
  AgentStep,
  ApplyStep,
  ApprovalStep,
  CodeContext,
  CodeFunction,
  CodeStep,
  Permissions,
  RetrySpec,
  RoutingPolicy,
  ScriptLanguage,
  ScriptStep,
  Step,
  StepBase,
  StepKind,
  ToolStep,
  UndoStep,
  UseStep,
  WaitSpec,
  WaitStep,
  Workspace,
} from "./model/step.js";
export type { ExprRef, TextTemplate, ValueTemplate } from "./model/template.js";
export {
  type ToolDeclaration,
  type UsedWorkflow,
  type Workflow,
  workflowModelVersion,
} from "./model/workflow.js";
export { nextSteps } from "./next-steps.js";
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
export type { ArtifactRef, ArtifactStore } from "./ports/artifact-store.js";
export type { AttemptContext, Progress } from "./ports/attempt.js";
export type { Authorization, AuthorizationRequest, Authorizer } from "./ports/authorizer.js";
export type { Clock, Ids, Logger } from "./ports/clock.js";
export type { FailedAttempt, RetryPolicy } from "./ports/retry-policy.js";
export type {
  ApprovalAnswer,
  CancelOptions,
  NamedSignal,
  OpenWait,
  ResumeOptions,
  RunControl,
  RunHandle,
  RunSummary,
  Signal,
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
  SpawnRun,
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
export type { CacheEntry, StepCache } from "./ports/step-cache.js";
export type { Subscriber } from "./ports/subscriber.js";
export type { Tool, ToolInput, ToolOperation, ToolResult } from "./ports/tool.js";
export {
  type Decided,
  type DecideLimits,
  decide,
  type Pool,
  poolOf,
} from "./run/decide.js";
export { type Outcome, outcomeOf } from "./run/decide-end.js";
export { maxTakeovers } from "./run/decide-stop.js";
export type { Decision } from "./run/decision.js";
export { foldJournal, RunFold } from "./run/fold.js";
export {
  buildGraph,
  checkGraph,
  type GraphProblem,
  type StepGraph,
  stepsAfter,
  topologicalOrder,
} from "./run/graph.js";
export { type AttemptIdentity, attemptToken, idempotencyKey, type KeyParts } from "./run/keys.js";
export { formatStepPath, parseStepPath, type StepPath } from "./run/path.js";
export { createRolePolicy, type RolePolicyOptions } from "./run/role-policy.js";
export { timedOut } from "./run/run-errors.js";
export { type AttemptFacts, attemptScope, runScope, type ScopeSources } from "./run/scope.js";
export type {
  Answer,
  ChildEnd,
  KeptSignal,
  RunEnd,
  RunState,
  StepItem,
  StepPhase,
  StepSection,
  StepState,
  StepWait,
  Undoable,
} from "./run/state.js";
export { isOver, keyOfPath, stepToStart } from "./run/step-row.js";
export { isSuspended, summarize } from "./run/summarize.js";
export { hasUndo, undoReport } from "./run/undo.js";
export { approvalResult, type Judge, type Judgement, judgeSignal, openWaits } from "./run/waits.js";
export { Secret, type SecretSource } from "./secret.js";
export { createSystemClock } from "./system-clock.js";
export { applyDefaults } from "./types/apply-defaults.js";
export { coerceInput, describeInputMisfit } from "./types/coerce-input.js";
export {
  type CompiledField,
  type CompiledFields,
  compileFields,
  compileType,
} from "./types/compile-type.js";
export type { JsonProblem } from "./types/json-problem.js";
export type { CompiledType, CompileOptions, SchemaFile, TypeProblem } from "./types/notation.js";
export { describeProblems, type JsonValidation, validateJson } from "./types/validate.js";
export { addUsage, noUsage, totalTokens, type Usage } from "./usage.js";
