import { type FlowPlan, failuresAt, itemValues, loopOf, type StepPlan } from "./plan.js";
import type { Memory, Result, Undoable, Unit } from "./reference-memory.js";
import type { Process } from "./scheduler.js";
import type { Happening } from "./trace.js";

/** What making steps needs of the run. */
export interface Workplace {
  readonly memory: Memory;
  /** Number of the present tick. */
  readonly tick: () => number;
  /** An attempt begins. */
  start(path: string, value: number | null): void;
  /** A process of its own. */
  spawn(process: Process): void;
  /** The sub-workflow's run until its next end. */
  playChild(path: string, child: FlowPlan, n: number): ChildEnd;
  fail(message: string): never;
}

/** How a sub-workflow's run ended. */
export interface ChildEnd {
  readonly status: "completed" | "failed" | "cancelled";
  readonly code?: string | undefined;
  readonly out: number;
  readonly isUndone: boolean;
}

const continued = "again";

/** A step or an item with all its attempts and rounds; `again`: the loop that it ends begins another round. */
export function* work(place: Workplace, unit: Unit): Process<Result | typeof continued> {
  const { memory } = place;
  const { repeat, does, id } = unit.step;
  for (;;) {
    const round = memory.roundOf(unit.key);
    const made = yield* make(place, unit, memory.pathOf(unit.key));
    if (!("gave" in made)) return made;
    memory.completed(unit, made.gave);
    const enough = does.kind === "tool" ? round >= (repeat?.enough ?? 1) : repeat?.enough === 1;
    if (repeat === undefined || enough) return { status: "completed" };
    if (round >= repeat.max) return { status: "failed", code: "repeat_exhausted" };
    if (repeat.from !== undefined) {
      memory.nextRound(loopOf(memory.plan, id) ?? [], round + 1);
      return continued;
    }
    memory.rounds.set(unit.key, round + 1);
    const go = yield { on: begun(memory.pathOf(unit.key)), stop: () => memory.stops(unit) };
    if (go === undefined) return memory.stopped(unit);
  }
}

type Made = Result | { readonly gave: number };

function make(place: Workplace, unit: Unit, path: string): Process<Made> {
  switch (unit.step.does.kind) {
    case "tool":
      return makeTool(place, unit, path);
    case "approval":
      return makeApproval(place, unit, path);
    case "signal":
      return makeSignal(place, unit, path);
    case "timer":
      return makeTimer(place, unit, path);
    case "use":
      return makeUse(place, unit, path);
  }
}

function* makeTool(place: Workplace, unit: Unit, path: string): Process<Made> {
  const { memory } = place;
  const { step, item } = unit;
  const round = memory.roundOf(unit.key);
  const value = memory.valueFor(unit);
  const at = item === undefined ? { round } : { round, item: item.index };
  const times = failuresAt(memory.plan, step, at);
  const code = yield* attempts(place, unit, { path, value, times, extra: step.retry?.attempts ?? 0 });
  return code === undefined ? { gave: value + 1_000 * round } : { status: "failed", code };
}

interface Attempts {
  readonly path: string;
  readonly value: number;
  /** How often it fails before it succeeds. */
  readonly times: number;
  readonly extra: number;
}

/** Attempts of a tool. Gives the code of its failure. */
function* attempts(place: Workplace, unit: Unit, { path, value, times, extra }: Attempts): Process<string | undefined> {
  const { memory } = place;
  for (let failed = 0; ; ) {
    place.start(path, value);
    const ended = yield { on: (what) => what.type === "ended" && what.path === path };
    if (ended?.type !== "ended") return place.fail(`${path} went on without an end`);
    const known = memory.failures.get(path) ?? 0;
    const wasStopped = ended.code === "cancelled" || ended.code === "interrupted";
    if (!wasStopped && ended.isOk !== known >= times) place.fail(`${path} ended otherwise than planned`);
    if (wasStopped && !memory.stops(unit)) place.fail(`${path} was stopped for no reason`);
    if (ended.isOk) return undefined;
    if (!wasStopped) memory.failures.set(path, known + 1);
    failed += 1;
    const isStopped = unit.isLate ? memory.isForced : memory.isStopping();
    if (isStopped || failed > extra) return ended.code;
    const go = yield { on: begun(path), stop: () => memory.stops(unit) };
    if (go === undefined) return memory.stopped(unit, ended.code).code;
  }
}

function* makeApproval(place: Workplace, unit: Unit, path: string): Process<Made> {
  const { memory } = place;
  const { step } = unit;
  const min = step.does.kind === "approval" ? step.does.min : 1;
  place.start(path, null);
  let [approvals, code] = [0, ""];
  while (approvals < min && code === "") {
    const isIt = (what: Happening) => (what.type === "answer" || what.type === "time") && what.path === path;
    const answer = yield { on: isIt, stop: () => memory.stops(unit) };
    if (answer === undefined) return memory.stopped(unit);
    if (answer.type !== "answer") code = "expired";
    else if (answer.isApproved) approvals += 1;
    else code = "rejected";
  }
  // What stops the run at the same moment comes before what the answers lead to.
  if (code !== "expired") yield { until: () => true, isFirst: true };
  if (code !== "expired" && memory.stops(unit)) return memory.stopped(unit);
  if (code === "") return { gave: 7 };
  return step.continues ? { gave: 0 } : { status: "failed", code };
}

function* makeSignal(place: Workplace, unit: Unit, path: string): Process<Made> {
  const { memory } = place;
  const name = unit.step.does.kind === "signal" ? unit.step.does.name : "";
  place.start(path, null);
  const waiter = { path, name, since: place.tick() };
  memory.waiters.add(waiter);
  const isIt = (what: Happening) => (what.type === "took" || what.type === "time") && what.path === path;
  const news = yield { on: isIt, stop: () => memory.stops(unit) };
  memory.waiters.delete(waiter);
  if (news === undefined) return memory.stopped(unit);
  if (news.type !== "took") return { status: "failed", code: "timeout" };
  const oldest = memory.signals.find((signal) => signal.name === name);
  if (oldest?.id !== news.id) return place.fail(`${path} took ${news.id}, which was not the next one`);
  const before = [...memory.waiters].find((other) => other.name === name && other.since < waiter.since);
  if (before !== undefined) place.fail(`${path} took a signal before ${before.path}, which had waited longer`);
  memory.signals = memory.signals.filter((signal) => signal !== oldest);
  return { gave: oldest.data };
}

function* makeTimer(place: Workplace, unit: Unit, path: string): Process<Made> {
  place.start(path, null);
  const stop = () => place.memory.stops(unit);
  const news = yield { on: (what) => what.type === "time" && what.path === path, stop };
  return news === undefined ? place.memory.stopped(unit) : { gave: 0 };
}

function* makeUse(place: Workplace, unit: Unit, path: string): Process<Made> {
  const { memory } = place;
  const { does, retry } = unit.step;
  if (does.kind !== "use") return place.fail(`${path} is no sub-workflow`);
  const value = memory.valueFor(unit);
  for (let failed = 0; ; ) {
    place.start(path, value);
    yield { on: (what) => what.type === "child" && what.path === path };
    const end = place.playChild(path, does.child, value);
    if (end.status === "completed") return { gave: end.out };
    const code = end.code ?? "child_failed";
    failed += 1;
    const isStopped = unit.isLate ? memory.isForced : memory.isStopping();
    if (isStopped || failed > (retry?.attempts ?? 0)) return { status: "failed", code };
    const go = yield { on: begun(path), stop: () => memory.stops(unit) };
    if (go === undefined) return memory.stopped(unit, code);
  }
}

/** A step that goes over items. */
export function* workItems(place: Workplace, step: StepPlan, isLate: boolean): Process<Result> {
  const { memory } = place;
  const { id, items } = step;
  const values = items === undefined ? [] : itemValues(items);
  const most = items?.most ?? Number.POSITIVE_INFINITY;
  const count = memory.begun.get(id) ?? 0;
  const again = values.map((_, index) => index).filter((index) => index < count && !memory.results.has(`${id}[${index}]`));
  let [next, open] = [count, 0];
  memory.begun.set(id, count);
  let failure: string | undefined;
  let isCut = false;
  const isStopping = () => (isLate ? memory.isForced : memory.isStopping());
  const hasMore = () => again.length > 0 || next < values.length;
  const mayStart = () => !isStopping() && failure === undefined && open < most && hasMore();
  const isOver = () => open === 0 && (isStopping() || failure !== undefined || !hasMore());
  const isStopped = () => failure !== undefined;
  for (;;) {
    yield { until: () => mayStart() || isOver() };
    if (!mayStart()) break;
    const index = again.shift() ?? next;
    if (index === next) next += 1;
    memory.begun.set(id, next);
    open += 1;
    const unit = { step, key: `${id}[${index}]`, isLate, item: { index, value: values[index] ?? 0 }, isStopped };
    place.spawn(
      (function* () {
        const result = yield* work(place, unit);
        if (result === continued) return place.fail(`${unit.key} ends a loop`);
        memory.results.set(unit.key, result);
        open -= 1;
        isCut ||= result.status === "skipped";
        if (result.status === "failed" && !step.continues) failure ??= result.code ?? "";
      })(),
    );
  }
  if (failure !== undefined) return { status: "failed", code: failure };
  if (!hasMore() && !isCut) return { status: "completed" };
  return { status: "failed", code: isLate || memory.cancel !== undefined ? "cancelled" : (memory.failure?.code ?? "") };
}

/** Undoes what completed. */
export function* undo(place: Workplace, { path: undoes, step, item, gave }: Undoable): Process {
  const { memory } = place;
  const path = `${undoes}!undo`;
  const unit = { step, key: path, isLate: true };
  if (step.undo !== undefined) {
    const { times, retry } = step.undo;
    const value = (1 + gave + (item?.value ?? 0)) % 1_000;
    const code = yield* attempts(place, unit, { path, value, times, extra: retry?.attempts ?? 0 });
    memory.undos.set(undoes, code);
    return;
  }
  if (step.does.kind !== "use") return place.fail(`${undoes} has nothing to undo`);
  place.start(path, null);
  yield { on: (what) => what.type === "child" && what.path === path };
  const { isUndone } = place.playChild(undoes, step.does.child, 0);
  memory.undos.set(undoes, isUndone ? undefined : "child_failed");
}

/** The step may begin what had to wait for its time. */
export function begun(path: string): (happening: Happening) => boolean {
  return (happening) => happening.type === "begun" && happening.path === path;
}
