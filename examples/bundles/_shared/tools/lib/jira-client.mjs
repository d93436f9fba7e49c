import { createClient } from "./http.mjs";
import { requireVariable, ToolError } from "./tool.mjs";

/** Jira Cloud: the REST API, version 3, and that of Jira Software, version 1.0. */
export function createJira() {
  const client = createClient(
    "Jira",
    () => ({ baseUrl: siteUrl(), headers: { authorization: credentials() } }),
    describe,
  );
  return {
    ...client,
    /** Issues that fit, page after page by `nextPageToken`, at most `limit`. */
    async search(jql, fields, limit) {
      const issues = [];
      let nextPageToken;
      do {
        const maxResults = Math.min(100, limit - issues.length);
        const body = { jql, fields, maxResults, ...(nextPageToken === undefined ? {} : { nextPageToken }) };
        const page = await client.post("/rest/api/3/search/jql", body, { safe: true });
        issues.push(...page.issues);
        nextPageToken = page.isLast === true ? undefined : page.nextPageToken;
      } while (nextPageToken !== undefined && issues.length < limit);
      return { issues, more: nextPageToken !== undefined };
    },
    /** All `values` (or `issues`) of a list of Jira Software, by `startAt`. */
    async list(target, query, name = "values") {
      const items = [];
      for (;;) {
        const page = await client.get(target, { ...query, startAt: items.length, maxResults: 50 });
        items.push(...page[name]);
        const isLast = page.isLast ?? (page.total !== undefined && items.length >= page.total);
        if (isLast || page[name].length === 0) return items;
      }
    },
  };
}

/** `https://your-site.atlassian.net`. */
export function siteUrl() {
  return requireVariable("JIRA_BASE_URL").replace(/\/+$/, "");
}

function credentials() {
  const pair = `${requireVariable("JIRA_EMAIL")}:${requireVariable("JIRA_TOKEN")}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

/** A value as a string of JQL. */
export function quote(text) {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\s+/g, " ")}"`;
}

const pointNames = ["story point estimate", "story points"];

/** Ids of the fields that hold story points: their numbers differ from site to site. */
export async function pointFields(jira) {
  const fields = await jira.get("/rest/api/3/field");
  return fields.filter(({ name }) => pointNames.includes(name.toLowerCase())).map(({ id }) => id);
}

/** Story points of an issue; undefined where nobody estimated it. */
export function pointsOf(issue, fields) {
  return fields.map((field) => issue.fields[field]).find((value) => typeof value === "number");
}

/** Text as an Atlassian document: paragraphs, and lists of lines that begin with a dash. */
export function toDocument(text) {
  const content = text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== "")
    .map((block) => {
      const lines = block.trim().split("\n");
      if (!lines.every((line) => /^[-*] /.test(line))) return paragraph(lines);
      return {
        type: "bulletList",
        content: lines.map((line) => ({ type: "listItem", content: [paragraph([line.slice(2)])] })),
      };
    });
  return { type: "doc", version: 1, content };
}

function paragraph(lines) {
  const content = lines.flatMap((line, index) => [
    ...(index === 0 ? [] : [{ type: "hardBreak" }]),
    ...(line === "" ? [] : [{ type: "text", text: line }]),
  ]);
  return { type: "paragraph", content };
}

/** The board of a project; where there are several, somebody must choose. */
export async function boardOf(jira, { project, board }) {
  if (board) return board;
  const boards = await jira.list("/rest/agile/1.0/board", { projectKeyOrId: project, type: "scrum" });
  if (boards.length === 1) return boards[0].id;
  const seen = boards.map(({ id, name }) => `${id} (${name})`).join(", ");
  throw new ToolError(
    `Jira: ${project} has ${boards.length === 0 ? "no scrum board" : `several boards: ${seen}`}; name one`,
  );
}

function describe(data) {
  const fields = Object.entries(data?.errors ?? {}).map(([name, message]) => `${name}: ${message}`);
  return [...(data?.errorMessages ?? []), ...fields, data?.message].filter(Boolean).join("; ");
}
