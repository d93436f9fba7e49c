import type { StoredEvent } from "../events/event.js";

/** Sees committed events of the runs that this process drives and can change nothing. May fail; the run may not. */
export interface Subscriber {
  readonly name: string;
  /** In commit order, after the commit. Must not block. */
  onEvents(events: readonly StoredEvent[]): void;
}
