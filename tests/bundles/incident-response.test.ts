import { afterEach, beforeEach, expect, it } from "vitest";
import { helpChannel, incidentResponse } from "./scenarios/incident-response.js";
import { type Bench, namesOf, openBench, withoutChance } from "./support/bench.js";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench(incidentResponse);
});
afterEach(() => bench.close());

const facts = [
  "Severity: critical",
  "Likely cause: The deployment of v42.",
  "On call: Ada (level 1), Bob (level 2), Cy (level 3)",
  "Runbook: runbooks/database.md",
].join("\n");
const text = `Orders fail\n\nOrders fail since 10:00.\n\n${facts}\n\nFirst:\n- Roll back v42\n- Watch the errors`;

it("looks at everything, asks, and opens, informs, pages, invites and files", async () => {
  const asked = await bench.run();
  expect(asked.code, asked.stderr).toBe(20);
  expect(bench.stage.effects).toEqual([]);
  expect((await bench.approve()).code).toBe(0);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(0);
  expect(done.summary).toMatchObject({
    outputs: {
      incident_channel: "inc-orders",
      severity: "critical",
      runbook_url: "runbooks/database.md",
      assigned_responders: ["Ada", "Bob", "Cy"],
      ticket: "OPS-100",
    },
  });
  const effects = withoutChance(bench.stage.effects);
  expect(effects).toHaveLength(8);
  const by = (service: string) => (effects as { service: string }[]).filter((effect) => effect.service === service);
  expect(by("pagerduty")).toEqual([
    {
      service: "pagerduty",
      what: "incident.created",
      key: "KEY",
      data: {
        type: "incident",
        title: "[critical] Orders fail",
        service: { id: "PSRV", type: "service_reference" },
        escalation_policy: { id: "PPOL", type: "escalation_policy_reference" },
        urgency: "high",
        incident_key: "KEY",
        body: { type: "incident_body", details: `${text}\n\nSlack: #inc-orders` },
        from: "robot@example.org",
      },
    },
  ]);
  expect(by("jira")).toMatchObject([
    {
      what: "issue.created",
      data: { summary: "Orders fail", issuetype: { name: "Task" }, labels: ["incident", "KEY"] },
    },
  ]);
  const channel = "C0NEW0001";
  expect(by("slack")).toHaveLength(6);
  expect(by("slack")).toEqual(
    expect.arrayContaining([
      { service: "slack", what: "channel.created", data: { name: "inc-orders", is_private: false } },
      expect.objectContaining({
        what: "channel.purpose",
        data: { name: "inc-orders", purpose: "Orders fail (aiw:KEY)" },
      }),
      expect.objectContaining({ what: "message.posted", data: expect.objectContaining({ channel, text }) }),
      expect.objectContaining({ what: "user.invited", data: { channel, user: "U0ADA001" } }),
      expect.objectContaining({ what: "user.invited", data: { channel, user: "U0BOB001" } }),
      expect.objectContaining({
        data: expect.objectContaining({ text: "Ticket: http://HOST/browse/OPS-100", thread_ts: "TS" }),
      }),
    ]),
  );
});

it("does nothing when a person says no, and tells nobody", async () => {
  await bench.run();
  await bench.approve("--reject");
  expect((await bench.resume()).code).toBe(3);
  expect(bench.stage.effects).toEqual([]);
});

it("pages nobody who was paged already, and goes on without metrics, ticket and question", async () => {
  const { services } = bench.stage;
  services.datadog?.faults.refuse("POST /api/v2", { status: 403, body: { errors: ["Forbidden"] } }, 9);
  services.jira?.faults.refuse("POST /rest/api/3/issue", { status: 400, body: { errors: { issuetype: "wrong" } } }, 9);
  const done = await bench.run({ page: false, ask: false });
  expect(done.code, done.stderr).toBe(0);
  expect(done.summary).toMatchObject({
    outputs: { ticket: null },
    steps: { metrics: "failed", page: "skipped", file_the_ticket: "failed", link_the_ticket: "skipped" },
  });
  expect(namesOf(bench.stage.effects)).not.toContain("pagerduty incident.created");
});

it("takes everything back and calls for help when nobody can be paged", async () => {
  await bench.run();
  await bench.approve();
  const { pagerduty, slack } = bench.stage.services;
  const refused = {
    status: 400,
    body: { error: { message: "Invalid Input Provided", errors: ["Service is disabled"] } },
  };
  pagerduty?.faults.refuse("POST /incidents", refused, 9);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(1);
  const names = namesOf(bench.stage.effects);
  const count = (name: string) => names.filter((one) => one === name).length;
  expect(count("jira issue.created")).toBe(count("jira issue.deleted"));
  expect(count("slack channel.archived")).toBe(1);
  expect(bench.stage.effects.at(-1)?.data).toMatchObject({
    channel: helpChannel,
    text: "The automation for the incident 'Orders fail' failed with exit. Somebody must take over by hand.",
  });
  expect(slack?.requests).toContain("POST /conversations.rename");
});
