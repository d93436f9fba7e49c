import { isEnded, type Logger, type RunRow, type RunSummary } from "@aiw/core";
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
  /** Being looked up. */
  const adopting = new Set<string>();
  /** What they ended with is on its way to their parents. */
  const ended = new Set<string>();
  const adopt: Children["adopt"] = (run, { parent, isReopened }) => {
    adopting.add(run);
    ended.delete(run);
    const take = (row: RunRow | undefined) => {
      adopting.delete(run);
      if (host.isClosing()) return;
      if (row === undefined) parent.happen({ type: "child_gone", child: run });
      // What it ended with lies in the inbox of its parent.
      else if (!isEnded(row.status) || isReopened) {
        const mark = () => host.mark(parent);
        const settle = ({ status }: RunSummary) => {
          if (status === "suspended" || status === "running") return mark();
          ended.add(run);
          nudge();
        };
        if (!attachments.has(run)) attachments.attach(run, isReopened ? row.seq : 0).then(settle, mark);
      }
      nudge();
    };
    host.row(run).then(take, (error) => {
      adopting.delete(run);
      host.logger?.warn("a sub-workflow could not be looked up", asFacts(error));
    });
  };
  const isActive = (run: string) => host.isDriven(run) || attachments.has(run) || adopting.has(run) || ended.has(run);
  return { isActive, adopt, nudge };
}
