import { isJsonObject, type Json, type JsonObject } from "@aiw/core";
import {
  type Effect,
  type FakeRequest,
  type FakeService,
  listOf,
  numberOf,
  objectOf,
  pageOf,
  type Reply,
  type Routes,
  startService,
  textOf,
} from "./fake-service.js";

/** A file of a pull request. */
export interface FakeFile {
  readonly filename: string;
  readonly patch: string;
}

/** A pull request that is there from the start. */
export interface FakePull {
  readonly title: string;
  readonly author: string;
  readonly head: string;
  readonly files: readonly FakeFile[];
}

export interface GithubOptions {
  readonly repo: string;
  readonly token: string;
  /** Whom the token belongs to. */
  readonly login: string;
  readonly pulls?: readonly FakePull[];
  readonly deployments?: readonly JsonObject[];
  /** Is there a branch of this name? */
  readonly hasBranch?: (name: string) => boolean;
  readonly effects: Effect[];
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

type Item = Record<string, Json>;

interface Pull extends Item {
  number: number;
  state: string;
  body: string;
}

/** A server that speaks the part of GitHub's REST and GraphQL API that pull requests need. */
export async function startGithub(options: GithubOptions): Promise<FakeService> {
  const { repo, effects } = options;
  const pulls: Pull[] = (options.pulls ?? []).map((pull, index) =>
    makePull(pull.title, pull.author, pull.head, index + 1),
  );
  const files = new Map((options.pulls ?? []).map((pull, index) => [index + 1, pull.files]));
  const reviews = new Map<number, Item[]>();
  const comments: Item[] = [];
  const statuses = new Map<string, Item[]>();
  const autoMerge = new Set<number>();
  const labels = new Set<string>();
  let nextId = 1_000;
  let url = "";

  const note = (what: string, data: Json, text = "") => {
    const key = /aiw:(aiw_\w+)/.exec(text)?.[1];
    effects.push({ service: "github", what, data, ...(key === undefined ? {} : { key }) });
  };
  const routes: Routes = {
    [`GET /repos/${repo}/pulls`]: ({ query }) => {
      const head = query.get("head")?.split(":")[1];
      const state = query.get("state") ?? "open";
      const found = pulls.filter((pull) => head === undefined || objectOf(pull, "head").ref === head);
      return paged(
        `/repos/${repo}/pulls`,
        found.filter((pull) => state === "all" || pull.state === state),
        query,
      );
    },
    [`POST /repos/${repo}/pulls`]: ({ body }) => {
      const head = textOf(body, "head") ?? "";
      if (textOf(body, "title") === undefined || textOf(body, "base") === undefined) return invalid("missing_field");
      if (options.hasBranch?.(head) === false) return invalid("head invalid");
      const isOpen = (pull: Pull) => pull.state === "open" && objectOf(pull, "head").ref === head;
      if (pulls.some(isOpen)) return invalid(`A pull request already exists for me:${head}.`);
      const pull = makePull(textOf(body, "title") ?? "", options.login, head, pulls.length + 1);
      pull.body = textOf(body, "body") ?? "";
      pulls.push(pull);
      note("pull.created", body, pull.body);
      return { status: 201, body: pull };
    },
    [`GET /repos/${repo}/pulls/{}`]: ({ params }) => withPull(params, (pull) => ({ body: pull })),
    [`PATCH /repos/${repo}/pulls/{}`]: ({ params, body }) =>
      withPull(params, (pull) => {
        pull.state = textOf(body, "state") ?? pull.state;
        note(`pull.${pull.state}`, { number: pull.number });
        return { body: pull };
      }),
    [`GET /repos/${repo}/pulls/{}/files`]: ({ params, query }) =>
      withPull(params, ({ number }) => {
        const list = (files.get(number) ?? []).map((file) => ({ ...file, ...countsOf(file.patch) }));
        return paged(`/repos/${repo}/pulls/${number}/files`, list, query);
      }),
    [`GET /repos/${repo}/pulls/{}/reviews`]: ({ params, query }) =>
      withPull(params, ({ number }) =>
        paged(`/repos/${repo}/pulls/${number}/reviews`, reviews.get(number) ?? [], query),
      ),
    [`POST /repos/${repo}/pulls/{}/reviews`]: (request) =>
      withPull(request.params, (pull) => createReview(pull, request)),
    [`GET /repos/${repo}/pulls/{}/reviews/{}`]: ({ params }) => withReview(params, (review) => ({ body: review })),
    [`PUT /repos/${repo}/pulls/{}/reviews/{}`]: ({ params, body }) =>
      withReview(params, (review) => {
        review.body = textOf(body, "body") ?? "";
        note("review.edited", { review: review.id ?? null, body: review.body });
        return { body: review };
      }),
    [`PUT /repos/${repo}/pulls/{}/reviews/{}/dismissals`]: ({ params, body }) =>
      withReview(params, (review) => {
        if (review.state === "COMMENTED") return invalid("Can not dismiss a commented pull request review");
        if (textOf(body, "message") === undefined) return invalid("message is missing");
        review.state = "DISMISSED";
        note("review.dismissed", { review: review.id ?? null });
        return { body: review };
      }),
    [`GET /repos/${repo}/pulls/{}/reviews/{}/comments`]: ({ params, query }) =>
      withReview(params, ({ id }) =>
        paged(
          "",
          comments.filter((comment) => comment.pull_request_review_id === id),
          query,
        ),
      ),
    [`DELETE /repos/${repo}/pulls/comments/{}`]: ({ params: [id] }) => {
      const at = comments.findIndex((comment) => String(comment.id) === id);
      if (at === -1) return notFound;
      const [gone] = comments.splice(at, 1);
      note("comment.deleted", { path: gone?.path ?? null, line: gone?.line ?? null });
      return { status: 204 };
    },
    [`GET /repos/${repo}/commits/{}/statuses`]: ({ params: [sha = ""], query }) =>
      paged(`/repos/${repo}/commits/${sha}/statuses`, statuses.get(sha) ?? [], query),
    [`POST /repos/${repo}/statuses/{}`]: ({ params: [sha = ""], body }) => {
      if (!["error", "failure", "pending", "success"].includes(textOf(body, "state") ?? "")) return invalid("state");
      if ((textOf(body, "description") ?? "").length > 140) return invalid("description is too long (maximum is 140)");
      statuses.set(sha, [{ id: nextId++, ...body }, ...(statuses.get(sha) ?? [])]);
      note("status.set", { sha, ...body });
      return { status: 201, body };
    },
    [`GET /repos/${repo}/deployments`]: ({ query }) =>
      paged(`/repos/${repo}/deployments`, options.deployments ?? [], query),
    [`GET /repos/${repo}/deployments/{}/statuses`]: () => ({ body: [{ state: "success" }] }),
    [`POST /repos/${repo}/issues/{}/labels`]: ({ params: [number], body }) => {
      const added = listOf(body, "labels").filter((label) => !labels.has(`${number} ${label}`));
      for (const label of added) labels.add(`${number} ${label}`);
      if (added.length > 0) note("labels.added", { number: Number(number), labels: [...added] });
      return { body: [] };
    },
    "POST /graphql": ({ body }) => graphql(textOf(body, "query") ?? "", objectOf(body, "variables")),
  };
  const service = await startService({ routes, authorize, onCarriedOut: options.onCarriedOut });
  url = service.url;
  return service;

  function makePull(title: string, author: string, head: string, number: number): Pull {
    return {
      number,
      node_id: `PR_${number}`,
      title,
      body: "",
      state: "open",
      merged: false,
      draft: false,
      user: { login: author },
      base: { ref: "main", sha: "b".repeat(40) },
      head: { ref: head, sha: shaOf(number) },
      html_url: `https://github.com/${repo}/pull/${number}`,
      labels: [{ name: "enhancement" }],
    };
  }

  function createReview(pull: Pull, { body }: FakeRequest): Reply {
    const event = textOf(body, "event") ?? "PENDING";
    const states: Readonly<Record<string, string>> = {
      APPROVE: "APPROVED",
      REQUEST_CHANGES: "CHANGES_REQUESTED",
      COMMENT: "COMMENTED",
    };
    const state = states[event];
    if (state === undefined) return invalid("event");
    if (textOf(body, "commit_id") !== shaOf(pull.number)) return invalid("commit_id is not part of the pull request");
    if (event !== "APPROVE" && (textOf(body, "body") ?? "") === "") return invalid("body can't be blank");
    const isOwn = objectOf(pull, "user").login === options.login;
    if (isOwn && event !== "COMMENT") return invalid("Review Can not approve your own pull request");
    const inline = listOf(body, "comments").filter(isJsonObject);
    const own = files.get(pull.number) ?? [];
    if (!inline.every((comment) => isInDiff(own, comment))) return invalid("Line could not be resolved");
    const id = nextId++;
    const text = textOf(body, "body") ?? "";
    const review = { id, body: text, state, html_url: `https://github.com/${repo}/pull/${pull.number}#review-${id}` };
    reviews.set(pull.number, [...(reviews.get(pull.number) ?? []), review]);
    for (const comment of inline) comments.push({ ...comment, id: nextId++, pull_request_review_id: id });
    note("review.created", { ...body, number: pull.number }, text);
    return { body: review };
  }

  function withPull([number]: readonly string[], handle: (pull: Pull) => Reply): Reply {
    const pull = pulls.find((one) => String(one.number) === number);
    return pull === undefined ? notFound : handle(pull);
  }

  function withReview([number, id]: readonly string[], handle: (review: Item) => Reply): Reply {
    const review = reviews.get(Number(number))?.find((one) => String(one.id) === id);
    return review === undefined ? notFound : handle(review);
  }

  function graphql(query: string, variables: JsonObject): Reply {
    const pull = pulls.find((one) => one.number === variables.number || one.node_id === variables.pull);
    if (pull === undefined) return { body: { data: { repository: { pullRequest: null } } } };
    const { number } = pull;
    if (query.includes("enablePullRequestAutoMerge")) {
      if (pull.state !== "open") return { body: { data: null, errors: [{ message: "Pull request is closed" }] } };
      autoMerge.add(number);
      note("auto_merge.enabled", { number, method: variables.method ?? null });
    } else if (query.includes("disablePullRequestAutoMerge")) {
      autoMerge.delete(number);
      note("auto_merge.disabled", { number });
    }
    const request = autoMerge.has(number) ? { mergeMethod: "SQUASH" } : null;
    return { body: { data: { repository: { pullRequest: { id: pull.node_id ?? "", autoMergeRequest: request } } } } };
  }

  function paged(path: string, items: readonly Json[], query: URLSearchParams): Reply {
    const page = numberOf(query, "page", 1);
    const part = pageOf(items, page, numberOf(query, "per_page", 30, 100));
    const next = new URLSearchParams(query);
    next.set("page", String(page + 1));
    const link = `<${url}${path}?${next}>; rel="next", <${url}${path}?page=9>; rel="last"`;
    return { body: [...part.items], ...(part.isLast ? {} : { headers: { link } }) };
  }

  function authorize({ headers }: FakeRequest): Reply | undefined {
    if (headers["user-agent"] === undefined) return { status: 403, body: { message: "User-Agent is required" } };
    if (headers["x-github-api-version"] !== "2022-11-28") return { status: 400, body: { message: "no such version" } };
    if (headers.authorization === `Bearer ${options.token}`) return undefined;
    return { status: 401, body: { message: "Bad credentials" } };
  }
}

const notFound: Reply = { status: 404, body: { message: "Not Found" } };

function invalid(message: string): Reply {
  return { status: 422, body: { message: "Unprocessable Entity", errors: [message] } };
}

/** Commit at the head of a pull request. */
export function shaOf(number: number): string {
  return number.toString(16).padStart(40, "a");
}

function countsOf(patch: string): JsonObject {
  const count = (sign: string) => patch.split("\n").filter((line) => line.startsWith(sign)).length;
  return { status: "modified", additions: count("+"), deletions: count("-") };
}

/** Is the line in a hunk of the file? */
function isInDiff(files: readonly FakeFile[], comment: JsonObject): boolean {
  const patch = files.find(({ filename }) => filename === comment.path)?.patch ?? "";
  const { line } = comment;
  return [...patch.matchAll(/@@ -\S+ \+(\d+),(\d+) @@/g)].some(([, start, count]) => {
    const first = Number(start);
    return typeof line === "number" && line >= first && line < first + Number(count);
  });
}
