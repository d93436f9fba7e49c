import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startConfluence } from "./services/confluence.js";
import { startDatadog } from "./services/datadog.js";
import type { Effect, FakeService } from "./services/fake-service.js";
import { startPagerduty } from "./services/pagerduty.js";
import { callTool } from "./support/call-tool.js";

let effects: Effect[];
let service: FakeService;
beforeEach(() => {
  effects = [];
});
afterEach(() => service.close());

describe("pagerduty", () => {
  beforeEach(async () => {
    const oncalls = ["Ada", "Bob", "Cy"].map((name, index) => ({
      id: `P${index}`,
      name,
      email: `${name.toLowerCase()}@example.com`,
      level: 3 - index,
    }));
    service = await startPagerduty({ token: "pd", policy: "PPOL", service: "PSRV", oncalls, effects });
  });
  const call = (operation: string, input: Parameters<typeof callTool>[0]["input"], key = "aiw_p") => {
    const env = { PAGERDUTY_API_URL: service.url, PAGERDUTY_TOKEN: "pd" };
    return callTool({ operation: `pagerduty.${operation}`, input, env, key });
  };
  const page = { service: "PSRV", title: "Down", details: "All", urgency: "high", from: "robot@example.com" };

  it("names who is on call, the first level first, over all pages", async () => {
    const { output } = await call("get_oncall", { escalation_policy: "PPOL" });
    expect(output).toEqual({
      people: [
        { id: "P2", name: "Cy", email: "cy@example.com", level: 1 },
        { id: "P1", name: "Bob", email: "bob@example.com", level: 2 },
        { id: "P0", name: "Ada", email: "ada@example.com", level: 3 },
      ],
    });
  });

  it("pages once for one key and resolves", async () => {
    service.faults.loseAnswerOnce("POST /incidents");
    const first = await call("notify", page);
    expect(first.output).toMatchObject({ id: "PINC001", number: 1 });
    expect((await call("notify", page)).output).toEqual(first.output);
    for (const resolved of [true, false]) {
      const resolution = { incident: "PINC001", from: page.from };
      expect((await call("resolve_incident", resolution)).output).toEqual({ resolved });
    }
    expect(effects.map(({ what, key }) => [what, key])).toEqual([
      ["incident.created", "aiw_p"],
      ["incident.resolved", undefined],
    ]);
  });

  it("says what PagerDuty refused", async () => {
    const refused = await call("notify", { ...page, service: "PNONE" });
    expect(refused.stderr).toBe("PagerDuty: POST /incidents: 400 Invalid Input Provided: Service not found\n");
  });
});

describe("datadog", () => {
  beforeEach(async () => {
    const values = { "avg:cpu{*}": [1, null, 3], "avg:errors{*}": [0.1, 0.2, 0.30000001], "avg:none{*}": [null] };
    service = await startDatadog({ apiKey: "api", appKey: "app", values });
  });
  const call = (env = {}) => {
    const queries = ["avg:cpu{*}", "avg:errors{*}", "avg:none{*}"];
    const keys = { DATADOG_API_URL: service.url, DD_API_KEY: "api", DD_APP_KEY: "app" };
    return callTool({ operation: "datadog.get_metrics", input: { queries, minutes: 60 }, env: { ...keys, ...env } });
  };

  it("gives each series in a few numbers", async () => {
    const { output } = await call();
    const tags = ["env:prod"];
    const at = expect.any(String);
    expect(output).toEqual({
      metrics: [
        {
          query: "avg:cpu{*}",
          series: [{ tags, points: 2, first: 1, last: 3, last_at: at, min: 1, max: 3, average: 2 }],
        },
        {
          query: "avg:errors{*}",
          series: [{ tags, points: 3, first: 0.1, last: 0.3, last_at: at, min: 0.1, max: 0.3, average: 0.2 }],
        },
        { query: "avg:none{*}", series: [] },
      ],
    });
  });

  it("waits as its own header says, and repeats after a fault of the service", async () => {
    service.faults.limitOnce("POST", { "x-ratelimit-reset": "1" });
    service.faults.refuse("POST", { status: 502 });
    expect((await call()).code).toBe(0);
    expect(service.requests).toHaveLength(3);
    expect((await call({ DD_APP_KEY: "other" })).stderr).toContain("403 Forbidden");
  });
});

describe("confluence", () => {
  beforeEach(async () => {
    service = await startConfluence({ email: "a@example.com", token: "t", space: "TEAM", effects });
  });
  const call = (operation: string, input: Parameters<typeof callTool>[0]["input"], key = "aiw_w") => {
    const env = { CONFLUENCE_BASE_URL: service.url, CONFLUENCE_EMAIL: "a@example.com", CONFLUENCE_TOKEN: "t" };
    return callTool({ operation: `confluence.${operation}`, input, env, key });
  };
  const page = {
    space: "TEAM",
    title: "Sprint 4",
    body: "# Goal\nBe **fast** & `safe`\n\n- one <b>\n- [two](https://example.com)",
  };

  it("makes a page once and deletes it", async () => {
    service.faults.loseAnswerOnce("POST /wiki/api/v2/pages");
    const first = await call("create_page", page);
    expect(first.output).toEqual({ id: "65537", url: `${service.url}/spaces/TEAM/pages/65537` });
    expect((await call("create_page", page)).output).toEqual(first.output);
    for (const deleted of [true, false]) {
      expect((await call("delete_page", { page: "65537" })).output).toEqual({ deleted });
    }
    expect(effects.map(({ what, key }) => [what, key])).toEqual([
      ["page.created", "aiw_w"],
      ["page.deleted", undefined],
    ]);
  });

  it("writes Markdown in the storage format, behind an anchor that nobody sees", async () => {
    await call("create_page", page);
    expect(effects[0]?.data).toMatchObject({
      spaceId: "98306",
      body: {
        value:
          '<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">aiw-aiw_w</ac:parameter></ac:structured-macro></p>' +
          "<h1>Goal</h1><p>Be <strong>fast</strong> &amp; <code>safe</code></p>" +
          '<ul><li>one &lt;b&gt;</li><li><a href="https://example.com">two</a></li></ul>',
      },
    });
  });

  it("does not take a page of others for its own", async () => {
    await call("create_page", page, "aiw_other");
    expect(await call("create_page", page)).toMatchObject({ code: 1, stderr: expect.stringContaining("already") });
    expect(await call("create_page", { ...page, space: "NONE" })).toMatchObject({ code: 1 });
  });
});
