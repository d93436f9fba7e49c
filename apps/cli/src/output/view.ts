import type { Progress, RunSummary, StoredEvent } from "@aiw/core";

/** Shows a run while it goes. */
export interface RunView {
  event(event: StoredEvent): void;
  progress(step: string, progress: Progress): void;
  /** Restores the terminal; the summary is printed by the command. Safe to call twice. */
  close(summary?: RunSummary): void;
}
