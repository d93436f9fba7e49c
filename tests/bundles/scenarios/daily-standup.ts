import type { Effect } from "../services/fake-service.js";
import { startJira } from "../services/jira.js";
import { startSlack } from "../services/slack.js";
import type { Scenario } from "../support/bench.js";

export const teamChannel = "C0TEAM0001";

/** A project with two people, and two things that block them. */
export const dailyStandup: Scenario = {
  bundle: "daily-standup",
  answers: {
    summary: {
      delay: "100ms",
      output: {
        summary: "Login is nearly done. <!channel> is not needed.",
        people: [
          { name: "Ada", did: "Finished the form.", next: "Tests." },
          { name: "Bob", did: "Nothing, he waits.", next: "Logout." },
        ],
        blockers: [
          { issue: "WEB-3", text: "waits for the keys of the bank" },
          { issue: "WEB-4", text: "waits for Ada" },
        ],
      },
    },
  },
  async start({ onCarriedOut }) {
    const effects: Effect[] = [];
    const account = { email: "robot@example.com", token: "atl_standup_token_123" };
    const token = "xoxb-standup-token-123";
    const issues = [
      { key: "WEB-1", summary: "Login", status: "Doing", category: "In Progress" as const, assignee: "Ada", age: 2 },
      { key: "WEB-2", summary: "Old", age: 100 },
      { key: "WEB-3", summary: "Payment", labels: ["blocked"], age: 30 },
      { key: "WEB-4", summary: "Logout", category: "In Progress" as const, flagged: true, age: 5 },
    ];
    const users = [{ id: "U0ADA0001", name: "Ada", email: "ada@example.com" }];
    const messages = [{ user: "U0ADA0001", text: "Form is done", age: 3 }];
    const channels = [{ id: teamChannel, name: "team", messages }];
    const jira = await startJira({ ...account, project: "WEB", issues, effects, onCarriedOut });
    const slack = await startSlack({ token, channels, users, effects, onCarriedOut });
    return {
      inputs: { team_channel: "#team", jira_project: "WEB", jira_url: jira.url, slack_api: slack.url },
      secrets: { JIRA_EMAIL: account.email, JIRA_TOKEN: account.token, SLACK_BOT_TOKEN: token },
      services: { jira, slack },
      effects,
    };
  },
};
