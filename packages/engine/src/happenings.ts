import { keyOfPath, type NewEvent, type RunState } from "@aiw/core";
import { childGone } from "./children.js";
import type { Happening } from "./driver-types.js";
import { type EndContext, endEvents, interruptionEvents } from "./end-events.js";

/** Journal of what happened to an attempt or a sub-workflow of this engine. */
export function happeningEvents(
  state: RunState,
  happening: Happening,
  { isClosing, end }: { readonly isClosing: boolean; readonly end: EndContext },
): readonly NewEvent[] {
  switch (happening.type) {
    case "checkpoint": {
      const row = state.steps.get(keyOfPath(happening.event.step));
      const isItsOwn = row?.phase.is === "running" && row.phase.attempt === happening.event.data.attempt;
      return isItsOwn ? [happening.event] : [];
    }
    case "child_gone":
      return childGone(state, happening.child);
    case "ended": {
      const { result, isInterrupted, path } = happening.ended;
      const isOurDoing = (isClosing || isInterrupted) && result.status === "failed";
      return isOurDoing ? interruptionEvents(state, keyOfPath(path), end) : endEvents(state, happening.ended, end);
    }
  }
}
