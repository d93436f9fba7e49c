import { startConfluence } from "../services/confluence.js";
import type { Effect } from "../services/fake-service.js";
import { startJira } from "../services/jira.js";
import { startSlack } from "../services/slack.js";
import type { Scenario } from "../support/bench.js";

export const planningChannel = "C0PLAN0001";

/** Two sprints of 10 and 14 points, four people of whom one is away for half of it: 10 points fit. */
export const sprintPlanning: Scenario = {
  bundle: "sprint-planning",
  answers: {
    choose_the_stories: { delay: "100ms", output: { stories: ["WEB-1", "WEB-2", "WEB-4", "WEB-5"], why: "In order." } },
    goal: { delay: "100ms", output: { goal: "Customers pay by card." } },
  },
  async start({ onCarriedOut }) {
    const effects: Effect[] = [];
    const account = { email: "robot@example.com", token: "atl_planning_token_123" };
    const token = "xoxb-planning-token-123";
    const story = (number: number, points?: number) => ({
      key: `WEB-${number}`,
      summary: `Story ${number}`,
      ...(points === undefined ? {} : { points }),
    });
    const done = (number: number, sprint: number, points: number) => ({
      ...story(number, points),
      sprint,
      category: "Done" as const,
      resolved: "2026-01-02T10:00:00Z",
    });
    const issues = [
      story(1, 5),
      story(2, 4),
      { ...story(3, 1), type: "Epic" },
      story(4),
      story(5, 1),
      done(10, 1, 10),
      done(11, 2, 9),
      done(12, 2, 5),
    ];
    const closed = [1, 2].map((id) => ({ id, name: `Sprint ${id}`, start: "2026-01-01", end: "2026-01-14T00:00:00Z" }));
    const jira = await startJira({ ...account, project: "WEB", issues, closed, effects, onCarriedOut });
    const confluence = await startConfluence({ ...account, space: "TEAM", effects, onCarriedOut });
    const channels = [{ id: planningChannel, name: "planning" }];
    const slack = await startSlack({ token, channels, effects, onCarriedOut });
    return {
      inputs: {
        project_key: "WEB",
        team_members: ["Ada", "Bob", "Cy", "Di"],
        absences: [{ name: "Bob", days: 5 }],
        sprint_start: "2026-03-02",
        planning_channel: planningChannel,
        space: "TEAM",
        jira_url: jira.url,
        confluence_url: confluence.url,
        slack_api: slack.url,
      },
      secrets: {
        JIRA_EMAIL: account.email,
        JIRA_TOKEN: account.token,
        SLACK_BOT_TOKEN: token,
        PLANNING_WEBHOOK_SECRET: "whsec_planning_12345",
      },
      services: { jira, confluence, slack },
      effects,
    };
  },
};
