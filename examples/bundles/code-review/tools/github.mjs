import { createGithub, isRefusal, repoPath } from "./lib/github-client.mjs";
import { hiddenMark, once } from "./lib/once.mjs";
import { commentableLines } from "./lib/patch.mjs";
import { cut, runTool, ToolError } from "./lib/tool.mjs";

const github = createGithub();

async function getPullRequest({ repo, number }) {
  const pull = await github.get(repoPath(repo, "pulls", number));
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    author: pull.user?.login ?? "ghost",
    base: pull.base.ref,
    head: pull.head.ref,
    head_sha: pull.head.sha,
    state: pull.merged ? "merged" : pull.state,
    draft: pull.draft === true,
    url: pull.html_url,
    labels: pull.labels.map(({ name }) => name),
  };
}

/** GitHub lists at most 3,000 files, and leaves the patch of very large and binary ones out. */
async function listPrFiles({ repo, number, max_patch }) {
  const files = await github.list(repoPath(repo, "pulls", number, "files"));
  return {
    files: files.map((file) => ({
      path: file.filename,
      status: file.status,
      additions: file.additions,
      deletions: file.deletions,
      patch: cut(file.patch ?? "", max_patch),
      is_cut: (file.patch ?? "").length > max_patch,
    })),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
  };
}

/** Once: the review's body carries a hidden mark. */
async function createReview({ repo, number, commit, event, body, comments }) {
  const target = repoPath(repo, "pulls", number, "reviews");
  const mark = hiddenMark();
  const review = await once({
    find: () => github.first(target, {}, (review) => review.body?.includes(mark)),
    create: async () => {
      const { inline, others } = await sortComments(repo, number, comments);
      const rest = others.map((comment) => `- \`${comment.path}\` line ${comment.line}: ${comment.body}`);
      const text = [body.trim(), ...(rest.length > 0 ? [`Outside the diff:\n${rest.join("\n")}`] : []), mark].join(
        "\n\n",
      );
      const post = (event) => github.post(target, { commit_id: commit, event, body: text, comments: inline });
      try {
        return await post(event);
      } catch (error) {
        // The author of a pull request may only comment on it.
        if (event === "COMMENT" || !isRefusal(error, 422, /own pull request/i)) throw error;
        return await post("COMMENT");
      }
    },
  });
  return { id: review.id, state: review.state, url: review.html_url };
}

/** A comment on a line that is not part of the diff would make GitHub refuse the whole review. */
async function sortComments(repo, number, comments) {
  if (comments.length === 0) return { inline: [], others: [] };
  const files = await github.list(repoPath(repo, "pulls", number, "files"));
  const lines = new Map(files.map((file) => [file.filename, commentableLines(file.patch ?? "")]));
  const fits = ({ path, line }) => lines.get(path)?.has(line) === true;
  return {
    inline: comments.filter(fits).map(({ path, line, body }) => ({ path, line, side: "RIGHT", body })),
    others: comments.filter((comment) => !fits(comment)),
  };
}

/** A submitted review cannot be deleted: it is dismissed where it counted, its comments go, its text says so. */
async function withdrawReview({ repo, number, review, reason }) {
  const target = repoPath(repo, "pulls", number, "reviews", review);
  const { status, data } = await github.request("GET", target, { expect: [404] });
  if (status === 404) return { withdrawn: false };
  if (["APPROVED", "CHANGES_REQUESTED"].includes(data.state)) {
    await github.put(`${target}/dismissals`, { message: reason, event: "DISMISS" });
  }
  for (const { id } of await github.list(`${target}/comments`)) {
    await github.delete(repoPath(repo, "pulls", "comments", id), { expect: [404] });
  }
  await github.put(target, { body: `Withdrawn: ${reason}` });
  return { withdrawn: true };
}

/** Once: GitHub keeps every status, so the one that is already there is not set again. */
async function setStatus({ repo, commit, state, context, description, url }) {
  const wanted = { state, context, description: cut(description, 140), target_url: url || null };
  const isSame = (status) => Object.entries(wanted).every(([name, value]) => (status[name] ?? null) === value);
  const list = repoPath(repo, "commits", commit, "statuses");
  await once({
    find: async () => {
      const latest = await github.first(list, {}, (status) => status.context === context);
      return latest !== undefined && isSame(latest) ? latest : undefined;
    },
    create: () => github.post(repoPath(repo, "statuses", commit), wanted),
  });
  return { state };
}

async function listDeployments({ repo, environment, hours }) {
  const since = Date.now() - hours * 3_600_000;
  const deployments = [];
  // Newest first.
  for await (const page of github.pages(repoPath(repo, "deployments"), {
    environment: environment || undefined,
    per_page: 50,
  })) {
    const recent = page.filter(({ created_at }) => Date.parse(created_at) >= since);
    deployments.push(...recent);
    if (recent.length < page.length) break;
  }
  return { deployments: await Promise.all(deployments.slice(0, 50).map((one) => withState(repo, one))) };
}

async function withState(repo, deployment) {
  const [latest] = await github.get(repoPath(repo, "deployments", deployment.id, "statuses"), { per_page: 1 });
  return {
    id: deployment.id,
    ref: deployment.ref,
    commit: deployment.sha,
    environment: deployment.environment,
    by: deployment.creator?.login ?? "ghost",
    at: deployment.created_at,
    state: latest?.state ?? "unknown",
    description: deployment.description ?? "",
  };
}

/** Once: the body carries a hidden mark; pull requests of the branch are searched for it, closed ones too. */
async function createPullRequest({ repo, head, base, title, body, labels }) {
  const [owner] = repo.split("/");
  const target = repoPath(repo, "pulls");
  const mark = hiddenMark();
  const query = { state: "all", head: `${owner}:${head}`, base };
  const pull = await once({
    find: () => github.first(target, query, (one) => one.body?.includes(mark)),
    create: () => github.post(target, { title, head, base, body: `${body}\n\n${mark}`, maintainer_can_modify: true }),
  });
  // Adding a label that is there already changes nothing.
  if (labels.length > 0) await github.post(repoPath(repo, "issues", pull.number, "labels"), { labels }, { safe: true });
  return { number: pull.number, url: pull.html_url, state: pull.state };
}

async function closePullRequest({ repo, number }) {
  const target = repoPath(repo, "pulls", number);
  const pull = await github.get(target);
  if (pull.merged) throw new ToolError(`GitHub: pull request #${number} is merged and cannot be closed`);
  if (pull.state === "open") await github.patch(target, { state: "closed" });
  return { state: "closed" };
}

const autoMergeState = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { id autoMergeRequest { mergeMethod } }
  }
}`;

const enableMutation = `mutation ($pull: ID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $pull, mergeMethod: $method }) {
    pullRequest { autoMergeRequest { mergeMethod } }
  }
}`;

const disableMutation = `mutation ($pull: ID!) {
  disablePullRequestAutoMerge(input: { pullRequestId: $pull }) { pullRequest { id } }
}`;

/** Once: it is a state, which is looked at first. */
async function enableAutoMerge({ repo, number, method }) {
  const pull = await autoMerge(repo, number);
  if (pull.autoMergeRequest === null) await github.graphql(enableMutation, { pull: pull.id, method });
  return { enabled: true };
}

async function disableAutoMerge({ repo, number }) {
  const pull = await autoMerge(repo, number);
  if (pull.autoMergeRequest !== null) await github.graphql(disableMutation, { pull: pull.id });
  return { enabled: false };
}

async function autoMerge(repo, number) {
  const [owner, name] = repo.split("/");
  const { repository } = await github.graphql(autoMergeState, { owner, name, number });
  if (repository?.pullRequest) return repository.pullRequest;
  throw new ToolError(`GitHub: pull request #${number} of ${repo} does not exist`);
}

await runTool({
  get_pull_request: getPullRequest,
  list_pr_files: listPrFiles,
  create_review: createReview,
  withdraw_review: withdrawReview,
  set_status: setStatus,
  list_deployments: listDeployments,
  create_pull_request: createPullRequest,
  close_pull_request: closePullRequest,
  enable_auto_merge: enableAutoMerge,
  disable_auto_merge: disableAutoMerge,
});
