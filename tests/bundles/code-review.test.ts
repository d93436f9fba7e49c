import { afterEach, beforeEach, expect, it } from "vitest";
import { codeReview } from "./scenarios/code-review.js";
import { shaOf } from "./services/github.js";
import { type Bench, namesOf, openBench, withoutChance } from "./support/bench.js";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench(codeReview);
});
afterEach(() => bench.close());

it("reviews by every focus area, asks, and posts what was agreed with the note", async () => {
  const asked = await bench.run();
  expect(asked.code, asked.stderr).toBe(20);
  expect(bench.stage.effects).toEqual([]);
  const approved = await bench.approve("--field", "note=Good work otherwise.");
  expect(approved.code, approved.stderr).toBe(0);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(0);
  expect(done.summary).toMatchObject({
    status: "completed",
    outputs: { review_summary: "It runs what users write.", issues_found: 2, approved: false },
  });
  const summary = "It runs what users write.\n\n_2 files, 4 added lines._\n\nGood work otherwise.";
  const review_url = expect.stringMatching(/^https:\/\/github\.com\/me\/shop\/pull\/1#review-\d+$/);
  expect(withoutChance(bench.stage.effects)).toEqual([
    {
      service: "github",
      what: "review.created",
      key: "KEY",
      data: {
        number: 1,
        commit_id: shaOf(1),
        event: "REQUEST_CHANGES",
        body: `${summary}\n\nOutside the diff:\n- \`src/run.js\` line 40: Also called from here.\n\n<!-- aiw:KEY -->`,
        comments: [{ path: "src/run.js", line: 2, side: "RIGHT", body: "Parse the input instead." }],
      },
    },
    {
      service: "github",
      what: "status.set",
      data: {
        sha: shaOf(1),
        state: "failure",
        context: "aiw/code-review",
        description: "2 comments",
        target_url: review_url,
      },
    },
  ]);
});

it("scans only when security is asked for", async () => {
  const asked = await bench.run({ focus_areas: ["style"] });
  expect(asked.summary).toMatchObject({ steps: { security_scan: "skipped", review: "completed" } });
});

it("posts nothing when a person says no", async () => {
  await bench.run();
  expect((await bench.approve("--reject", "--comment", "not like this")).code).toBe(0);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(3);
  expect(done.summary).toMatchObject({ status: "failed", reason: "rejected" });
  expect(bench.stage.effects).toEqual([]);
});

it("withdraws the review and reports the failure when the status cannot be set", async () => {
  await bench.run();
  await bench.approve();
  bench.stage.services.github?.faults.refuse("POST /repos/me/shop/statuses", {
    status: 403,
    body: { message: "Resource not accessible by integration" },
  });
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(1);
  expect(namesOf(bench.stage.effects)).toEqual([
    "github review.created",
    "github review.dismissed",
    "github comment.deleted",
    "github review.edited",
    "github status.set",
  ]);
  expect(bench.stage.effects.at(-1)?.data).toMatchObject({ state: "error", description: "the review ended with exit" });
});

it("ends before anything is asked when the pull request is closed", async () => {
  bench.stage.services.github?.faults.refuse("GET /repos/me/shop/pulls/1", {
    status: 404,
    body: { message: "Not Found" },
  });
  const done = await bench.run();
  expect(done.code).toBe(1);
  expect(done.summary).toMatchObject({ error: { message: expect.stringContaining("404 Not Found") } });
});
