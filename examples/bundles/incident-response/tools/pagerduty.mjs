import { createClient, path, StatusError } from "./lib/http.mjs";
import { idempotencyKey, once } from "./lib/once.mjs";
import { cut, requireVariable, runTool } from "./lib/tool.mjs";

const pagerduty = createClient(
  "PagerDuty",
  () => ({
    baseUrl: process.env.PAGERDUTY_API_URL || "https://api.pagerduty.com",
    headers: {
      accept: "application/vnd.pagerduty+json;version=2",
      authorization: `Token token=${requireVariable("PAGERDUTY_TOKEN")}`,
    },
  }),
  (data) => [data?.error?.message, ...(data?.error?.errors ?? [])].filter(Boolean).join(": "),
);

/** Who is on call now by an escalation policy, the first level first; nobody twice. */
async function getOncall({ escalation_policy: policy }) {
  const oncalls = [];
  for (let more = true; more; ) {
    const page = await pagerduty.get("/oncalls", {
      "escalation_policy_ids[]": policy,
      "include[]": "users",
      earliest: true,
      limit: 100,
      offset: oncalls.length,
    });
    oncalls.push(...page.oncalls);
    more = page.more === true && page.oncalls.length > 0;
  }
  oncalls.sort((one, other) => one.escalation_level - other.escalation_level);
  const people = new Map();
  for (const { user, escalation_level: level } of oncalls) {
    if (!people.has(user.id)) {
      people.set(user.id, { id: user.id, name: user.name ?? user.summary, email: user.email ?? "", level });
    }
  }
  return { people: [...people.values()] };
}

/** Once: the idempotency key is the incident's key, and PagerDuty refuses a second open incident with the same one. */
async function notify({ service, title, details, urgency, escalation_policy: policy, from }) {
  const key = idempotencyKey();
  const incident = await once({
    find: () => findIncident(service, key),
    create: async () => {
      try {
        return await postIncident({ service, title, details, urgency, policy, from, key });
      } catch (error) {
        const isThere = error instanceof StatusError && error.status === 400 && /already exists/i.test(error.message);
        const found = isThere ? await findIncident(service, key) : undefined;
        if (found === undefined) throw error;
        return found;
      }
    },
  });
  return { id: incident.id, number: incident.incident_number, url: incident.html_url };
}

async function findIncident(service, key) {
  const query = { incident_key: key, "service_ids[]": service, date_range: "all", limit: 1 };
  return (await pagerduty.get("/incidents", query)).incidents[0];
}

async function postIncident({ service, title, details, urgency, policy, from, key }) {
  const incident = {
    type: "incident",
    title: cut(title, 1_024),
    service: { id: service, type: "service_reference" },
    urgency,
    incident_key: key,
    body: { type: "incident_body", details },
    ...(policy ? { escalation_policy: { id: policy, type: "escalation_policy_reference" } } : {}),
  };
  return (await pagerduty.post("/incidents", { incident }, { more: { from } })).incident;
}

async function resolveIncident({ incident, from }) {
  const target = path`/incidents/${incident}`;
  const { incident: found } = await pagerduty.get(target);
  if (found.status === "resolved") return { resolved: false };
  await pagerduty.put(target, { incident: { type: "incident_reference", status: "resolved" } }, { more: { from } });
  return { resolved: true };
}

await runTool({ get_oncall: getOncall, notify, resolve_incident: resolveIncident });
