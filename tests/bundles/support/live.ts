import { isJsonObject, type JsonObject } from "@aiw/core";

/** How a bundle runs against the real services. */
export interface LiveBundle {
  readonly bundle: string;
  /** Secrets of the workflow: variables of the same name. */
  readonly secrets: readonly string[];
  /** Inputs that come from variables. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Other inputs. */
  readonly fixed?: JsonObject;
  /** What takes back a step's effect, the last step first. */
  readonly cleanUp: readonly CleanUp[];
}

/** Takes the effect of a step back, for each of its items. */
export interface CleanUp {
  readonly step: string;
  readonly operation: string;
  readonly input: (output: JsonObject, inputs: JsonObject) => JsonObject;
}

const atlassian = ["JIRA_EMAIL", "JIRA_TOKEN"];
const repo = { repo: "AIW_LIVE_REPO" };
const site = { jira_url: "JIRA_BASE_URL" };
const deleteMessage = (step: string): CleanUp => ({
  step,
  operation: "slack.delete_message",
  input: ({ channel, ts }) => ({ channel: channel ?? "", ts: ts ?? "" }),
});

/** The five bundles with their variables. */
export const liveBundles: readonly LiveBundle[] = [
  {
    bundle: "code-review",
    secrets: ["GITHUB_TOKEN"],
    inputs: { ...repo, pr_number: "AIW_LIVE_PULL_REQUEST" },
    cleanUp: [
      {
        step: "post_the_review",
        operation: "github.withdraw_review",
        input: ({ id }, inputs) => ({
          ...{ repo: inputs.repo ?? "", number: inputs.pr_number ?? 0 },
          ...{ review: id ?? 0, reason: "it was a test" },
        }),
      },
    ],
  },
  {
    bundle: "daily-standup",
    secrets: [...atlassian, "SLACK_BOT_TOKEN"],
    inputs: { ...site, team_channel: "AIW_LIVE_CHANNEL", jira_project: "AIW_LIVE_PROJECT" },
    cleanUp: [deleteMessage("post_the_blockers"), deleteMessage("post_the_standup")],
  },
  {
    bundle: "dependency-update",
    secrets: ["GITHUB_TOKEN"],
    inputs: repo,
    cleanUp: [
      {
        step: "open_the_pull_request",
        operation: "github.close_pull_request",
        input: ({ number }, inputs) => ({ repo: inputs.repo ?? "", number: number ?? 0 }),
      },
      {
        step: "push",
        operation: "git.clone",
        input: (_, { repo: name }) => ({ url: `https://github.com/${name}.git`, branch: "main", folder: "clean" }),
      },
      {
        step: "push",
        operation: "git.delete_branch",
        input: ({ branch }) => ({ folder: "clean", branch: branch ?? "" }),
      },
    ],
  },
  {
    bundle: "incident-response",
    secrets: [...atlassian, "GITHUB_TOKEN", "SLACK_BOT_TOKEN", "PAGERDUTY_TOKEN", "DD_API_KEY", "DD_APP_KEY"],
    inputs: {
      ...repo,
      ...site,
      jira_project: "AIW_LIVE_PROJECT",
      pagerduty_policy: "AIW_LIVE_PAGERDUTY_POLICY",
      pagerduty_service: "AIW_LIVE_PAGERDUTY_SERVICE",
      pagerduty_from: "AIW_LIVE_PAGERDUTY_FROM",
    },
    fixed: { title: "Test of the incident bundle, please ignore" },
    cleanUp: [
      { step: "file_the_ticket", operation: "jira.delete_issue", input: ({ key }) => ({ issue: key ?? "" }) },
      {
        step: "page",
        operation: "pagerduty.resolve_incident",
        input: ({ id }, inputs) => ({ incident: id ?? "", from: inputs.pagerduty_from ?? "" }),
      },
      { step: "open_the_channel", operation: "slack.archive_channel", input: ({ id }) => ({ channel: id ?? "" }) },
    ],
  },
  {
    bundle: "sprint-planning",
    secrets: [...atlassian, "SLACK_BOT_TOKEN"],
    inputs: {
      ...site,
      project_key: "AIW_LIVE_PROJECT",
      planning_channel: "AIW_LIVE_CHANNEL",
      space: "AIW_LIVE_SPACE",
    },
    fixed: { team_members: ["Ada", "Bob"] },
    cleanUp: [
      deleteMessage("announce_the_sprint"),
      { step: "write_the_page", operation: "confluence.delete_page", input: ({ id }) => ({ page: id ?? "" }) },
      { step: "create_the_sprint", operation: "jira.delete_sprint", input: ({ id }) => ({ sprint: id ?? 0 }) },
    ],
  },
];

/** Variables that a bundle needs and that are not set. */
export function missingVariables({ secrets, inputs }: LiveBundle): readonly string[] {
  return [...secrets, ...Object.values(inputs)].filter((name) => !process.env[name]);
}

/** Outputs of a step and its items, from `aiw runs show --json`. */
export function outputsOf(report: unknown, step: string): readonly JsonObject[] {
  const steps = isJsonObject(report) && Array.isArray(report.steps) ? report.steps : [];
  const pattern = new RegExp(`^${step}(\\[\\d+\\])?$`);
  return steps.flatMap((one) => {
    const isIt = isJsonObject(one) && typeof one.id === "string" && pattern.test(one.id);
    return isIt && isJsonObject(one.output) ? [one.output] : [];
  });
}
