import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Effect, FakeService } from "./services/fake-service.js";
import { shaOf, startGithub } from "./services/github.js";
import { callTool, type ToolCall } from "./support/call-tool.js";

const repo = "me/it";
const patch = "@@ -1,2 +1,3 @@\n one\n+two\n three\n@@ -10,1 +11,2 @@\n ten\n+eleven";
const files = Array.from({ length: 120 }, (_, index) => ({ filename: `src/${index}.js`, patch }));

let github: FakeService;
let effects: Effect[];
beforeEach(async () => {
  effects = [];
  const pulls = [
    { title: "Faster", author: "ada", head: "faster", files },
    { title: "My own", author: "robot", head: "own", files: files.slice(0, 1) },
  ];
  github = await startGithub({ repo, token: "ghp_token", login: "robot", pulls, effects });
});
afterEach(() => github.close());

function call(operation: string, input: ToolCall["input"], more: Partial<ToolCall> = {}) {
  const env = { GITHUB_API_URL: github.url, GITHUB_TOKEN: "ghp_token", ...more.env };
  return callTool({ operation: `github.${operation}`, input: { repo, ...input }, ...more, env });
}

const review = { number: 1, commit: shaOf(1), event: "REQUEST_CHANGES", body: "Please mend", comments: [] };

describe("github", () => {
  it("reads a pull request and all pages of its files", async () => {
    expect((await call("get_pull_request", { number: 1 })).output).toMatchObject({
      title: "Faster",
      head_sha: shaOf(1),
    });
    const listed = await call("list_pr_files", { number: 1, max_patch: 20 });
    expect(listed.output).toMatchObject({ additions: 240 });
    const { files: found } = listed.output as { files: { path: string; patch: string; is_cut: boolean }[] };
    expect(found).toHaveLength(120);
    expect(found[0]).toMatchObject({ path: "src/0.js", patch: `${patch.slice(0, 19)}…`, is_cut: true });
  });

  it("posts a review with its comments on lines of the diff, and the others in its text", async () => {
    const comments = [
      { path: "src/0.js", line: 12, body: "why?" },
      { path: "src/0.js", line: 7, body: "outside" },
      { path: "none.js", line: 1, body: "no such file" },
    ];
    const { output } = await call("create_review", { ...review, comments }, { key: "aiw_1" });
    expect(output).toMatchObject({ state: "CHANGES_REQUESTED" });
    expect(effects).toEqual([
      {
        service: "github",
        what: "review.created",
        key: "aiw_1",
        data: {
          number: 1,
          commit_id: shaOf(1),
          event: "REQUEST_CHANGES",
          body: "Please mend\n\nOutside the diff:\n- `src/0.js` line 7: outside\n- `none.js` line 1: no such file\n\n<!-- aiw:aiw_1 -->",
          comments: [{ path: "src/0.js", line: 12, side: "RIGHT", body: "why?" }],
        },
      },
    ]);
  });

  it("posts a review once for one key, also when the answer is lost", async () => {
    github.faults.loseAnswerOnce("POST /repos/me/it/pulls/1/reviews");
    const first = await call("create_review", review, { key: "aiw_1" });
    const second = await call("create_review", review, { key: "aiw_1" });
    expect(first.code, first.stderr).toBe(0);
    expect(second.output).toEqual(first.output);
    expect(effects).toHaveLength(1);
    await call("create_review", review, { key: "aiw_2" });
    expect(effects).toHaveLength(2);
  });

  it("comments where the token's owner may not judge", async () => {
    const own = { ...review, number: 2, commit: shaOf(2), event: "APPROVE" };
    expect((await call("create_review", own)).output).toMatchObject({ state: "COMMENTED" });
  });

  it("withdraws a review and its comments, twice without harm", async () => {
    const comments = [{ path: "src/0.js", line: 12, body: "why?" }];
    const { output } = await call("create_review", { ...review, comments });
    const { id } = output as { id: number };
    const withdrawal = { number: 1, review: id, reason: "a later step failed" };
    expect((await call("withdraw_review", withdrawal)).output).toEqual({ withdrawn: true });
    expect(effects.map(({ what }) => what)).toEqual([
      "review.created",
      "review.dismissed",
      "comment.deleted",
      "review.edited",
    ]);
    expect((await call("withdraw_review", withdrawal)).code).toBe(0);
    expect((await call("withdraw_review", { ...withdrawal, review: 1 })).output).toEqual({ withdrawn: false });
  });

  it("sets a status once", async () => {
    const status = { commit: shaOf(1), state: "success", context: "aiw/review", description: "x".repeat(200) };
    for (const _ of [1, 2]) expect((await call("set_status", status)).output).toEqual({ state: "success" });
    expect(effects).toHaveLength(1);
    await call("set_status", { ...status, state: "failure" });
    expect(effects).toHaveLength(2);
  });

  it("opens a pull request once, closes it, and keeps auto-merge a state", async () => {
    const pull = { head: "deps", base: "main", title: "Update", body: "All of them", labels: ["dependencies"] };
    const first = await call("create_pull_request", pull, { key: "aiw_p" });
    expect(first.output).toEqual({ number: 3, url: "https://github.com/me/it/pull/3", state: "open" });
    expect((await call("create_pull_request", pull, { key: "aiw_p" })).output).toEqual(first.output);
    for (const _ of [1, 2]) await call("enable_auto_merge", { number: 3, method: "SQUASH" });
    for (const _ of [1, 2]) await call("disable_auto_merge", { number: 3 });
    for (const _ of [1, 2])
      expect((await call("close_pull_request", { number: 3 })).output).toEqual({ state: "closed" });
    expect(effects.map(({ what }) => what)).toEqual([
      "pull.created",
      "labels.added",
      "auto_merge.enabled",
      "auto_merge.disabled",
      "pull.closed",
    ]);
    const refused = await call("enable_auto_merge", { number: 99, method: "SQUASH" });
    expect(refused).toMatchObject({ code: 1, stderr: "GitHub: pull request #99 of me/it does not exist\n" });
  });

  it("waits as long as a refusal asks, and is temporary when that is too long", async () => {
    github.faults.limitOnce("GET /repos/me/it/pulls/1", { "retry-after": "1" });
    const startedAt = Date.now();
    expect((await call("get_pull_request", { number: 1 })).code).toBe(0);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    github.faults.limitOnce("GET /repos/me/it/pulls/1", { "retry-after": "3600" });
    const refused = await call("get_pull_request", { number: 1 });
    expect(refused.code).toBe(75);
    expect(refused.stderr).toContain("try again in 3600 s");
    github.faults.refuse("GET /repos/me/it/pulls/1", {
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 1) },
    });
    expect((await call("get_pull_request", { number: 1 })).code).toBe(0);
  });

  it.each([
    ["a wrong token", { env: { GITHUB_TOKEN: "other" } }, /401 Bad credentials/],
    ["no token", { env: { GITHUB_TOKEN: "" } }, /GITHUB_TOKEN is not set/],
    ["an address without encryption", { env: { GITHUB_API_URL: "http://example.com" } }, /must begin with https/],
  ])("refuses %s in one line that says what to do", async (_, more, words) => {
    const refused = await call("get_pull_request", { number: 1 }, more);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(words);
    expect(refused.stderr.trim()).not.toContain("\n");
    expect(refused.stderr).not.toContain("ghp_token");
  });

  it.each(["me", "me/it/more", "../it", "me/.."])("refuses %s as a repository", async (name) => {
    expect((await call("get_pull_request", { repo: name, number: 1 })).code).toBe(1);
    expect(github.requests).toEqual([]);
  });

  it("does not follow links to other hosts", async () => {
    const link = '<https://example.com/next>; rel="next"';
    github.faults.refuse("GET /repos/me/it/pulls/1/files", { status: 200, body: [], headers: { link } });
    const refused = await call("list_pr_files", { number: 1, max_patch: 10 });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("https://example.com is not") });
  });
});
