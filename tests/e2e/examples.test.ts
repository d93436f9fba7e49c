import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { linesOf } from "../support/flow.js";

const example = (name: string) => join(fileURLToPath(new URL("../../examples", import.meta.url)), name);

let project: Project;
beforeEach(() => {
  project = createProject("aiw-examples-");
});
afterEach(() => project.remove());

async function summaryOf(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await project.aiw([...args, "--json"]);
  const summary = jsonLines(stdout).at(-1);
  expect(summary?.type, stdout + stderr).toBe("summary");
  return summary ?? {};
}

it.each(["approval.md", "fan-out.md", "loop.md", "saga.md", "release"])(
  "%s passes every check and has its layout",
  async (name) => {
    expect((await project.aiw(["check", example(name)])).stdout).toContain("no problems");
    expect((await project.aiw(["fmt", "--check", example(name)])).code).toBe(0);
  },
);

it("approval.md waits for a person and goes on with the answer", async () => {
  expect(await summaryOf("run", example("approval.md"), "--run-id", "r")).toMatchObject({ status: "suspended" });
  const answer = ["approve", "r", "--field", "window=sunday", "--comment", "after the freeze", "--resume"];
  expect(await summaryOf(...answer)).toMatchObject({ status: "completed", outputs: { window: "sunday" } });
});

it("fan-out.md keeps the results of its items in order", async () => {
  expect(await summaryOf("run", example("fan-out.md"), "-i", "languages=English,Deutsch,Nederlands")).toMatchObject({
    status: "completed",
    outputs: { sizes: [{ letters: 7 }, { letters: 7 }, { language: "Nederlands", letters: 10 }], greetings: 2 },
  });
});

it("loop.md goes round until its check is content", async () => {
  const summary = await summaryOf("run", example("loop.md"), "--agent", "offline");
  expect(summary).toMatchObject({ status: "completed", outputs: { rounds: 3 }, steps: { "check#3": "completed" } });
  expect(linesOf(project, "notes.txt")).toHaveLength(3);
});

it("saga.md undoes in reverse order, and all of it again when it is resumed", async () => {
  const summary = await summaryOf("run", example("saga.md"), "--run-id", "trip");
  expect(summary).toMatchObject({ status: "failed", step: "pay", undone: ["book_a_room", "book_a_flight"] });
  const undone = ["room 12 cancelled", "flight cancelled", 'failed at pay, undone: ["book_a_room","book_a_flight"]'];
  expect(linesOf(project, "trip.log")).toEqual(["flight booked", "room 12 booked", ...undone, "closed"]);
  expect(await summaryOf("resume", "trip")).toMatchObject({ status: "failed", step: "pay" });
  expect(linesOf(project, "trip.log").filter((line) => line === "flight booked")).toHaveLength(2);
  expect(await summaryOf("run", example("saga.md"), "-i", "paid=true")).toMatchObject({ outputs: { booked: 12 } });
});

it("release asks in each child through its own id, and withdraws what was published when one is rejected", async () => {
  for (const [run, last] of [
    ["good", []],
    ["bad", ["--reject"]],
  ] as const) {
    expect(await summaryOf("run", example("release"), "--run-id", run)).toMatchObject({ status: "suspended" });
    expect(await summaryOf("approve", run, "release[0]/approve", "--resume")).toMatchObject({ status: "suspended" });
    const summary = await summaryOf("approve", run, "release[1]/approve", ...last, "--resume");
    expect(summary.status).toBe(run === "good" ? "completed" : "failed");
  }
  const bad = ["published core", "withdrew core@1.0.0"];
  expect(linesOf(project, "release.log")).toEqual(["published core", "published cli", ...bad]);
});
