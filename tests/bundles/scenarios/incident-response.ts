import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDatadog } from "../services/datadog.js";
import type { Effect } from "../services/fake-service.js";
import { startGithub } from "../services/github.js";
import { startJira } from "../services/jira.js";
import { startPagerduty } from "../services/pagerduty.js";
import { startSlack } from "../services/slack.js";
import type { Scenario } from "../support/bench.js";

export const helpChannel = "C0HELP0001";

/** Three people on call, one deployment an hour ago, errors that rise, and two runbooks. */
export const incidentResponse: Scenario = {
  bundle: "incident-response",
  answers: {
    find_the_runbook: { delay: "100ms", output: { path: "runbooks/database.md", why: "it is the database" } },
    assess: {
      delay: "100ms",
      output: {
        severity: "critical",
        summary: "Orders fail since 10:00.",
        likely_cause: "The deployment of v42.",
        first_actions: ["Roll back v42", "Watch the errors"],
      },
    },
  },
  async start({ folder, onCarriedOut }) {
    const effects: Effect[] = [];
    const more = { effects, onCarriedOut };
    const secrets = {
      GITHUB_TOKEN: "ghp_incident_token_1234567",
      SLACK_BOT_TOKEN: "xoxb-incident-token-123",
      PAGERDUTY_TOKEN: "pd-incident-token-12345",
      DD_API_KEY: "dd-api-key-1234567890",
      DD_APP_KEY: "dd-app-key-1234567890",
      JIRA_EMAIL: "robot@example.com",
      JIRA_TOKEN: "atl_incident_token_123",
      INCIDENT_WEBHOOK_SECRET: "whsec_incident_12345",
    };
    const people = ["Ada", "Bob", "Cy"].map((name, index) => ({
      id: `P${index}`,
      name,
      email: `${name.toLowerCase()}@example.com`,
      level: index + 1,
    }));
    const users = people.slice(0, 2).map(({ name, email }) => ({ id: `U0${name.toUpperCase()}001`, name, email }));
    const channels = [{ id: helpChannel, name: "help" }];
    const values = { "sum:errors{*}": [1, 2, 40] };
    const created_at = new Date(Date.now() - 3_600_000).toISOString();
    const deployment = { id: 1, ref: "v42", sha: "c".repeat(40), environment: "production", created_at };
    mkdirSync(join(folder, "runbooks"));
    for (const name of ["database", "network"]) writeFileSync(join(folder, "runbooks", `${name}.md`), `# ${name}\n`);

    const pagerduty = await startPagerduty({
      token: secrets.PAGERDUTY_TOKEN,
      policy: "PPOL",
      service: "PSRV",
      oncalls: people,
      ...more,
    });
    const datadog = await startDatadog({
      apiKey: secrets.DD_API_KEY,
      appKey: secrets.DD_APP_KEY,
      values,
      onCarriedOut,
    });
    const github = await startGithub({
      repo: "me/shop",
      token: secrets.GITHUB_TOKEN,
      login: "robot",
      deployments: [deployment],
      ...more,
    });
    const slack = await startSlack({ token: secrets.SLACK_BOT_TOKEN, channels, users, ...more });
    const jira = await startJira({ email: secrets.JIRA_EMAIL, token: secrets.JIRA_TOKEN, project: "OPS", ...more });
    return {
      inputs: {
        title: "Orders fail",
        name: "inc-orders",
        metrics: ["sum:errors{*}"],
        repo: "me/shop",
        pagerduty_policy: "PPOL",
        pagerduty_service: "PSRV",
        pagerduty_from: "robot@example.org",
        jira_project: "OPS",
        fallback_channel: helpChannel,
        jira_url: jira.url,
        github_api: github.url,
        slack_api: slack.url,
        pagerduty_api: pagerduty.url,
        datadog_api: datadog.url,
      },
      secrets,
      services: { pagerduty, datadog, github, slack, jira },
      effects,
    };
  },
};
