import type { JsonObject } from "@aiw/core";

/** What conditions look at. */
export interface JqlIssue {
  readonly project: string;
  readonly status: string;
  readonly category: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly updated: number;
  /** States of its sprints. */
  readonly sprintStates: readonly string[];
  readonly flagged: boolean;
  readonly fields: JsonObject;
}

type Condition = (issue: JqlIssue) => boolean;

/** A JQL text that Jira would not take. */
export class JqlError extends Error {}

/**
 * The part of JQL that is needed: conditions joined by AND and OR, with parentheses, over a few fields, and ORDER BY. Texts
 * are quoted; anything else is a {@link JqlError}.
 */
export function compileJql(text: string): Condition {
  const [where = "", ...order] = text.split(/\s+ORDER BY\s+/i);
  if (order.length > 1 || (order[0] !== undefined && !/^(rank|updated|created) (asc|desc)$/i.test(order[0]))) {
    throw new JqlError(`Error in the JQL Query: ORDER BY ${order.join(" ")}`);
  }
  const tokens = tokensOf(where);
  const condition = parseOr(tokens);
  const [rest] = tokens;
  if (rest !== undefined) throw new JqlError(`Error in the JQL Query: unexpected '${rest}'`);
  return condition;
}

const tokenPattern = /\s*("(?:[^"\\]|\\.)*"|[()]|!=|>=|<=|[=<>,]|[^\s()",=<>!]+)/gy;

function tokensOf(text: string): string[] {
  const tokens = [...text.matchAll(tokenPattern)].map(([, token = ""]) => token);
  const length = [...text.matchAll(tokenPattern)].reduce((sum, [whole]) => sum + whole.length, 0);
  if (length < text.trimEnd().length) throw new JqlError(`Error in the JQL Query: ${text.slice(length)}`);
  return tokens;
}

function parseOr(tokens: string[]): Condition {
  const parts = [parseAnd(tokens)];
  while (takeWord(tokens, "or")) parts.push(parseAnd(tokens));
  return (issue) => parts.some((part) => part(issue));
}

function parseAnd(tokens: string[]): Condition {
  const parts = [parseOne(tokens)];
  while (takeWord(tokens, "and")) parts.push(parseOne(tokens));
  return (issue) => parts.every((part) => part(issue));
}

function parseOne(tokens: string[]): Condition {
  if (takeWord(tokens, "(")) {
    const inner = parseOr(tokens);
    expectWord(tokens, ")");
    return inner;
  }
  const field = (tokens.shift() ?? "").toLowerCase();
  const operator = operatorOf(tokens);
  const values = valuesOf(tokens);
  return conditionOf(field, operator, values);
}

function operatorOf(tokens: string[]): string {
  const first = (tokens.shift() ?? "").toLowerCase();
  const second = (tokens[0] ?? "").toLowerCase();
  if ((first === "not" && second === "in") || (first === "is" && second === "not")) {
    tokens.shift();
    return `${first} ${second}`;
  }
  return first;
}

function valuesOf(tokens: string[]): readonly string[] {
  if (!takeWord(tokens, "(")) {
    const value = unquote(tokens.shift() ?? "");
    skipCall(tokens);
    return [value];
  }
  const values: string[] = [];
  for (let token = tokens.shift(); token !== ")"; token = tokens.shift()) {
    if (token === undefined) throw new JqlError("Error in the JQL Query: ')' is missing");
    if (token !== ",") values.push(unquote(token));
    skipCall(tokens);
  }
  return values;
}

function conditionOf(field: string, operator: string, values: readonly string[]): Condition {
  const [value = ""] = values;
  const isIn = (actual: string) => values.some((one) => one.toLowerCase() === actual.toLowerCase());
  switch (`${field} ${operator}`) {
    case "project =":
      return (issue) => isIn(issue.project);
    case "statuscategory in":
    case "statuscategory =":
      return (issue) => isIn(issue.category);
    case "statuscategory !=":
      return (issue) => !isIn(issue.category);
    case "status =":
      return (issue) => isIn(issue.status);
    case "labels =":
    case "labels in":
      return (issue) => issue.labels.some(isIn);
    case "flagged is not":
      return (issue) => issue.flagged;
    case "sprint is":
      return (issue) => issue.sprintStates.length === 0;
    // As with all fields, no value at all is not outside of a list.
    case "sprint not in":
      return (issue) => issue.sprintStates.length > 0 && !issue.sprintStates.some((state) => isIn(`${state}Sprints`));
    case "issuetype !=":
      return (issue) => !isIn(issue.type);
    case "issuetype not in":
      return (issue) => value !== "subTaskIssueTypes" || issue.type !== "Sub-task";
    case "updated >=":
      return (issue) => issue.updated >= Date.now() - hoursOf(value) * 3_600_000;
    default:
      throw new JqlError(`Field '${field}' does not exist or does not take '${operator}'.`);
  }
}

function hoursOf(value: string): number {
  const match = /^-(\d+)h$/.exec(value);
  if (match === null) throw new JqlError(`Date value '${value}' is invalid.`);
  return Number(match[1]);
}

/** The empty parentheses of a function. */
function skipCall(tokens: string[]): void {
  if (takeWord(tokens, "(")) expectWord(tokens, ")");
}

function takeWord(tokens: string[], word: string): boolean {
  if (tokens[0]?.toLowerCase() !== word) return false;
  tokens.shift();
  return true;
}

function expectWord(tokens: string[], word: string): void {
  if (!takeWord(tokens, word)) throw new JqlError(`Error in the JQL Query: expected '${word}'`);
}

function unquote(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, "$1") : token;
}
