import type { Happening } from "./trace.js";

/** What a process waits for. */
export type Block =
  /** Goes on once this is so. */
  | { readonly until: () => boolean; readonly isFirst?: boolean }
  /** Goes on with what happened, or with nothing once it is to stop. */
  | { readonly on: (happening: Happening) => boolean; readonly stop?: () => boolean };

/** A piece of plain sequential code that waits now and then. */
export type Process<T = void> = Generator<Block, T, Happening | undefined>;

interface Entry {
  readonly process: Process;
  block: Block | undefined;
}

/** Lets processes go on, one at a time, each until it waits. */
export class Scheduler {
  #entries: Entry[] = [];

  /** Begins a process. */
  spawn(process: Process): void {
    const entry: Entry = { process, block: undefined };
    this.#entries.push(entry);
    this.#advance(entry);
  }

  /** Forgets what still waits. */
  clear(): void {
    this.#entries = [];
  }

  /** Goes on until everything waits for something that has to happen. Who waits for `next` is not stopped: it comes first. */
  settle(next?: Happening): void {
    const isFirst = ({ block }: Entry) => block !== undefined && "until" in block && block.isFirst === true;
    // What others have answered is carried out before anything begins.
    while (this.#goOn((entry) => isFirst(entry)) || this.#goOn((entry) => goesOn(entry.block, next))) continue;
    this.#entries = this.#entries.filter(({ block }) => block !== undefined);
  }

  /** Does anybody go on whom this lets? */
  #goOn(mayGoOn: (entry: Entry) => boolean): boolean {
    let isProgress = false;
    // Processes may be added on the way.
    for (let index = 0; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry === undefined || !mayGoOn(entry)) continue;
      isProgress = true;
      this.#advance(entry);
    }
    return isProgress;
  }

  /** Gives a happening to whoever waits for it. Did anybody? */
  feed(happening: Happening): boolean {
    const entry = this.#entries.find(({ block }) => block !== undefined && "on" in block && block.on(happening));
    if (entry === undefined) return false;
    this.#advance(entry, happening);
    return true;
  }

  #advance(entry: Entry, happening?: Happening): void {
    entry.block = undefined;
    const next = entry.process.next(happening);
    if (next.done !== true) entry.block = next.value;
  }
}

function goesOn(block: Block | undefined, next: Happening | undefined): boolean {
  if (block === undefined) return false;
  if ("until" in block) return block.until();
  const isNext = next !== undefined && block.on(next);
  return !isNext && block.stop?.() === true;
}
