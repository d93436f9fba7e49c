import { isEnded, type Logger, type RunRow } from "@aiw/core";
import type { Attachments } from "./attachments.js";
import type { ChildParent, Children } from "./driver-types.js";
import { asFacts } from "./errors.js";

/** What looking after sub-workflows needs of the engine. */
export interface ChildRunsHost {
  readonly row: (run: string) => Promise<RunRow | undefined>;
  readonly isDriven: (run: string) => boolean;
  readonly isClosing: () => boolean;
  readonly attachments: Pick<Attachments, "attach" | "has">;
  /** Let the parent look again. */
  readonly mark: (parent: ChildParent) => void;
  readonly nudge: () => void;
  readonly logger: Logger | undefined;
}

/** Makes the runs of sub-workflows go on in the engine that drives their parents, unless others drive them. */
export function createChildRuns(host: ChildRunsHost): Children {
  const { attachments, nudge } = host;
  const adopt: Children["adopt"] = (run, { parent, isReopened }) => {
    const take = (row: RunRow | undefined) => {
      if (host.isClosing()) return;
      if (row === undefined) parent.happen({ type: "child_gone", child: run });
      // What it ended with lies in the inbox of its parent.
      else if (!isEnded(row.status) || isReopened) {
        const mark = () => host.mark(parent);
        if (!attachments.has(run)) void attachments.attach(run, isReopened ? row.seq : 0).then(mark, mark);
      }
      nudge();
    };
    host.row(run).then(take, (error) => host.logger?.warn("a sub-workflow could not be looked up", asFacts(error)));
  };
  return { isActive: (run) => host.isDriven(run) || attachments.has(run), adopt, nudge };
}
