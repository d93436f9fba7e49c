import { afterEach, beforeEach, expect, it } from "vitest";
import { dailyStandup, teamChannel } from "./scenarios/daily-standup.js";
import { type Bench, namesOf, openBench, withoutChance } from "./support/bench.js";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench(dailyStandup);
});
afterEach(() => bench.close());

const metadata = { event_type: "aiw_message", event_payload: { key: "KEY" } };

it("reads Jira and Slack, asks, and posts the stand-up with its blockers in the thread", async () => {
  const asked = await bench.run();
  expect(asked.code, asked.stderr).toBe(20);
  expect(bench.stage.effects).toEqual([]);
  expect((await bench.approve()).code).toBe(0);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(0);
  expect(done.summary).toMatchObject({
    outputs: { summary: "Login is nearly done. <!channel> is not needed.", active_issues: 2 },
  });
  const day = new Date().toISOString().slice(0, 10);
  const answer = (text: string) => ({
    service: "slack",
    what: "message.posted",
    key: "KEY",
    data: { channel: teamChannel, text, thread_ts: "TS", metadata, unfurl_links: false },
  });
  const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
  expect(withoutChance(bench.stage.effects)).toEqual([
    {
      service: "slack",
      what: "message.posted",
      key: "KEY",
      data: {
        channel: teamChannel,
        text: `Stand-up of ${day}\n\nLogin is nearly done. &lt;!channel&gt; is not needed.`,
        blocks: [
          { type: "header", text: { type: "plain_text", text: `Stand-up of ${day}` } },
          section("Login is nearly done. &lt;!channel&gt; is not needed."),
          section("*Ada*\nFinished the form.\nNext: Tests."),
          section("*Bob*\nNothing, he waits.\nNext: Logout."),
          { type: "context", elements: [{ type: "mrkdwn", text: "2 in progress · 2 blocked · 2 changed" }] },
        ],
        metadata,
        unfurl_links: false,
      },
    },
    answer("WEB-3: waits for the keys of the bank"),
    answer("WEB-4: waits for Ada"),
  ]);
});

it("posts without a question where nobody is to be asked", async () => {
  const done = await bench.run({ ask: false });
  expect(done.code, done.stderr).toBe(0);
  expect(done.summary).toMatchObject({ steps: { approve_the_message: "skipped" } });
  expect(bench.stage.effects).toHaveLength(3);
});

it("posts nothing when a person says no", async () => {
  await bench.run();
  await bench.approve("--reject");
  expect((await bench.resume()).code).toBe(3);
  expect(bench.stage.effects).toEqual([]);
});

it("deletes what it posted when a later message cannot be posted", async () => {
  await bench.run();
  await bench.approve();
  const slack = bench.stage.services.slack;
  const before = slack?.requests.length ?? 0;
  const refused = { body: { ok: false, error: "restricted_action" } };
  // The stand-up and the first blocker go through.
  const isLast = () => bench.stage.effects.length === 2;
  slack?.faults.refuseWhen("POST /chat.postMessage", isLast, refused);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(1);
  expect(slack?.requests.length).toBeGreaterThan(before);
  expect(namesOf(bench.stage.effects)).toEqual([
    "slack message.posted",
    "slack message.posted",
    "slack message.deleted",
    "slack message.deleted",
  ]);
  const deleted = bench.stage.effects.slice(2).map(({ data }) => data);
  expect(deleted).toMatchObject([
    { text: expect.stringMatching(/^WEB-3/) },
    { text: expect.stringMatching(/^Stand-up/) },
  ]);
});
