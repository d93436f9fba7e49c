import { isEnded, type RunRow, type RunSummary } from "@aiw/core";
import type { Attachments } from "./attachments.js";
import { endMessage } from "./children.js";
import type { ChildParent, Children } from "./driver-types.js";
import { asFacts } from "./errors.js";
import { foldRun } from "./journal.js";
import type { Leases } from "./leases.js";
import type { EngineOptions } from "./options.js";

/** Until a look-up that failed is made again. */
const lookAgainMs = 1_000;
/** After so long a parent has read what its sub-workflow ended with: that lies in its inbox. */
const readMs = 60_000;

/** What looking after sub-workflows needs of the engine. */
export interface ChildRunsHost {
  readonly options: Pick<EngineOptions, "store" | "clock" | "logger">;
  readonly leases: Pick<Leases, "now" | "nudge">;
  readonly row: (run: string) => Promise<RunRow | undefined>;
  readonly isDriven: (run: string) => boolean;
  readonly isClosing: () => boolean;
  readonly attachments: Pick<Attachments, "attach" | "detach" | "has">;
  /** Let the parent look again. */
  readonly mark: (parent: ChildParent) => void;
}

/** A run that a parent waits for. */
interface Adoption {
  readonly run: string;
  readonly parent: ChildParent;
  readonly isReopened: boolean;
}

/** Makes the runs of sub-workflows go on in the engine that drives their parents, unless others drive them. */
export function createChildRuns(host: ChildRunsHost): Children {
  const runs = new ChildRuns(host);
  return {
    isActive: (run) => runs.isActive(run),
    adopt: (run, by) => runs.adopt({ run, ...by }),
    nudge: () => host.leases.nudge(),
  };
}

class ChildRuns {
  readonly #host: ChildRunsHost;
  /** Being looked up; the last one counts. */
  readonly #adopting = new Map<string, Adoption>();
  /** What they ended with is on its way to their parents; since when, oldest first. */
  readonly #ended = new Map<string, number>();

  constructor(host: ChildRunsHost) {
    this.#host = host;
  }

  isActive(run: string): boolean {
    const { isDriven, attachments } = this.#host;
    return isDriven(run) || attachments.has(run) || this.#adopting.has(run) || this.#ended.has(run);
  }

  adopt(adoption: Adoption): void {
    this.#adopting.set(adoption.run, adoption);
    this.#ended.delete(adoption.run);
    void this.#lookUp(adoption);
  }

  async #lookUp(adoption: Adoption): Promise<void> {
    const { leases, options } = this.#host;
    try {
      await this.#take(adoption);
      if (this.#isCurrent(adoption)) this.#adopting.delete(adoption.run);
      leases.nudge();
    } catch (error) {
      options.logger?.warn("a sub-workflow could not be looked up", asFacts(error));
      if (this.#isCurrent(adoption)) options.clock.after(lookAgainMs, () => void this.#lookUp(adoption), true);
    }
  }

  #isCurrent(adoption: Adoption): boolean {
    return !this.#host.isClosing() && this.#adopting.get(adoption.run) === adoption;
  }

  async #take(adoption: Adoption): Promise<void> {
    const { run, parent, isReopened } = adoption;
    const row = await this.#host.row(run);
    if (!this.#isCurrent(adoption)) return;
    if (row === undefined) parent.happen({ type: "child_gone", child: run });
    else if (isEnded(row.status) && !isReopened) await this.#takeEnded(adoption, row);
    else this.#attach(adoption, isReopened ? row.seq : 0);
  }

  #attach({ run, parent }: Adoption, afterSeq: number): void {
    const { attachments, leases, mark } = this.#host;
    if (attachments.has(run)) return;
    const look = () => mark(parent);
    const settle = ({ status }: RunSummary) => {
      if (status === "suspended" || status === "running") return look();
      this.#tell(run);
      leases.nudge();
    };
    attachments.attach(run, afterSeq).then(settle, look);
  }

  /**
   * Its end lies in the inbox of its parent, or was lost because the parent had ended too: then it is told again. Unless
   * a message that the run did not read yet takes it up; then it can be claimed.
   */
  async #takeEnded(adoption: Adoption, { run, seq }: RunRow): Promise<void> {
    const { attachments, leases, options } = this.#host;
    const isNew = !attachments.has(run);
    this.#attach(adoption, seq);
    // Claims what this engine waits for and can be claimed.
    await leases.now();
    const row = await this.#host.row(run);
    const isGoneOn = row === undefined || row.seq !== seq || row.worker !== undefined || this.#host.isDriven(run);
    if (isGoneOn || !this.#isCurrent(adoption)) return;
    if (isNew) attachments.detach(run);
    const { state } = await foldRun(options.store, run);
    const message = endMessage(state);
    if (message === undefined) return;
    const { fence = 0 } = (await this.#host.row(message.run)) ?? {};
    await options.store.post([{ ...message, id: `${message.id}:again:${fence}`, at: options.clock.now() }]);
    this.#tell(run);
  }

  #tell(run: string): void {
    const now = this.#host.options.clock.monotonic();
    for (const [known, since] of this.#ended) {
      if (now - since < readMs) break;
      this.#ended.delete(known);
    }
    this.#ended.delete(run);
    this.#ended.set(run, now);
  }
}
