import { fileURLToPath } from "node:url";
import { isJsonObject, type JsonObject } from "@aiw/core";
import { type CliResult, createProject, jsonLines, type Project, type RunningCli } from "../../support/cli.js";
import type { Effect, FakeService } from "../services/fake-service.js";

/** The local services that a bundle meets, and what it is given to find them. */
export interface Stage {
  readonly inputs: JsonObject;
  readonly secrets: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, FakeService>>;
  /** What the services did, in order. */
  readonly effects: Effect[];
}

export interface StageOptions {
  /** Folder for repositories and the like. */
  readonly folder: string;
  /** Called when any service carried a request out, before it answers. */
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

/** A bundle with services to run it against and the agent's answers. */
export interface Scenario {
  readonly bundle: string;
  /** By step, for the agent `scripted`. */
  readonly answers: JsonObject;
  start(options: StageOptions): Promise<Stage>;
}

/** Called when a service carried a request out, before it answers, with the number of effects so far. */
export type Watcher = (request: string, effects: number) => Promise<void>;

/** One run of a bundle by the command line program. */
export interface Bench {
  readonly project: Project;
  readonly stage: Stage;
  /** Starts the run, or goes on with it. */
  launch(command: "run" | "resume", more?: JsonObject): RunningCli;
  /** Waits for the end of what was launched. */
  end(running: RunningCli): Promise<Ended>;
  run(more?: JsonObject): Promise<Ended>;
  resume(): Promise<Ended>;
  /** `aiw approve`, with `--reject` or fields where given. */
  approve(...args: readonly string[]): Promise<CliResult>;
  close(): Promise<void>;
}

/** How a call of the program ended, with the last line of its JSON. */
export interface Ended extends CliResult {
  readonly summary: Readonly<Record<string, unknown>>;
}

const bundles = fileURLToPath(new URL("../../../examples/bundles/", import.meta.url));
const runId = "bundle-1";

/** A project with the scenario's services and answers. */
export async function openBench(scenario: Scenario, watch?: Watcher): Promise<Bench> {
  const project = createProject(`aiw-${scenario.bundle}-`);
  const watched: { stage?: Stage } = {};
  const onCarriedOut = async (request: string) => await watch?.(request, watched.stage?.effects.length ?? 0);
  const stage = await scenario.start({ folder: project.folder, onCarriedOut });
  watched.stage = stage;
  const answers = project.write("answers.yaml", JSON.stringify(scenario.answers));
  const secrets = project.write("secrets.json", JSON.stringify(stage.secrets));
  const common = ["--answers", answers, "--secrets-file", secrets, "--json"];
  const launch = (command: "run" | "resume", more: JsonObject = {}) => {
    if (command === "resume") return project.start(["resume", runId, ...common]);
    const inputs = project.write("inputs.json", JSON.stringify({ ...stage.inputs, ...more }));
    const agent = ["--agent", "scripted", "--run-id", runId, "--inputs", inputs];
    return project.start(["run", `${bundles}${scenario.bundle}`, ...agent, ...common]);
  };
  return {
    project,
    stage,
    launch,
    end: async (running) => ended(await running.done),
    run: async (more) => ended(await launch("run", more).done),
    resume: async () => ended(await launch("resume").done),
    approve: async (...args) => await project.aiw(["approve", runId, ...args]),
    close: async () => {
      await Promise.all(Object.values(stage.services).map((service) => service.close()));
      project.remove();
    },
  };
}

/** The effects as `service what`, in order. */
export function namesOf(effects: readonly Effect[]): readonly string[] {
  return effects.map(({ service, what }) => `${service} ${what}`);
}

/** A value without what differs from run to run: keys, ports and times of messages. */
export function withoutChance(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/aiw[_-][0-9a-f]{40}/g, "KEY")
    .replace(/127\.0\.0\.1:\d+/g, "HOST")
    .replace(/\b\d{10}\.\d{6}\b/g, "TS");
  return JSON.parse(text);
}

function ended(result: CliResult): Ended {
  const last = result.stdout.trim() === "" ? {} : (jsonLines(result.stdout).at(-1) ?? {});
  return { ...result, summary: isJsonObject(last) ? last : {} };
}
