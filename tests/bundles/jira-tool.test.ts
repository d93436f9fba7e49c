import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Effect, FakeService } from "./services/fake-service.js";
import { startJira } from "./services/jira.js";
import { callTool, type ToolCall } from "./support/call-tool.js";

const account = { email: "robot@example.com", token: "atl_token" };
const search = { project: "WEB", categories: [], in_backlog: false, order_by: "updated", limit: 200 };

let jira: FakeService;
let effects: Effect[];
beforeEach(async () => {
  effects = [];
  const issues = [
    { key: "WEB-1", summary: "Login", points: 5, assignee: "Ada" },
    { key: "WEB-2", summary: "Logout", category: "In Progress" as const, age: 30, points: 3 },
    { key: "WEB-3", summary: "All of it", type: "Epic" },
    { key: "WEB-4", summary: "Stuck", labels: ["blocked"], flagged: true },
    {
      key: "WEB-5",
      summary: "Done in time",
      category: "Done" as const,
      sprint: 1,
      points: 8,
      resolved: "2026-01-10T10:00:00Z",
    },
    {
      key: "WEB-6",
      summary: "Done later",
      category: "Done" as const,
      sprint: 1,
      points: 2,
      resolved: "2026-02-10T10:00:00Z",
    },
    { key: "WEB-7", summary: "Not done", sprint: 1 },
  ];
  const closed = [1, 2, 3].map((id) => ({
    id,
    name: `Sprint ${id}`,
    start: "2026-01-01",
    end: "2026-01-14T18:00:00Z",
  }));
  jira = await startJira({ ...account, project: "WEB", issues, closed, effects });
});
afterEach(() => jira.close());

function call(operation: string, input: ToolCall["input"], more: Partial<ToolCall> = {}) {
  const env = { JIRA_BASE_URL: jira.url, JIRA_EMAIL: account.email, JIRA_TOKEN: account.token };
  return callTool({ operation: `jira.${operation}`, input, env, ...more });
}

async function keysOf(input: ToolCall["input"]): Promise<readonly string[]> {
  const { output, stderr } = await call("search", { ...search, ...input });
  expect(stderr).toBe("");
  return (output as { issues: { key: string }[] }).issues.map(({ key }) => key);
}

describe("jira", () => {
  it("finds issues over all pages by every condition", async () => {
    expect(await keysOf({})).toHaveLength(7);
    expect(await keysOf({ limit: 3 })).toEqual(["WEB-1", "WEB-2", "WEB-3"]);
    expect(await keysOf({ updated_within_hours: 24, categories: ["To Do"] })).toEqual([
      "WEB-1",
      "WEB-3",
      "WEB-4",
      "WEB-7",
    ]);
    expect(await keysOf({ categories: ["In Progress", "Done"] })).toEqual(["WEB-2", "WEB-5", "WEB-6"]);
    expect(await keysOf({ jql: "labels = blocked OR Flagged is not EMPTY" })).toEqual(["WEB-4"]);
    expect(await keysOf({ in_backlog: true, order_by: "rank" })).toEqual([
      "WEB-1",
      "WEB-2",
      "WEB-4",
      "WEB-5",
      "WEB-6",
      "WEB-7",
    ]);
    expect(await keysOf({ in_backlog: true, categories: ["To Do"] })).toEqual(["WEB-1", "WEB-4", "WEB-7"]);
  });

  it("gives issues in few words, with their points", async () => {
    const { output } = await call("search", { ...search, limit: 1 });
    expect(output).toEqual({
      issues: [
        {
          key: "WEB-1",
          url: `${jira.url}/browse/WEB-1`,
          summary: "Login",
          type: "Story",
          status: "To Do",
          category: "To Do",
          assignee: "Ada",
          priority: "Medium",
          labels: [],
          updated: expect.any(String),
          points: 5,
        },
      ],
      more: true,
    });
  });

  it("quotes values, so that none becomes a condition", async () => {
    expect(await keysOf({ project: 'WEB" OR project = "OTHER' })).toEqual([]);
    const { code, stderr } = await call("search", { ...search, jql: "nonsense ~ x" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Jira: POST \/rest\/api\/3\/search\/jql: 400 Field 'nonsense'/);
  });

  it("lists the last sprints and what was done in one by its end", async () => {
    const { output } = await call("get_sprints", { project: "WEB", state: "closed", count: 2 });
    expect(output).toMatchObject({ board: 7, sprints: [{ id: 3, end: "2026-01-14T18:00:00Z" }, { id: 2 }] });
    expect((await call("get_sprint_report", { board: 7, sprint: 1 })).output).toEqual({
      sprint: 1,
      name: "Sprint 1",
      committed_points: 10,
      completed_points: 8,
      issues: 3,
      completed_issues: 1,
    });
  });

  const sprint = { board: 7, name: "Sprint 4", goal: "Faster", start: "2026-02-02", end: "2026-02-15" };

  it("makes a sprint once, also when the answer is lost or its mark was not set yet", async () => {
    jira.faults.loseAnswerOnce("POST /rest/agile/1.0/sprint");
    jira.faults.refuse("PUT /rest/agile/1.0/sprint", { status: 400, body: {} });
    expect((await call("create_sprint", sprint, { key: "aiw_s" })).code).toBe(1);
    const { output } = await call("create_sprint", sprint, { key: "aiw_s" });
    expect((await call("create_sprint", sprint, { key: "aiw_s" })).output).toEqual(output);
    expect(effects.filter(({ what }) => what === "sprint.created")).toHaveLength(1);
    expect(effects[0]?.data).toMatchObject({ name: "Sprint 4", startDate: "2026-02-02T00:00:00.000Z" });
    const other = await call("create_sprint", sprint, { key: "aiw_other" });
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("is planned already") });
  });

  it("plans issues and takes them back", async () => {
    const { output } = await call("create_sprint", sprint);
    const { id } = output as { id: number };
    const issues = ["WEB-1", "WEB-2"];
    expect((await call("move_issues_to_sprint", { sprint: id, issues })).output).toEqual({ moved: 2 });
    const backlog = { in_backlog: true, categories: ["To Do", "In Progress"] };
    expect(await keysOf(backlog)).toEqual(["WEB-4", "WEB-7"]);
    await call("move_issues_to_backlog", { issues });
    for (const deleted of [true, false])
      expect((await call("delete_sprint", { sprint: id })).output).toEqual({ deleted });
    expect(await keysOf(backlog)).toEqual(["WEB-1", "WEB-2", "WEB-4", "WEB-7"]);
  });

  const issue = {
    project: "WEB",
    type: "Bug",
    summary: "It is\ndown",
    description: "Since noon.\nAll of it.\n\n- one\n- two",
    labels: ["incident now"],
    priority: "High",
  };

  it("makes an issue once and deletes it", async () => {
    jira.faults.loseAnswerOnce("POST /rest/api/3/issue");
    const first = await call("create_issue", issue, { key: "aiw_i" });
    expect(first.output).toEqual({ key: "WEB-100", url: `${jira.url}/browse/WEB-100` });
    expect((await call("create_issue", issue, { key: "aiw_i" })).output).toEqual(first.output);
    expect(effects).toHaveLength(1);
    expect(effects[0]).toMatchObject({
      key: "aiw_i",
      data: { summary: "It is down", labels: ["incident-now", "aiw-i"], priority: { name: "High" } },
    });
    for (const deleted of [true, false])
      expect((await call("delete_issue", { issue: "WEB-100" })).output).toEqual({ deleted });
  });

  it("writes descriptions as Atlassian documents", async () => {
    await call("create_issue", issue);
    const text = (value: string) => ({ type: "text", text: value });
    const item = (value: string) => ({ type: "listItem", content: [{ type: "paragraph", content: [text(value)] }] });
    expect(effects[0]?.data).toMatchObject({
      description: {
        type: "doc",
        content: [
          { type: "paragraph", content: [text("Since noon."), { type: "hardBreak" }, text("All of it.")] },
          { type: "bulletList", content: [item("one"), item("two")] },
        ],
      },
    });
  });

  it("leaves the priority out where a project has none", async () => {
    jira.faults.refuse("POST /rest/api/3/issue", { status: 400, body: { errors: { priority: "cannot be set" } } });
    expect((await call("create_issue", issue)).code).toBe(0);
    expect(effects[0]?.data).not.toHaveProperty("priority");
  });
});
