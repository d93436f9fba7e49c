import type { Json, JsonObject } from "@aiw/core";
import {
  type Effect,
  type FakeRequest,
  type FakeService,
  listOf,
  numberOf,
  objectOf,
  type Reply,
  type Routes,
  startService,
  textOf,
} from "./fake-service.js";
import { compileJql, JqlError, type JqlIssue } from "./jql.js";

/** An issue that is there from the start. */
export interface FakeIssue {
  readonly key: string;
  readonly summary: string;
  readonly status?: string;
  readonly category?: "To Do" | "In Progress" | "Done";
  readonly assignee?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  readonly points?: number;
  /** Hours since the last change. */
  readonly age?: number;
  readonly flagged?: boolean;
  readonly sprint?: number;
  /** When it was resolved. */
  readonly resolved?: string;
}

export interface FakeSprint {
  readonly id: number;
  readonly name: string;
  readonly start: string;
  readonly end: string;
}

export interface JiraOptions {
  readonly email: string;
  readonly token: string;
  readonly project: string;
  readonly issues?: readonly FakeIssue[];
  /** Those that have ended, the oldest first. */
  readonly closed?: readonly FakeSprint[];
  readonly effects: Effect[];
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

interface Issue extends Omit<JqlIssue, "sprintStates" | "fields"> {
  readonly id: string;
  readonly key: string;
  readonly fields: Record<string, Json>;
  sprints: number[];
}

type Sprint = Record<string, Json> & { id: number; state: string };

const board = 7;
const pointsField = "customfield_10016";
const pageSize = 2;

/** A server that speaks the part of Jira Cloud's REST API 3 and Agile API 1.0 that plans and reports need. */
export async function startJira(options: JiraOptions): Promise<FakeService> {
  const { effects, project } = options;
  const issues = (options.issues ?? []).map((issue, index) => makeIssue(project, issue, index));
  const sprints: Sprint[] = (options.closed ?? []).map((sprint) => closedSprint(sprint));
  const properties = new Map<string, Json>();
  let nextId = 100;

  const note = (what: string, data: Json, key?: string) =>
    effects.push({ service: "jira", what, data, ...(key === undefined ? {} : { key }) });
  const routes: Routes = {
    "GET /rest/api/3/field": () => ({
      body: [
        { id: "summary", name: "Summary", custom: false },
        { id: pointsField, name: "Story point estimate", custom: true },
      ],
    }),
    "POST /rest/api/3/search/jql": ({ body }) => search(body),
    "POST /rest/api/3/issue": ({ body }) => createIssue(objectOf(body, "fields")),
    "DELETE /rest/api/3/issue/{}": ({ params: [key] }) => {
      const at = issues.findIndex((issue) => issue.key === key);
      if (at === -1) return missing("Issue does not exist or you do not have permission to see it.");
      issues.splice(at, 1);
      note("issue.deleted", { key: key ?? "" });
      return { status: 204 };
    },
    "GET /rest/agile/1.0/board": ({ query }) =>
      query.get("projectKeyOrId") === project
        ? startAt("values", [{ id: board, name: `${project} board`, type: "scrum" }], query)
        : missing(`No project could be found with key '${query.get("projectKeyOrId")}'.`),
    [`GET /rest/agile/1.0/board/${board}/sprint`]: ({ query }) => {
      const states = (query.get("state") ?? "").split(",");
      return startAt(
        "values",
        sprints.filter((sprint) => states.includes(sprint.state)),
        query,
      );
    },
    [`GET /rest/agile/1.0/board/${board}/sprint/{}/issue`]: ({ params: [id], query }) => {
      const found = issues.filter((issue) => issue.sprints.includes(Number(id)));
      return startAt(
        "issues",
        found.map(({ id: issueId, key, fields }) => ({ id: issueId, key, fields })),
        query,
        true,
      );
    },
    "GET /rest/agile/1.0/sprint/{}": ({ params }) => withSprint(params, (sprint) => ({ body: sprint })),
    "POST /rest/agile/1.0/sprint": ({ body }) => createSprint(body),
    "DELETE /rest/agile/1.0/sprint/{}": ({ params }) =>
      withSprint(params, (sprint) => {
        sprints.splice(sprints.indexOf(sprint), 1);
        for (const issue of issues) issue.sprints = issue.sprints.filter((id) => id !== sprint.id);
        note("sprint.deleted", { name: sprint.name ?? "" });
        return { status: 204 };
      }),
    "GET /rest/agile/1.0/sprint/{}/properties/{}": ({ params: [id, name] }) => {
      const value = properties.get(`${id} ${name}`);
      return value === undefined ? missing("The property does not exist.") : { body: { key: name ?? "", value } };
    },
    "PUT /rest/agile/1.0/sprint/{}/properties/{}": (request) =>
      withSprint(request.params, ({ id, name }) => {
        const property = `${id} ${request.params[1]}`;
        const isNew = JSON.stringify(properties.get(property)) !== JSON.stringify(request.body);
        properties.set(property, request.body);
        if (isNew) note("sprint.marked", { name: name ?? "" }, textOf(request.body, "key"));
        return { status: isNew ? 201 : 200, body: {} };
      }),
    "POST /rest/agile/1.0/sprint/{}/issue": ({ params, body }) => withSprint(params, ({ id }) => move(body, [id])),
    "POST /rest/agile/1.0/backlog/issue": ({ body }) => move(body, []),
  };
  return await startService({ routes, authorize, onCarriedOut: options.onCarriedOut });

  function search(body: JsonObject): Reply {
    const jql = textOf(body, "jql") ?? "";
    if (!listOf(body, "fields").every((field) => typeof field === "string")) return refused("fields");
    try {
      const fits = compileJql(jql);
      const found = issues.filter((issue) => fits({ ...issue, sprintStates: statesOf(issue) }));
      const from = Number(textOf(body, "nextPageToken")?.replace(/^page-/, "") ?? 0);
      const size = Math.min(typeof body.maxResults === "number" ? body.maxResults : 50, pageSize);
      const page = found.slice(from, from + size);
      const isLast = from + size >= found.length;
      const next = isLast ? {} : { nextPageToken: `page-${from + size}` };
      return { body: { issues: page.map(({ id, key, fields }) => ({ id, key, fields })), isLast, ...next } };
    } catch (error) {
      if (error instanceof JqlError) return refused(error.message);
      throw error;
    }
  }

  /** As JQL calls them: `open` for active ones. */
  function statesOf(issue: Issue): readonly string[] {
    const states = sprints.filter(({ id }) => issue.sprints.includes(id)).map(({ state }) => state);
    return states.map((state) => (state === "active" ? "open" : state));
  }

  function createIssue(fields: JsonObject): Reply {
    const summary = textOf(fields, "summary") ?? "";
    const problems: Record<string, Json> = {};
    if (textOf(objectOf(fields, "project"), "key") !== project) problems.project = "valid project is required";
    if (summary === "" || summary.length > 255) problems.summary = "You must specify a summary of the issue.";
    if (objectOf(fields, "description").type !== "doc")
      problems.description = "Operation value must be an Atlassian Document";
    const labels = listOf(fields, "labels").filter((label) => typeof label === "string");
    if (labels.some((label) => /\s/.test(label))) problems.labels = "The label can't contain spaces.";
    if (Object.keys(problems).length > 0) return { status: 400, body: { errorMessages: [], errors: problems } };
    const key = `${project}-${nextId++}`;
    const type = textOf(objectOf(fields, "issuetype"), "name") ?? "Task";
    issues.push(makeIssue(project, { key, summary, labels, type, age: 0 }, nextId));
    note("issue.created", fields, labels.find((label) => label.startsWith("aiw-"))?.replaceAll("-", "_"));
    return {
      status: 201,
      body: { id: String(nextId), key, self: `https://example.atlassian.net/rest/api/3/issue/${key}` },
    };
  }

  function createSprint(body: JsonObject): Reply {
    const name = textOf(body, "name") ?? "";
    if (name === "" || name.length > 30) return refused("The sprint name must be between 1 and 30 characters long.");
    if (body.originBoardId !== board) return refused("originBoardId: The board does not exist.");
    const { startDate = null, endDate = null, goal = "" } = body;
    const sprint = { id: nextId++, state: "future", name, goal, startDate, endDate, originBoardId: board };
    sprints.push(sprint);
    note("sprint.created", body);
    return { status: 201, body: sprint };
  }

  function move(body: JsonObject, to: number[]): Reply {
    const keys = listOf(body, "issues");
    if (keys.length === 0 || keys.length > 50) return refused("between 1 and 50 issues can be moved at once");
    const unknown = keys.filter((key) => !issues.some((issue) => issue.key === key));
    if (unknown.length > 0) return refused(`Issue does not exist: ${unknown.join(", ")}`);
    const moved = issues.filter(({ key, sprints: from }) => keys.includes(key) && String(from) !== String(to));
    for (const issue of moved) issue.sprints = to;
    const what = to.length > 0 ? "issues.planned" : "issues.to_backlog";
    if (moved.length > 0)
      note(
        what,
        moved.map(({ key }) => key),
      );
    return { status: 204 };
  }

  function withSprint([id]: readonly string[], handle: (sprint: Sprint) => Reply): Reply {
    const sprint = sprints.find((one) => String(one.id) === id);
    return sprint === undefined ? missing("Sprint does not exist.") : handle(sprint);
  }

  function authorize({ headers }: FakeRequest): Reply | undefined {
    const basic = Buffer.from(`${options.email}:${options.token}`).toString("base64");
    if (headers.authorization === `Basic ${basic}`) return undefined;
    return { status: 401, body: { message: "Client must be authenticated to access this resource." } };
  }
}

function startAt(name: string, items: readonly Json[], query: URLSearchParams, withTotal = false): Reply {
  const from = numberOf(query, "startAt", 0);
  const maxResults = numberOf(query, "maxResults", 50, pageSize);
  const page = items.slice(from, from + maxResults);
  const isLast = from + maxResults >= items.length;
  // Lists of issues have a total instead of `isLast`.
  const end = withTotal ? { total: items.length } : { isLast };
  return { body: { startAt: from, maxResults, [name]: page, ...end } };
}

function makeIssue(project: string, issue: FakeIssue, index: number): Issue {
  const { status = "To Do", category = "To Do", type = "Story", labels = [], age = 1 } = issue;
  const updated = Date.now() - age * 3_600_000;
  return {
    id: String(10_000 + index),
    key: issue.key,
    project,
    status,
    category,
    type,
    labels,
    updated,
    flagged: issue.flagged === true,
    sprints: issue.sprint === undefined ? [] : [issue.sprint],
    fields: {
      summary: issue.summary,
      status: { name: status, statusCategory: { name: category, key: category === "Done" ? "done" : "new" } },
      assignee: issue.assignee === undefined ? null : { displayName: issue.assignee },
      priority: { name: "Medium" },
      issuetype: { name: type },
      labels: [...labels],
      updated: new Date(updated).toISOString(),
      resolutiondate: issue.resolved ?? null,
      [pointsField]: issue.points ?? null,
    },
  };
}

function closedSprint({ id, name, start, end }: FakeSprint): Sprint {
  return { id, name, state: "closed", startDate: start, endDate: end, completeDate: end, originBoardId: board };
}

function refused(message: string): Reply {
  return { status: 400, body: { errorMessages: [message], errors: {} } };
}

function missing(message: string): Reply {
  return { status: 404, body: { errorMessages: [message], errors: {} } };
}
