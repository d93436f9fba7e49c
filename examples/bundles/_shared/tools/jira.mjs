import { path, StatusError } from "./lib/http.mjs";
import { boardOf, createJira, pointFields, pointsOf, quote, siteUrl, toDocument } from "./lib/jira-client.mjs";
import { idempotencyKey, once } from "./lib/once.mjs";
import { cut, runTool, ToolError } from "./lib/tool.mjs";

const jira = createJira();
const issueFields = ["summary", "status", "assignee", "priority", "issuetype", "labels", "updated"];

/** What was in a sprint that has ended, and was not done, is in the backlog again. */
const backlogConditions = [
  "(sprint is EMPTY OR sprint not in (openSprints(), futureSprints()))",
  "issuetype not in subTaskIssueTypes()",
  'issuetype != "Epic"',
];

/** Values become quoted strings of JQL here; `jql` is a further condition as written. */
async function search({ project, categories, updated_within_hours: hours, jql, in_backlog, order_by, limit }) {
  const conditions = [
    `project = ${quote(project)}`,
    ...(categories.length > 0 ? [`statusCategory in (${categories.map(quote).join(", ")})`] : []),
    ...(hours ? [`updated >= "-${hours}h"`] : []),
    ...(in_backlog ? backlogConditions : []),
    ...(jql ? [`(${jql})`] : []),
  ];
  const points = await pointFields(jira);
  const order = order_by === "rank" ? "Rank ASC" : "updated DESC";
  const found = await jira.search(`${conditions.join(" AND ")} ORDER BY ${order}`, [...issueFields, ...points], limit);
  return { issues: found.issues.map((issue) => shortIssue(issue, points)), more: found.more };
}

function shortIssue({ key, fields, ...issue }, points) {
  const estimate = pointsOf({ fields, ...issue }, points);
  return {
    key,
    url: `${siteUrl()}/browse/${key}`,
    summary: fields.summary,
    type: fields.issuetype?.name ?? "",
    status: fields.status.name,
    category: fields.status.statusCategory?.name ?? "",
    assignee: fields.assignee?.displayName ?? "nobody",
    priority: fields.priority?.name ?? "",
    labels: fields.labels ?? [],
    updated: fields.updated,
    ...(estimate === undefined ? {} : { points: estimate }),
  };
}

/** The last sprints in this state, the latest first. */
async function getSprints({ project, board, state, count }) {
  const id = await boardOf(jira, { project, board });
  const sprints = await jira.list(path`/rest/agile/1.0/board/${id}/sprint`, { state });
  // The API lists the oldest first.
  return { board: id, sprints: sprints.slice(-count).reverse().map(shortSprint) };
}

function shortSprint({ id, name, state, goal, startDate, endDate, completeDate }) {
  return { id, name, state, goal: goal ?? "", start: startDate ?? "", end: completeDate ?? endDate ?? "" };
}

/** What a sprint held when it ended, and what of it was done by then. */
async function getSprintReport({ board, sprint }) {
  const [about, points] = await Promise.all([jira.get(path`/rest/agile/1.0/sprint/${sprint}`), pointFields(jira)]);
  const fields = ["status", "resolutiondate", ...points].join(",");
  const target = path`/rest/agile/1.0/board/${board}/sprint/${sprint}/issue`;
  const issues = await jira.list(target, { fields }, "issues");
  const end = Date.parse(about.completeDate ?? about.endDate);
  const done = issues.filter((issue) => isDoneBy(issue, end));
  const sum = (list) => list.reduce((total, issue) => total + (pointsOf(issue, points) ?? 0), 0);
  return {
    sprint: about.id,
    name: about.name,
    committed_points: sum(issues),
    completed_points: sum(done),
    issues: issues.length,
    completed_issues: done.length,
  };
}

/** Issues that were carried over and finished later belong to a later sprint. */
function isDoneBy({ fields }, end) {
  if (fields.status.statusCategory?.key !== "done") return false;
  return !fields.resolutiondate || Number.isNaN(end) || Date.parse(fields.resolutiondate) <= end;
}

const property = "aiw";

/**
 * Once: the sprint gets a property with the key. It can only be set after the sprint was made, so a future sprint with
 * the same name, goal and dates and without that property is taken for one whose making was interrupted.
 */
async function createSprint({ board, name, goal, start, end }) {
  const key = idempotencyKey();
  const wanted = { name: cut(name, 30), goal, startDate: isoTime(start), endDate: isoTime(end) };
  const sprint = await once({
    find: () => findSprint(board, wanted, key),
    create: () => jira.post("/rest/agile/1.0/sprint", { ...wanted, originBoardId: board }),
  });
  await jira.put(path`/rest/agile/1.0/sprint/${sprint.id}/properties/${property}`, { key });
  return { id: sprint.id, name: sprint.name, url: `${siteUrl()}/jira/boards/${board}` };
}

async function findSprint(board, wanted, key) {
  const future = await jira.list(path`/rest/agile/1.0/board/${board}/sprint`, { state: "future" });
  for (const sprint of future.filter(({ name }) => name === wanted.name)) {
    const target = path`/rest/agile/1.0/sprint/${sprint.id}/properties/${property}`;
    const { status, data } = await jira.request("GET", target, { expect: [404] });
    if (status === 200 && data.value?.key === key) return sprint;
    if (status === 404 && isAlike(sprint, wanted)) return sprint;
    throw new ToolError(
      `Jira: a sprint '${wanted.name}' is planned already on board ${board}; delete it or choose a name`,
    );
  }
  return undefined;
}

function isAlike(sprint, { goal, startDate, endDate }) {
  const isSameTime = (one, other) => Date.parse(one) === Date.parse(other);
  return (sprint.goal ?? "") === goal && isSameTime(sprint.startDate, startDate) && isSameTime(sprint.endDate, endDate);
}

function isoTime(text) {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ToolError(`'${text}' is no date`);
  return new Date(time).toISOString();
}

/** Jira moves its issues back to the backlog. */
async function deleteSprint({ sprint }) {
  const status = await jira.delete(path`/rest/agile/1.0/sprint/${sprint}`, { expect: [404] });
  return { deleted: status !== 404 };
}

/** Moving an issue to where it is changes nothing, so this may be repeated. */
async function moveIssuesToSprint({ sprint, issues }) {
  return await moveIssues(path`/rest/agile/1.0/sprint/${sprint}/issue`, issues);
}

async function moveIssuesToBacklog({ issues }) {
  return await moveIssues("/rest/agile/1.0/backlog/issue", issues);
}

async function moveIssues(target, issues) {
  // Jira takes 50 at once.
  for (let from = 0; from < issues.length; from += 50) {
    await jira.post(target, { issues: issues.slice(from, from + 50) }, { safe: true });
  }
  return { moved: issues.length };
}

/** Once: the issue carries a label with the key. Jira's search sees new issues after a moment only. */
async function createIssue({ project, type, summary, description, labels, priority }) {
  const key = idempotencyKey();
  const label = key.replaceAll("_", "-");
  const issue = await once({
    find: async () => {
      const jql = `project = ${quote(project)} AND labels = ${quote(label)}`;
      return (await jira.search(jql, ["summary"], 1)).issues[0];
    },
    create: () => postIssue({ project, type, summary, description, labels: [...labels, label], priority }),
  });
  return { key: issue.key, url: `${siteUrl()}/browse/${issue.key}` };
}

async function postIssue({ project, type, summary, description, labels, priority }) {
  const fields = {
    project: { key: project },
    issuetype: { name: type },
    summary: cut(summary.replace(/\s+/g, " ").trim(), 255),
    description: toDocument(description),
    labels: labels.map((label) => label.replace(/\s+/g, "-")),
  };
  try {
    return await jira.post("/rest/api/3/issue", {
      fields: { ...fields, ...(priority ? { priority: { name: priority } } : {}) },
    });
  } catch (error) {
    // Team-managed projects may have no such field.
    const isPriority = error instanceof StatusError && error.status === 400 && error.data?.errors?.priority;
    if (!isPriority) throw error;
    return await jira.post("/rest/api/3/issue", { fields });
  }
}

async function deleteIssue({ issue }) {
  const status = await jira.delete(path`/rest/api/3/issue/${issue}`, { expect: [404] });
  return { deleted: status !== 404 };
}

await runTool({
  search,
  get_sprints: getSprints,
  get_sprint_report: getSprintReport,
  create_sprint: createSprint,
  delete_sprint: deleteSprint,
  move_issues_to_sprint: moveIssuesToSprint,
  move_issues_to_backlog: moveIssuesToBacklog,
  create_issue: createIssue,
  delete_issue: deleteIssue,
});
