import { foldJournal, isAiwError, type OpenWait, type StepState, type StoredEvent } from "@aiw/core";
import { origin } from "../world.js";
import { Hardship, type Held } from "./hardship.js";
import { journalFaults } from "./invariants.js";
import { describePlan, failuresAt, type FlowPlan, type StepPlan } from "./plan.js";
import { planWorkflow } from "./plan-workflow.js";
import { Mismatch, type ReferenceEnd, ReferenceRun } from "./reference-run.js";
import { readTrace } from "./trace.js";

/** What happens to a run, and in which order. */
export interface Fate {
  /** One for each choice; 0, and none, is the first thing that can be done. */
  readonly choices: readonly number[];
  readonly engines: number;
  readonly crashes: number;
  readonly cancels: number;
  readonly resumes: number;
}

const input = 5;
/** No workflow of the size of a plan needs more. */
const mostChoices = 2_000;

/** Plays a plan under its fate, and compares all that it did with the reference. @throws Mismatch in words. */
export async function playPlan(plan: FlowPlan, fate: Fate): Promise<void> {
  const play = new Play(plan, fate);
  try {
    await play.toTheEnd();
    await play.compare();
  } catch (error) {
    const message = error instanceof Mismatch ? error.message : error instanceof Error ? error.stack : String(error);
    const said = play.said.slice(-60).join("\n  ");
    throw new Mismatch(`${message}\n${describePlan(plan)}\nwhat happened:\n  ${said}\n${await play.journals()}`);
  } finally {
    await play.close();
  }
}

interface Choice {
  readonly weight: number;
  readonly say: string;
  readonly do: () => Promise<unknown> | unknown;
}

class Play {
  readonly said: string[] = [];
  readonly #plan: FlowPlan;
  readonly #fate: Fate;
  readonly #world = new Hardship();
  #left: Pick<Fate, "crashes" | "cancels" | "resumes">;
  #sent = 0;

  constructor(plan: FlowPlan, fate: Fate) {
    this.#plan = plan;
    this.#fate = fate;
    this.#left = fate;
  }

  async toTheEnd(): Promise<void> {
    const world = this.#world;
    for (let engine = 0; engine < this.#fate.engines; engine += 1) world.open();
    const request = { workflow: planWorkflow(this.#plan), origin, inputs: { n: input }, run: "r" };
    await world.settle(world.engine.start(request));
    await world.quiesce();
    for (let turn = 0; turn < mostChoices; turn += 1) {
      const choices = await this.#choices();
      if (choices === undefined) return;
      const all = choices.flatMap((choice) => new Array<Choice>(choice.weight).fill(choice));
      const choice = all[(this.#fate.choices[turn] ?? 0) % Math.max(1, all.length)];
      if (choice === undefined) throw new Mismatch("nothing can happen any more, and the run has not ended");
      this.said.push(choice.say);
          await choice.do();
      await world.quiesce();
    }
    throw new Mismatch("the run does not end");
  }

  async compare(): Promise<void> {
    const world = this.#world;
    const journals = new Map<string, readonly StoredEvent[]>();
    for (const run of await world.runs()) journals.set(run, await world.events(run));
    const faults = [...world.violations];
    for (const [run, events] of journals) faults.push(...journalFaults(events).map((fault) => `run ${run}: ${fault}`));
    if (faults.length > 0) throw new Mismatch(faults.join("\n"));
    const ticks = new Map([...journals].map(([run, events]) => [run, readTrace(events, world.bounds.get(run) ?? [])]));
    const reference = new ReferenceRun(
      "r",
      {
        ticks: (run) => ticks.get(run) ?? [],
        childrenOf: (run, path) => childrenOf(journals.get(run) ?? [], path),
      },
      { plan: this.#plan, n: input },
    );
    const ends = reference.playRest(reference.play());
    for (const [run, events] of journals) {
      const end = ends.get(run);
      if (end === undefined) throw new Mismatch(`run ${run} should not be there`);
      compareEnd(run, events, end);
      const rows = await world.rows(run);
      for (const [path, status] of Object.entries(rows)) {
        if (path in end.steps && end.steps[path] !== status) {
          throw new Mismatch(`run ${run}: the view has ${path} as ${status}, not ${end.steps[path]}`);
        }
      }
    }
  }

  /** The journals in short. */
  async journals(): Promise<string> {
    const lines: string[] = [];
    for (const run of await this.#world.runs()) {
      const ends = new Set(this.#world.bounds.get(run) ?? []);
      const events = await this.#world.events(run);
      const said = events.map((event) => `${event.seq} ${event.type}${"step" in event ? ` ${event.step}` : ""}${ends.has(event.seq) ? " |" : ""}`);
      lines.push(`journal of ${run}:`, `  ${said.slice(-60).join("\n  ")}`);
    }
    return lines.join("\n");
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  /** What can happen now; undefined when all has ended. */
  async #choices(): Promise<readonly Choice[] | undefined> {
    const world = this.#world;
    const choices: Choice[] = [...world.held.values()].map((held) => this.#finish(held));
    let isTime = false;
    let isOpen = false;
    for (const run of await world.runs()) {
      const { status, waits = [] } = await world.summary(run);
      if (status !== "running" && status !== "suspended") continue;
      isOpen = true;
      for (const wait of waits) {
        choices.push(...this.#answers(run, wait));
        isTime ||= wait.until !== undefined;
      }
      choices.push(this.#early(run));
    }
    if (!isOpen) return this.#again();
    const hasMore = choices.some(({ say }) => !say.startsWith("early"));
    if (isTime || !hasMore) choices.push({ weight: 2, say: "time passes", do: () => this.#pass() });
    // The first choice is what always leads on.
    choices.sort((a, b) => Number(b.weight > 1) - Number(a.weight > 1));
    if (this.#left.crashes > 0) choices.push(this.#crash());
    if (this.#left.cancels > 0) choices.push(this.#cancel());
    return choices;
  }

  async #pass(): Promise<void> {
    const world = this.#world;
    if (await world.pass()) return;
    const waits: string[] = [];
    for (const run of await world.runs()) {
      const { status, waits: open = [] } = await world.summary(run);
      waits.push(`${run} is ${status}, waits: ${open.map(({ step, waits: why }) => `${step} ${why}`).join()}`);
    }
    throw new Mismatch(`time passes, and nothing happens\n${waits.join("\n")}`);
  }

  #finish(held: Held): Choice {
    const { run, path, operation } = held;
    return {
      weight: 3,
      say: `${operation} ${path} of ${run} ends`,
      do: async () => {
        const isFailed = await this.#isToFail(held);
        const round = Number(/#(\d+)/.exec(path)?.[1] ?? 1);
        const output = Number(held.input.value) + 1_000 * round;
        held.end(isFailed ? "failed" : { output });
      },
    };
  }

  async #isToFail({ run, path }: Held): Promise<boolean> {
    const events = await this.#world.events(run);
    const failed = events.filter((event) => {
      return event.type === "step.attempt_failed" && event.step === path && event.data.error.code === "tool_failed";
    });
    const plan = await this.#flowOf(events);
    const [, id = "", item, round, undo] = /^([^[#!]+)(?:\[(\d+)\])?(?:#(\d+))?(!undo)?$/.exec(path) ?? [];
    const step = [...plan.steps, ...plan.onFailure, ...plan.finally].find((known) => known.id === id);
    if (step === undefined) throw new Error(`no step ${path}`);
    const at = { round: Number(round ?? 1), ...(item === undefined ? {} : { item: Number(item) }) };
    const times = undo === undefined ? failuresAt(plan, step, at) : (step.undo?.times ?? 0);
    return failed.length < times;
  }

  /** The plan of a run, found by its parents. */
  async #flowOf(events: readonly StoredEvent[]): Promise<FlowPlan> {
    const [created] = events;
    const parent = created?.type === "run.created" ? created.data.parent : undefined;
    if (parent === undefined) return this.#plan;
    const flow = await this.#flowOf(await this.#world.events(parent.run));
    const every: readonly StepPlan[] = [...flow.steps, ...flow.onFailure, ...flow.finally];
    const does = every.find(({ id }) => id === parent.step.replace(/[[#!].*/, ""))?.does;
    if (does?.kind !== "use") throw new Error(`${parent.step} is no sub-workflow`);
    return does.child;
  }

  #answers(run: string, { waits, step, name, approvals = [] }: OpenWait): Choice[] {
    if (waits === "approval") {
      const answer = (approved: boolean): Choice => {
        const by = `p${approvals.length + 1}`;
        const say = `${by} ${approved ? "approves" : "rejects"} ${step} of ${run}`;
        return {
          weight: approved ? 3 : 1,
          say,
          do: () => this.#send(run, { type: "approval", step, by, approved }),
        };
      };
      return [answer(true), answer(false)];
    }
    if (waits !== "signal" || name === undefined) return [];
    return [{ weight: 3, say: `signal ${name} for ${run}`, do: () => this.#signal(run, name) }];
  }

  /** A signal that perhaps nobody waits for yet. */
  #early(run: string): Choice {
    return { weight: 1, say: `early signal go for ${run}`, do: () => this.#signal(run, "go") };
  }

  #signal(run: string, name: string): Promise<void> {
    this.#sent += 1;
    return this.#send(run, { type: "signal", name, by: "me", data: this.#sent });
  }

  async #send(run: string, signal: Parameters<Hardship["engine"]["signal"]>[1]): Promise<void> {
    const world = this.#world;
    try {
      await world.settle(world.engine.signal(run, signal));
    } catch (error) {
      // It came too late, or too early for what is not known to be waited for.
      if (!isAiwError(error, "signal_refused") && !isAiwError(error, "run_ended")) throw error;
      this.said.push(`  refused: ${error.message}`);
    }
  }

  #crash(): Choice {
    const { crashes } = this.#left;
    return {
      weight: 2,
      say: "an engine dies soon",
      do: () => {
        this.#left = { ...this.#left, crashes: crashes - 1 };
        const dice = (this.#fate.choices[crashes] ?? 0) + crashes;
        this.#world.doom(dice, dice % 3, dice % 2 === 0);
      },
    };
  }

  #cancel(): Choice {
    const { cancels } = this.#left;
    const undo = cancels % 2 === 0;
    return {
      weight: 1,
      say: `cancel${undo ? " with undo" : ""}`,
      do: async () => {
        this.#left = { ...this.#left, cancels: cancels - 1 };
        void this.#world.engine.cancel("r", "me", { undo }).catch(() => undefined);
      },
    };
  }

  /** Takes up a run that failed or was cancelled. */
  async #again(): Promise<readonly Choice[] | undefined> {
    const { resumes } = this.#left;
    const { status } = await this.#world.summary("r");
    if (resumes === 0 || status === "completed") return undefined;
    const resume = async () => {
      this.#left = { ...this.#left, resumes: resumes - 1 };
      await this.#world.settle(this.#world.engine.resume("r"));
    };
    return [{ weight: 1, say: "resume", do: resume }];
  }
}

function childrenOf(events: readonly StoredEvent[], path: string): readonly string[] {
  const children = events.flatMap((event) =>
    event.type === "step.started" && event.step === path && event.data.child !== undefined ? [event.data.child] : [],
  );
  return [...new Set(children)];
}

function compareEnd(run: string, events: readonly StoredEvent[], expected: ReferenceEnd): void {
  const { state } = foldJournal(events);
  const { end } = state;
  const steps = [...state.steps.values()].map(({ path, phase }) => [path, statusOf(phase)] as const);
  const failed = end?.status === "failed" ? end : undefined;
  const { undone = [], notUndone = [] } = end === undefined || end.status === "completed" ? { undone: [] } : end;
  const found = {
    status: end?.status,
    path: failed?.step,
    code: failed?.error.code,
    out: end?.status === "completed" ? end.outputs.out : undefined,
    undone,
    notUndone: notUndone.map(({ step, error }) => [step, error.code]),
    steps: sorted(Object.fromEntries(steps)),
  };
  const { isUndone: _, ...rest } = expected;
  const wanted = { ...rest, steps: sorted(expected.steps) };
  for (const key of ["status", "path", "code", "out", "undone", "notUndone", "steps"] as const) {
    const [is, should] = [JSON.stringify(found[key]), JSON.stringify(wanted[key])];
    if (is !== should) throw new Mismatch(`run ${run}: ${key} is ${is}, should be ${should}`);
  }
}

function statusOf(phase: StepState["phase"]): string {
  return phase.is === "expanded" || phase.is === "waiting" ? "running" : phase.is;
}

function sorted(statuses: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(statuses).sort(([a], [b]) => (a < b ? -1 : 1));
}
