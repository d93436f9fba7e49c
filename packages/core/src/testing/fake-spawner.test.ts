import { describe, expect, it } from "vitest";
import { AiwError } from "../errors.js";
import type { ProcessSpec } from "../ports/spawner.js";
import { createFakeClock } from "./fake-clock.js";
import { createFakeSpawner, type FakeProcess } from "./fake-spawner.js";
import { describeSpawner } from "./spawner-contract.js";
import {
  type ContractProgram,
  printArguments,
  printVariable,
  contractPrograms as programs,
} from "./spawner-programs.js";

const forever = Number.POSITIVE_INFINITY;

function play(spec: ProcessSpec): FakeProcess {
  const is = (program: ContractProgram) =>
    program.args.join("\0") === spec.args?.join("\0") && program.command === spec.command;
  const script = spec.args?.[1];
  if (is(programs.copyInput)) return { stdout: text(spec.stdin) };
  if (script === printArguments().args[1]) return { stdout: (spec.args ?? []).slice(3).map((arg) => `<${arg}>\n`) };
  if (script === printVariable("").args[1]) return { stdout: variable(spec, spec.args?.[3] ?? "") };
  if (is(programs.exitThree)) return { stdout: "out", stderr: "err", exitCode: 3 };
  if (is(programs.killItself)) return { signal: "SIGKILL" };
  if (is(programs.openStreamsByName)) return { stdout: text(spec.stdin), stderr: "err" };
  if (is(programs.ignoreInput) || is(programs.leaveOutputOpen)) return { stdout: "done" };
  if (is(programs.manyBytes)) return { stdout: "€".repeat(10_000) };
  if (is(programs.slowSecret)) return { stdout: ["a hunter", "2-hunter2 b"], stderr: ["hunter2-", "hunter2"] };
  if (is(programs.ticks)) return { stdout: ["1", "2", "3"] };
  if (is(programs.sleep) || is(programs.closeOutputsAndSleep)) return { ms: forever };
  if (is(programs.politeSleep)) return { stdout: "ready", ms: forever, onTerm: { stdout: "bye", exitCode: 4 } };
  if (is(programs.stubbornSleep)) return { stdout: "ready", ms: forever, onTerm: "ignore" };
  const reason = spec.command === "/etc/passwd" ? "not_executable" : "not_found";
  throw new AiwError("spawn_failed", "no such program", { details: { reason } });
}

function text(input: string | Uint8Array = ""): string {
  return typeof input === "string" ? input : new TextDecoder().decode(input);
}

function variable(spec: ProcessSpec, name: string): string {
  const base = spec.bareEnv === true ? {} : { PATH: "/bin", HOME: "/root" };
  const all: Readonly<Record<string, ProcessSpec["token"] | { reveal(): string }>> = {
    ...base,
    ...spec.env,
    AIW_ATTEMPT: spec.token,
  };
  const value = all[name];
  return value === undefined ? "unset" : `<${typeof value === "string" ? value : value.reveal()}\nx>`;
}

describeSpawner("fake", () => createFakeSpawner(play), {
  skip: {
    "refuses a working directory that is not there": "a fake has no folders",
    "leaves nothing alive after a normal end": "a fake program has no children",
  },
});

describe("createFakeSpawner", () => {
  it("remembers what was started and follows the clock", async () => {
    const clock = createFakeClock();
    const spawner = createFakeSpawner((_, call) => ({ exitCode: call, ms: 500 }), { clock });
    const running = spawner.run({ command: "build", cwd: "/work" });
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(spawner.alive()).toBe(1);
    clock.advance(500);
    expect(await running).toMatchObject({ exitCode: 1, ms: 500 });
    expect(spawner.specs.map((spec) => spec.command)).toEqual(["build"]);
  });
});
