import { createClient, path } from "./lib/http.mjs";
import { idempotencyKey, once } from "./lib/once.mjs";
import { toStorage } from "./lib/storage-format.mjs";
import { requireVariable, runTool, ToolError } from "./lib/tool.mjs";

const confluence = createClient("Confluence", settings, (data) =>
  (data?.errors ?? []).map(({ title, detail }) => [title, detail].filter(Boolean).join(": ")).join("; "),
);

/** The address ends in `/wiki`; the token is that of the Atlassian account. */
function settings() {
  const pair = `${requireVariable("CONFLUENCE_EMAIL")}:${requireVariable("CONFLUENCE_TOKEN")}`;
  const headers = { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  return { baseUrl: requireVariable("CONFLUENCE_BASE_URL"), headers };
}

/**
 * Once: the page begins with an invisible anchor that is called after the key, and Confluence takes no second page with
 * the same title in a space.
 */
async function createPage({ space, title, body, parent }) {
  const anchor = `aiw-${idempotencyKey()}`;
  const spaceId = await spaceIdOf(space);
  const page = await once({
    find: () => findPage(spaceId, title, anchor),
    create: () =>
      confluence.post("/api/v2/pages", {
        spaceId,
        status: "current",
        title,
        ...(parent ? { parentId: parent } : {}),
        body: { representation: "storage", value: `${anchorMacro(anchor)}${toStorage(body)}` },
      }),
  });
  return { id: page.id, url: `${settings().baseUrl.replace(/\/+$/, "")}${page._links.webui}` };
}

async function spaceIdOf(key) {
  const { results } = await confluence.get("/api/v2/spaces", { keys: key, limit: 1 });
  const [space] = results;
  if (space !== undefined) return space.id;
  throw new ToolError(`Confluence: there is no space '${key}', or the account cannot see it`);
}

async function findPage(spaceId, title, anchor) {
  const query = { "space-id": spaceId, title, status: "current", "body-format": "storage", limit: 1 };
  const [page] = (await confluence.get("/api/v2/pages", query)).results;
  if (page === undefined) return undefined;
  if (page.body?.storage?.value.includes(anchor)) return page;
  throw new ToolError(`Confluence: the space has a page '${title}' already; give another title`);
}

function anchorMacro(name) {
  const parameter = `<ac:parameter ac:name="">${name}</ac:parameter>`;
  return `<p><ac:structured-macro ac:name="anchor">${parameter}</ac:structured-macro></p>`;
}

/** Confluence moves it to the trash, from where it can be brought back. */
async function deletePage({ page }) {
  const status = await confluence.delete(path`/api/v2/pages/${page}`, { expect: [404] });
  return { deleted: status !== 404 };
}

await runTool({ create_page: createPage, delete_page: deletePage });
