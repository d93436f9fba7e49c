import type { ProcessResult, Progress } from "@aiw/core";
import { createFakeClock } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, script, within, workflow } from "../__fixtures__/world.js";
import { maxTextLength } from "../options.js";

type Flow = ReturnType<typeof workflow>;

async function run(flow: Flow, result: Partial<ProcessResult>) {
  const clock = createFakeClock();
  const world = createWorld({ clock, scripts: () => result });
  const progress: Progress[] = [];
  world.engine.onProgress((_run, _step, one) => progress.push(one));
  const handle = await within(clock, world.engine.start({ workflow: flow, origin, run: "r" }));
  const summary = await within(clock, handle.done);
  const events = await world.events("r");
  await world.engine.close();
  const completed = events.find((event) => event.type === "step.completed");
  return { summary, completed, warnings: progress.filter((one) => one.type === "warning") };
}

describe("a script that prints more than is kept", () => {
  const mark = "… [truncated: 29951424 bytes dropped]";
  const printed = { stdout: `${"x".repeat(maxTextLength)}${mark}`, stdoutDropped: 29_951_424 };

  it("says so once, with the true number", async () => {
    const { completed, warnings } = await run(workflow([script("a", "a")]), printed);
    expect(completed?.data).toMatchObject({ truncated: true });
    const text = completed?.data.text ?? "";
    expect(text.endsWith(`x${mark}`)).toBe(true);
    expect(text).not.toContain("[cut:");
    expect(warnings).toEqual([{ type: "warning", message: expect.stringContaining("29951424 bytes were dropped") }]);
  });

  it.each(["string", "object"] as const)("fails where the whole text is needed: %s", async (type) => {
    const { summary } = await run(workflow([script("a", "a", { output: { type } })]), printed);
    expect(summary).toMatchObject({ status: "failed", error: { code: "output_too_large" } });
  });
});

describe("a script that fails", () => {
  it("names the command that shows what it printed", async () => {
    const { summary } = await run(workflow([script("a", "a")]), { exitCode: 3 });
    expect(summary.error?.hint).toBe("`aiw runs logs r --step a -v` shows what it printed");
  });

  it("is told apart from one that was killed only where that is certain", async () => {
    const { summary } = await run(workflow([script("a", "a")]), { exitCode: null, signal: "SIGINT" });
    expect(summary.error?.message).toBe("step a was ended by SIGINT");
  });
});
