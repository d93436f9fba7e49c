import { createClient, path, StatusError } from "./http.mjs";
import { requireVariable, ToolError } from "./tool.mjs";

/** GitHub's REST API, version 2022-11-28. `GITHUB_API_URL` names another server, as in GitHub Actions. */
export function createGithub() {
  const baseUrl = process.env.GITHUB_API_URL || "https://api.github.com";
  const headers = () => ({
    accept: "application/vnd.github+json",
    authorization: `Bearer ${requireVariable("GITHUB_TOKEN")}`,
    "user-agent": "aiw-bundles",
    "x-github-api-version": "2022-11-28",
  });
  const client = createClient("GitHub", () => ({ baseUrl, headers: headers() }), describe);
  return {
    ...client,
    /** All items of a list. */
    async list(target, query = {}) {
      const items = [];
      for await (const page of client.pages(target, { per_page: 100, ...query })) items.push(...page);
      return items;
    },
    /** The first item that fits; later pages are not asked for. */
    async first(target, query, isIt) {
      for await (const page of client.pages(target, { per_page: 100, ...query })) {
        const found = page.find(isIt);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async graphql(query, variables) {
      // GitHub Enterprise Server has it beside, not below, /api/v3.
      const url = baseUrl.replace(/\/+$/, "").replace(/\/api\/v3$/, "/api");
      const { data, errors } = await client.post(`${url}/graphql`, { query, variables }, { safe: true });
      const [error] = errors ?? [];
      if (error !== undefined) {
        const temporary = error.type === "RATE_LIMITED";
        throw new ToolError(`GitHub: ${errors.map(({ message }) => message).join("; ")}`, { temporary });
      }
      return data;
    },
  };
}

/** Path below a repository: `repoPath("me/it", "pulls", 7)`. */
export function repoPath(repo, ...rest) {
  const [owner, name, more] = repo.split("/");
  if (!owner || !name || more !== undefined) throw new ToolError(`'${repo}' is no repository: write owner/name`);
  return [path`/repos/${owner}/${name}`, ...rest.map((part) => path`${part}`)].join("/");
}

/** Is it the refusal with this status whose words fit? */
export function isRefusal(error, status, words) {
  return error instanceof StatusError && error.status === status && words.test(error.message);
}

function describe(data) {
  const errors = data?.errors?.map((error) => (typeof error === "string" ? error : (error.message ?? error.code)));
  return [data?.message, ...(errors ?? [])].filter(Boolean).join(": ");
}
