import type { NewEvent } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { completed, created, journal, started } from "../testing/fake-run.js";
import { step, workflow } from "../testing/steps.js";
import { createStepBoard, howFar, type StepBoard } from "./step-board.js";

const claimed: NewEvent = { type: "run.claimed", data: { worker: "w", fence: 2, cause: "takeover" } };

function boardOf(events: readonly NewEvent[]): StepBoard {
  const board = createStepBoard();
  for (const event of journal(events)) board.apply(event);
  return board;
}

describe("the board of a run that another process took over", () => {
  it("keeps the time of a step with items, and counts steps, not items", () => {
    const board = boardOf([
      created(workflow([step("each"), step("after", ["each"])])),
      { type: "step.expanded", step: "each", data: { over: "foreach", count: 1, items: ["x"] } },
      started("each[0]"),
      claimed,
      started("each[0]", { attempt: 2 }),
      completed("each[0]"),
      completed("each"),
    ]);
    expect(board.steps.get("each")).toMatchObject({ status: "completed", ms: 5_000 });
    expect(board.totals()).toMatchObject({ done: 1, all: 2 });
    expect(howFar(board)).toBe("1 of 2 steps are done, going on");
  });

  it("counts no time for an attempt that ended with its process", () => {
    const error = { code: "interrupted", message: "its process ended" };
    const board = boardOf([
      created(workflow([step("a")])),
      started("a"),
      claimed,
      { type: "step.attempt_failed", step: "a", data: { attempt: 1, error, next: { do: "ask" } } },
    ]);
    expect(board.steps.get("a")?.ms).toBe(0);
  });
});
