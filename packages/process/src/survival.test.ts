import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { availableContainments } from "./__fixtures__/containments.js";
import { createMark, type Driver, startDriver, stubbornStep, whatIsLeft } from "./__fixtures__/trees.js";
import { isRunning, listProcesses, markedProcesses, processIds } from "./processes.js";
import { createSpawner } from "./spawner.js";

const drivers: Driver[] = [];
afterAll(() => {
  for (const driver of drivers) driver.child.kill("SIGKILL");
});

async function drive(options: Parameters<typeof startDriver>[0]): Promise<Driver> {
  const driver = await startDriver(options);
  drivers.push(driver);
  return driver;
}

/** Starts a driver with a stubborn step and waits until the step is there; the keeper is started long before. */
async function driveStubborn(options: Omit<Parameters<typeof startDriver>[0], "script">): Promise<Driver> {
  const driver = await drive({ ...options, script: stubbornStep("wait") });
  expect(await driver.next()).toEqual({ stdout: "ready\n" });
  return driver;
}

const hasProc = existsSync("/proc/self/environ");

// Nearly all of it is waiting for processes.
describe.skipIf(!hasProc).each(availableContainments())("with %s", { concurrent: true }, (containment) => {
  const spawner = createSpawner({ containment, baseEnv: process.env });
  afterAll(() => spawner.close());
  const step = (last: "wait" | "exit", env: Readonly<Record<string, string>>) => ({
    command: "sh",
    args: ["-c", stubbornStep(last)],
    cwd: "/",
    env,
  });

  it("leaves nothing after a normal end, a time-out and an abort", async () => {
    const ends = createMark();
    expect(await spawner.run(step("exit", ends.env))).toMatchObject({ exitCode: 0, stdout: "ready\n" });
    expect(ends.alive()).toEqual([]);
    const late = createMark();
    const timed = { ...step("wait", late.env), timeoutMs: 800, graceMs: 100 };
    expect(await spawner.run(timed)).toMatchObject({ ended: "timeout", signal: "SIGKILL" });
    expect(late.alive()).toEqual([]);
    const aborted = createMark();
    const controller = new AbortController();
    const onStdout = () => {
      expect(aborted.alive().length).toBeGreaterThan(5);
      controller.abort();
    };
    await spawner.run({ ...step("wait", aborted.env), graceMs: 100, onStdout }, controller.signal);
    expect(aborted.alive()).toEqual([]);
  });

  it("leaves nothing when the driver is killed, alone or with its group", async () => {
    for (const group of [false, true]) {
      const mark = createMark();
      const driver = await driveStubborn({ containment, env: mark.env });
      expect(mark.alive().length).toBeGreaterThan(5);
      process.kill(group ? -driver.pid : driver.pid, "SIGKILL");
      expect(await whatIsLeft(mark.alive, 10_000)).toEqual([]);
    }
  });

  it("leaves nothing when the driver is killed while the program is being started", async () => {
    for (const dieMs of [0, 2, 8]) {
      const mark = createMark();
      const driver = await drive({ containment, env: mark.env, dieMs, script: "sleep 60" });
      if (driver.child.exitCode === null && driver.child.signalCode === null) await once(driver.child, "exit");
      await sleep(300);
      expect(await whatIsLeft(mark.alive, 5_000)).toEqual([]);
    }
  });

  it("ends the step of a driver that is frozen past its lease", async () => {
    const mark = createMark();
    const driver = await driveStubborn({ containment, env: mark.env, leaseMs: 2_000, feed: true });
    await sleep(2_500);
    expect(mark.alive().length).toBeGreaterThan(5);
    process.kill(driver.pid, "SIGSTOP");
    await sleep(200);
    expect(mark.alive().length).toBeGreaterThan(5);
    expect(await whatIsLeft(mark.alive, 10_000)).toEqual([]);
    process.kill(driver.pid, "SIGCONT");
    expect(await driver.next()).toMatchObject({ result: { signal: "SIGKILL", ended: "exit" } });
    if (driver.child.exitCode === null) await once(driver.child, "exit");
  });

  it("starts its keeper again when that is killed", async () => {
    const mark = createMark();
    const driver = await driveStubborn({ containment, env: mark.env, leaseMs: 2_000, feed: true });
    const [keeper] = keeperOf(driver.pid);
    expect(keeper).toBeGreaterThan(0);
    process.kill(keeper, "SIGKILL");
    expect(await driver.next()).toMatchObject({ warning: "the keeper of processes ended" });
    await sleep(300);
    expect(keeperOf(driver.pid)[0]).toBeGreaterThan(0);
    process.kill(driver.pid, "SIGSTOP");
    expect(await whatIsLeft(mark.alive, 10_000)).toEqual([]);
    process.kill(driver.pid, "SIGKILL");
  });

  it("sweeps what another driver started, and nothing else", async () => {
    const [mark, other] = [createMark(), createMark()];
    // A sweep finds its token on the whole machine, also in tests that run beside this one.
    const token = `sweep-${randomUUID()}`;
    const driver = await driveStubborn({ containment, env: mark.env, token });
    const neighbour = await driveStubborn({ containment, env: other.env, token: `${token}-not` });
    const count = mark.alive().length;
    expect(await spawner.sweep([token, "nobody"])).toBeGreaterThanOrEqual(count);
    expect(mark.alive()).toEqual([]);
    expect(other.alive().length).toBeGreaterThan(5);
    expect(await driver.next()).toMatchObject({ result: { signal: "SIGKILL" } });
    process.kill(neighbour.pid, "SIGKILL");
    expect(await whatIsLeft(other.alive, 10_000)).toEqual([]);
  });

  it("leaves no keeper and no folder behind", async () => {
    const mark = createMark();
    const tempFolder = mkdtempSync(join(tmpdir(), "aiw-survival-"));
    writeFileSync(join(tempFolder, "input.json"), "secret");
    const killed = await driveStubborn({ containment, env: mark.env, tempFolder });
    const [keeper, folder] = keeperOf(killed.pid);
    expect(existsSync(folder)).toBe(true);
    process.kill(killed.pid, "SIGKILL");
    expect(await whatIsLeft(() => processIds().filter((pid) => pid === keeper), 10_000)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(tempFolder)).toBe(false);
    const closed = await drive({ containment, env: mark.env, script: "sleep 0.2; echo ready; sleep 0.5" });
    expect(await closed.next()).toEqual({ stdout: "ready\n" });
    const [other, otherFolder] = keeperOf(closed.pid);
    expect(existsSync(otherFolder)).toBe(true);
    expect(await closed.next()).toMatchObject({ result: { exitCode: 0 } });
    if (closed.child.exitCode === null) await once(closed.child, "exit");
    expect(existsSync(otherFolder)).toBe(false);
    expect(isRunning(other)).toBe(false);
  });

  it("passes 200 hostile printable values as they are", async () => {
    const env = Object.fromEntries(hostileValues().map((value, at) => [`V_${at}`, value]));
    const { stdout } = await spawner.run({ command: "env", args: ["-0"], cwd: "/", env });
    const seen = new Map(
      stdout.split("\0").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    for (const [name, value] of Object.entries(env)) expect(seen.get(name)).toBe(value);
  });
});

/** Pid of a driver's keeper, and the folder that it removes. */
function keeperOf(driver: number): readonly [pid: number, folder: string] {
  for (const entry of listProcesses()) {
    if (entry.parent !== driver || entry.zombie) continue;
    const line = readFileSync(`/proc/${entry.pid}/cmdline`, "utf8").split("\0");
    if (line.some((part) => part.includes("aiw-keeper"))) return [entry.pid, line.at(-2) ?? ""];
  }
  return [0, ""];
}

function hostileValues(): readonly string[] {
  const parts = [
    "$(id)",
    "`id`",
    "$HOME",
    "'",
    '"',
    "\\",
    ";",
    "|",
    "&",
    "\n",
    "\t",
    "*",
    "~",
    "%s",
    "%00",
    "../",
    "--x",
  ];
  const more = [
    "<b>",
    "{{ x }}",
    "=",
    " ",
    "😀",
    "ü",
    "\u202e",
    "\u0001",
    "\x7f",
    "\r\n",
    "#",
    "!",
    "$'\\n'",
    "() { :; }; x",
  ];
  const all = [...parts, ...more];
  const pairs = all.flatMap((first) => all.map((second) => `${first}${second}x ${first}`));
  return [...all, ...pairs].slice(0, 200);
}

describe("markedProcesses", () => {
  it("finds nothing for a value that is only a part of another", () => {
    expect(markedProcesses(processIds(), "PATH", new Set(["/usr"])).size).toBe(0);
  });
});
