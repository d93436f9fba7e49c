import type { Json, JsonObject } from "@aiw/core";
import {
  type Effect,
  type FakeRequest,
  type FakeService,
  numberOf,
  objectOf,
  type Reply,
  type Routes,
  startService,
  textOf,
} from "./fake-service.js";

export interface PagerdutyOptions {
  readonly token: string;
  readonly policy: string;
  readonly service: string;
  readonly oncalls: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly level: number;
  }[];
  readonly effects: Effect[];
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

type Incident = Record<string, Json> & { id: string; status: string };

/** A server that speaks the part of PagerDuty's REST API v2 that paging needs. */
export async function startPagerduty(options: PagerdutyOptions): Promise<FakeService> {
  const { effects } = options;
  const incidents: Incident[] = [];
  const note = (what: string, data: Json, key?: string) =>
    effects.push({ service: "pagerduty", what, data, ...(key === undefined ? {} : { key }) });
  const routes: Routes = {
    "GET /oncalls": ({ query }) => {
      const isPolicy = query.getAll("escalation_policy_ids[]").includes(options.policy);
      const all = isPolicy ? options.oncalls.map((one) => onCall(one, query)) : [];
      const offset = numberOf(query, "offset", 0);
      const limit = numberOf(query, "limit", 25, 2);
      return { body: { oncalls: all.slice(offset, offset + limit), offset, limit, more: offset + limit < all.length } };
    },
    "GET /incidents": ({ query }) => {
      const key = query.get("incident_key");
      return { body: { incidents: incidents.filter((one) => one.incident_key === key), more: false } };
    },
    "GET /incidents/{}": ({ params }) => withIncident(params, (incident) => ({ body: { incident } })),
    "POST /incidents": ({ body, headers }) => create(objectOf(body, "incident"), headers.from),
    "PUT /incidents/{}": ({ params, body, headers }) =>
      withIncident(params, (incident) => {
        if (headers.from === undefined) return invalid("From header is required");
        incident.status = textOf(objectOf(body, "incident"), "status") ?? incident.status;
        note(`incident.${incident.status}`, { id: incident.id });
        return { body: { incident } };
      }),
  };
  return await startService({ routes, authorize, onCarriedOut: options.onCarriedOut });

  function create(incident: JsonObject, from: string | undefined): Reply {
    if (from === undefined || !from.includes("@")) return invalid("Requester User Not Found");
    const service = textOf(objectOf(incident, "service"), "id");
    if (incident.type !== "incident" || !textOf(incident, "title")) return invalid("Title cannot be empty");
    if (service !== options.service) return invalid("Service not found");
    const key = textOf(incident, "incident_key") ?? "";
    const isOpen = (one: Incident) => one.incident_key === key && one.status !== "resolved";
    if (incidents.some(isOpen)) return invalid("Open incident with matching dedup key already exists on this service");
    const number = incidents.length + 1;
    const made = { ...incident, id: `PINC00${number}`, incident_number: number, status: "triggered" };
    incidents.push({ ...made, html_url: `https://example.pagerduty.com/incidents/${made.id}` });
    note("incident.created", { ...incident, from }, key);
    return { status: 201, body: { incident: incidents.at(-1) ?? {} } };
  }

  function withIncident([id]: readonly string[], handle: (incident: Incident) => Reply): Reply {
    const incident = incidents.find((one) => one.id === id);
    return incident === undefined ? { status: 404, body: { error: { message: "Not Found" } } } : handle(incident);
  }

  function authorize({ headers }: FakeRequest): Reply | undefined {
    if (headers.authorization !== `Token token=${options.token}`)
      return { status: 401, body: { error: { message: "Unauthorized" } } };
    if (headers.accept === "application/vnd.pagerduty+json;version=2") return undefined;
    return { status: 406, body: { error: { message: "Not Acceptable" } } };
  }
}

/** Without `include[]=users` the user is a reference without an address. */
function onCall({ id, name, email, level }: PagerdutyOptions["oncalls"][number], query: URLSearchParams): JsonObject {
  const isWhole = query.getAll("include[]").includes("users");
  return { escalation_level: level, user: { id, summary: name, ...(isWhole ? { name, email } : {}) } };
}

function invalid(message: string): Reply {
  return { status: 400, body: { error: { code: 2001, message: "Invalid Input Provided", errors: [message] } } };
}
