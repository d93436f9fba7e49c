import type { Progress, RunSummary, StoredEvent } from "@aiw/core";

/** Shows a run while it goes. */
export interface RunView {
  event(event: StoredEvent): void;
  /** Takes in an event from before this command, which is nothing new to a reader. */
  past(event: StoredEvent): void;
  /** After the last event of the past: says where the run stands. */
  present(): void;
  progress(step: string, progress: Progress): void;
  /** This process drove the run and stopped its attempts. */
  stopped(): void;
  /** Restores the terminal; the summary is printed by the command. Safe to call twice. */
  close(summary?: RunSummary): void;
}
