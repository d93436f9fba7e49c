import type { ErrorInfo } from "../errors.js";
import type { EventData } from "../events/event.js";

/** One thing to do next; the driver turns it into events and effects. Steps are named by their keys. */
export type Decision =
  /** Evaluate `if` and input, then start the next attempt, skip, or fail. Of an Undo: its whole path. */
  | { readonly do: "start"; readonly step: string }
  /** Evaluate `if` and the list of a `foreach`, or skip, or fail. */
  | { readonly do: "expand"; readonly step: string }
  /** All items are over: complete the step, or fail it with what the first failed item says. */
  | { readonly do: "settle"; readonly step: string; readonly error?: ErrorInfo | undefined }
  | { readonly do: "skip"; readonly step: string; readonly cause: EventData<"step.skipped">["cause"] }
  /** Ends a step between two attempts, or that waits in vain. */
  | { readonly do: "fail"; readonly step: string; readonly error: ErrorInfo }
  /** Journal that the step waits for a person. */
  | { readonly do: "ask"; readonly step: string }
  /** The approval has the answers it needs, or one that rejects. */
  | { readonly do: "answer"; readonly step: string }
  /** Give a kept signal to the step. */
  | { readonly do: "signal"; readonly step: string; readonly id: string }
  /** The time that the step waited for has come; of an approval, a signal or a sub-workflow: nobody answered in time. */
  | { readonly do: "wake"; readonly step: string }
  /** Stop a running attempt; asked again until it has ended. */
  | { readonly do: "abort"; readonly step: string; readonly error: ErrorInfo }
  /** Ask a sub-workflow's run to stop; asked again until it has ended. `force`: what follows its steps is cut short too. */
  | {
      readonly do: "cancel_child";
      readonly step: string;
      readonly undo: boolean;
      readonly drain: boolean;
      readonly force: boolean;
    }
  /** Journal why the run stops. */
  | { readonly do: "halt"; readonly reason: EventData<"run.halted">["reason"]; readonly error: ErrorInfo }
  /** Evaluate the outputs and complete the run. */
  | { readonly do: "complete" }
  | {
      readonly do: "fail_run";
      readonly reason: EventData<"run.failed">["reason"];
      readonly error: ErrorInfo;
      readonly step?: string | undefined;
    }
  | { readonly do: "cancel_run"; readonly by: string; readonly reason?: string | undefined }
  /** Give the claim back; `steps` are those not yet journaled as suspended. */
  | { readonly do: "suspend"; readonly steps: readonly string[]; readonly dueAt?: number | undefined };
