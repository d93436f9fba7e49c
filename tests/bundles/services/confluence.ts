import type { Json } from "@aiw/core";
import {
  type Effect,
  type FakeRequest,
  type FakeService,
  objectOf,
  type Reply,
  type Routes,
  startService,
  textOf,
} from "./fake-service.js";

export interface ConfluenceOptions {
  readonly email: string;
  readonly token: string;
  readonly space: string;
  readonly effects: Effect[];
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

type Page = Record<string, Json> & { id: string; title: string };

const spaceId = "98306";

/** A server that speaks the part of Confluence Cloud's REST API v2 that pages need; its address ends in `/wiki`. */
export async function startConfluence(options: ConfluenceOptions): Promise<FakeService> {
  const { effects } = options;
  let pages: Page[] = [];
  let nextId = 65_537;
  const note = (what: string, data: Json, text = "") => {
    const key = /aiw-(aiw_\w+)/.exec(text)?.[1];
    effects.push({ service: "confluence", what, data, ...(key === undefined ? {} : { key }) });
  };
  const routes: Routes = {
    "GET /wiki/api/v2/spaces": ({ query }) => ({
      body: { results: query.getAll("keys").includes(options.space) ? [{ id: spaceId, key: options.space }] : [] },
    }),
    "GET /wiki/api/v2/pages": ({ query }) => {
      const isIn = query.getAll("space-id").includes(spaceId);
      const found = pages.filter(({ title }) => isIn && title === query.get("title"));
      // The body is only shown to those who ask for it.
      const isWhole = query.get("body-format") === "storage";
      return { body: { results: found.map((page) => ({ ...page, body: isWhole ? (page.body ?? null) : {} })) } };
    },
    "POST /wiki/api/v2/pages": ({ body }) => {
      const title = textOf(body, "title") ?? "";
      const { representation, value = "" } = objectOf(body, "body");
      if (body.spaceId !== spaceId) return invalid(404, "Space not found");
      if (title === "" || representation !== "storage" || typeof value !== "string")
        return invalid(400, "Invalid body");
      if (pages.some((page) => page.title === title)) {
        return invalid(
          400,
          "A page with this title already exists: A page already exists with the same TITLE in this space",
        );
      }
      const id = String(nextId++);
      const page = { id, status: "current", title, spaceId, body: { storage: { representation, value } } };
      const made = { ...page, _links: { webui: `/spaces/${options.space}/pages/${id}` } };
      pages.push(made);
      note("page.created", body, value);
      return { body: made };
    },
    "DELETE /wiki/api/v2/pages/{}": ({ params: [id] }) => {
      const page = pages.find((one) => one.id === id);
      if (page === undefined) return invalid(404, "Page not found");
      pages = pages.filter((one) => one !== page);
      note("page.deleted", { title: page.title });
      return { status: 204 };
    },
  };
  const service = await startService({ routes, authorize, onCarriedOut: options.onCarriedOut });
  return { ...service, url: `${service.url}/wiki` };

  function authorize({ headers }: FakeRequest): Reply | undefined {
    const basic = Buffer.from(`${options.email}:${options.token}`).toString("base64");
    return headers.authorization === `Basic ${basic}` ? undefined : invalid(401, "Unauthorized");
  }
}

function invalid(status: number, title: string): Reply {
  return { status, body: { errors: [{ status, title }] } };
}
