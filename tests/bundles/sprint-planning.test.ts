import { afterEach, beforeEach, expect, it } from "vitest";
import { planningChannel, sprintPlanning } from "./scenarios/sprint-planning.js";
import { type Bench, namesOf, openBench, withoutChance } from "./support/bench.js";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench(sprintPlanning);
});
afterEach(() => bench.close());

it("computes what fits, asks, and makes, fills, describes and announces the sprint", async () => {
  const asked = await bench.run();
  expect(asked.code, asked.stderr).toBe(20);
  expect(bench.stage.effects).toEqual([]);
  expect((await bench.approve("--field", "goal=Cards work.")).code).toBe(0);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(0);
  expect(withoutChance(done.summary)).toMatchObject({
    outputs: {
      sprint_goal: "Cards work.",
      committed_points: 10,
      capacity_percentage: 88,
      page: "http://HOST/wiki/spaces/TEAM/pages/65537",
    },
  });
  const stories = ["WEB-1 (5): Story 1", "WEB-2 (4): Story 2", "WEB-5 (1): Story 5"];
  const anchor =
    '<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">aiw-KEY</ac:parameter></ac:structured-macro></p>';
  expect(withoutChance(bench.stage.effects)).toEqual([
    {
      service: "jira",
      what: "sprint.created",
      data: {
        name: "WEB 2026-03-02",
        goal: "Cards work.",
        startDate: "2026-03-02T00:00:00.000Z",
        endDate: "2026-03-16T00:00:00.000Z",
        originBoardId: 7,
      },
    },
    { service: "jira", what: "sprint.marked", key: "KEY", data: { name: "WEB 2026-03-02" } },
    { service: "jira", what: "issues.planned", data: ["WEB-1", "WEB-2", "WEB-5"] },
    {
      service: "confluence",
      what: "page.created",
      key: "KEY",
      data: {
        spaceId: "98306",
        status: "current",
        title: "Sprint WEB 2026-03-02",
        body: {
          representation: "storage",
          value: [
            anchor,
            "<h2>Goal</h2><p>Cards work.</p><h2>Stories</h2><p>10 points</p>",
            `<ul>${stories.map((line) => `<li>${line}</li>`).join("")}</ul>`,
            "<h2>Capacity</h2><p>10 points: a velocity of 12, 88 % of the team's days.</p>",
            "<ul><li>Sprint 2: 14 of 14 points</li><li>Sprint 1: 10 of 10 points</li></ul>",
            "<h2>Why these</h2><p>In order.</p>",
          ].join(""),
        },
      },
    },
    {
      service: "slack",
      what: "message.posted",
      key: "KEY",
      data: {
        channel: planningChannel,
        text: `Sprint WEB 2026-03-02 to 2026-03-16\n*Cards work.*\n10 points\n${stories.map((line) => `- ${line}`).join("\n")}\nhttp://HOST/wiki/spaces/TEAM/pages/65537`,
        metadata: { event_type: "aiw_message", event_payload: { key: "KEY" } },
        unfurl_links: false,
      },
    },
  ]);
});

it("makes nothing when a person says no", async () => {
  await bench.run();
  await bench.approve("--reject");
  expect((await bench.resume()).code).toBe(3);
  expect(bench.stage.effects).toEqual([]);
});

it("takes page, stories and sprint back when the sprint cannot be announced, and plans again", async () => {
  await bench.run();
  await bench.approve();
  bench.stage.services.slack?.faults.refuse("POST /chat.postMessage", { body: { ok: false, error: "not_in_channel" } });
  const failed = await bench.resume();
  expect(failed.code, failed.stderr).toBe(1);
  expect(failed.summary).toMatchObject({
    error: { message: expect.stringContaining("invite the app into the channel") },
  });
  const made = ["jira sprint.created", "jira sprint.marked", "jira issues.planned", "confluence page.created"];
  const undone = ["confluence page.deleted", "jira issues.to_backlog", "jira sprint.deleted"];
  expect(namesOf(bench.stage.effects)).toEqual([...made, ...undone]);
  const again = await bench.resume();
  expect(again.code, again.stderr).toBe(0);
  expect(namesOf(bench.stage.effects)).toEqual([...made, ...undone, ...made, "slack message.posted"]);
});

it("refuses stories that are not in the backlog", async () => {
  const answers = { choose_the_stories: { output: { stories: ["WEB-99"], why: "" } } };
  bench.project.write("answers.yaml", JSON.stringify(answers));
  const wrong = await bench.run();
  expect(wrong.summary).toMatchObject({ error: { code: "condition_failed" } });
});

it("refuses absences of people who are not in the team", async () => {
  const wrong = await bench.run({ absences: [{ name: "Eve", days: 1 }] });
  expect(wrong.summary).toMatchObject({ error: { message: expect.stringContaining("not in team_members: Eve") } });
});
