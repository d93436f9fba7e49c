import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Effect, FakeService } from "./services/fake-service.js";
import { startSlack } from "./services/slack.js";
import { callTool, type ToolCall } from "./support/call-tool.js";

const token = "xoxb-token";
const team = "C0TEAM001";

let slack: FakeService;
let effects: Effect[];
beforeEach(async () => {
  effects = [];
  const users = [
    { id: "U0ADA0001", name: "Ada", email: "ada@example.com" },
    { id: "U0BOB0001", name: "Bob", email: "bob@example.com" },
  ];
  const messages = [
    { user: "U0ADA0001", text: "too old", age: 48 },
    { user: "U0ADA0001", text: "one", age: 5 },
    { user: "U0BOB0001", text: "has joined", age: 4, subtype: "channel_join" },
    { user: "U0BOB0001", text: "two", age: 3 },
    { user: "U0ADA0001", text: "three", age: 2 },
  ];
  const channels = ["general", "random"].map((name, index) => ({ id: `C0${index}0000000`, name }));
  slack = await startSlack({ token, users, channels: [...channels, { id: team, name: "team", messages }], effects });
});
afterEach(() => slack.close());

function call(operation: string, input: ToolCall["input"], more: Partial<ToolCall> = {}) {
  const env = { SLACK_API_URL: slack.url, SLACK_BOT_TOKEN: token };
  return callTool({ operation: `slack.${operation}`, input, env, ...more });
}

const post = { channel: team, text: "Hello", blocks: [] };

describe("slack", () => {
  it.each([team, "#team", "team"])("reads the messages of %s with names, the oldest first", async (channel) => {
    const { output } = await call("get_messages", { channel, hours: 24, limit: 100 });
    expect(output).toMatchObject({
      channel: team,
      messages: [
        { by: "Ada", text: "one" },
        { by: "Bob", text: "two" },
        { by: "Ada", text: "three" },
      ],
    });
    expect((await call("get_messages", { channel, hours: 24, limit: 2 })).output).toMatchObject({
      messages: [{ text: "two" }, { text: "three" }],
    });
  });

  it("posts a message once, also when the answer is lost", async () => {
    slack.faults.loseAnswerOnce("POST /chat.postMessage");
    const first = await call("post_message", post, { key: "aiw_m" });
    expect(first.output).toEqual({ channel: team, ts: expect.stringMatching(/^\d+\.\d{6}$/) });
    expect((await call("post_message", post, { key: "aiw_m" })).output).toEqual(first.output);
    expect(effects).toHaveLength(1);
    await call("post_message", post, { key: "aiw_n" });
    expect(effects).toHaveLength(2);
  });

  it("posts into a thread once", async () => {
    const { output } = await call("post_message", post, { key: "aiw_m" });
    const { ts } = output as { ts: string };
    const reply = { ...post, text: "More", thread: ts };
    for (const _ of [1, 2]) await call("post_message", reply, { key: "aiw_r" });
    expect(effects.map(({ data }) => data)).toMatchObject([{ text: "Hello" }, { text: "More", thread_ts: ts }]);
  });

  it("mentions nobody, whatever a text says, and cuts what is too long", async () => {
    const section = { type: "section", text: { type: "mrkdwn", text: `<!channel> ${"x".repeat(4_000)}` } };
    const header = { type: "header", text: { type: "plain_text", text: "y".repeat(200) } };
    const { code } = await call("post_message", { ...post, text: "<@U1> & <!here>", blocks: [header, section] });
    expect(code).toBe(0);
    const [{ data } = { data: null }] = effects;
    expect(data).toMatchObject({
      text: "&lt;@U1&gt; &amp; &lt;!here&gt;",
      blocks: [
        { text: { text: `${"y".repeat(149)}…` } },
        { text: { text: expect.stringMatching(/^&lt;!channel&gt; x+…$/) } },
      ],
    });
  });

  it("deletes a message, twice without harm", async () => {
    const { output } = await call("post_message", post);
    const { ts } = output as { ts: string };
    for (const deleted of [true, false]) {
      expect((await call("delete_message", { channel: team, ts })).output).toEqual({ deleted });
    }
  });

  const channel = { name: "Inc: Datenbank überlastet!", purpose: "Database", is_private: false };

  it("makes a channel once, also when it was interrupted before its purpose was set", async () => {
    slack.faults.loseAnswerOnce("POST /conversations.create");
    slack.faults.refuse("POST /conversations.setPurpose", { body: { ok: false, error: "internal_error" } });
    expect((await call("create_channel", channel, { key: "aiw_c" })).code).toBe(1);
    const first = await call("create_channel", channel, { key: "aiw_c" });
    expect(first.output).toEqual({ id: "C0NEW0003", name: "inc-datenbank-u-berlastet" });
    expect((await call("create_channel", channel, { key: "aiw_c" })).output).toEqual(first.output);
    expect(effects.map(({ what }) => what)).toEqual(["channel.created", "channel.purpose"]);
    expect(effects[1]).toMatchObject({ key: "aiw_c", data: { purpose: "Database (aiw:aiw_c)" } });
    const other = await call("create_channel", channel, { key: "aiw_d" });
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("is there already") });
    const foreign = await call("create_channel", { ...channel, name: "team" });
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining("#team is there already") });
  });

  it("invites by address, leaves out whom Slack does not know, and gives a name free when it archives", async () => {
    const { output } = await call("create_channel", channel, { key: "aiw_c" });
    const { id } = output as { id: string };
    const emails = ["ada@example.com", "nobody@example.com", "bob@example.com"];
    for (const _ of [1, 2]) {
      expect((await call("invite_users", { channel: id, emails })).output).toEqual({
        invited: ["U0ADA0001", "U0BOB0001"],
        unknown: ["nobody@example.com"],
      });
    }
    expect(effects.filter(({ what }) => what === "user.invited")).toHaveLength(2);
    for (const archived of [true, false]) {
      expect((await call("archive_channel", { channel: id })).output).toEqual({ archived });
    }
    expect((await call("create_channel", channel, { key: "aiw_d" })).output).toMatchObject({
      name: "inc-datenbank-u-berlastet",
    });
  });

  it("waits when it is rate limited and says what is wrong otherwise", async () => {
    slack.faults.limitOnce("POST /chat.postMessage");
    expect((await call("post_message", post)).code).toBe(0);
    const missing = await call("post_message", { ...post, channel: "C0UNKNOWN1" });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("invite the app into the channel") });
    const env = { SLACK_API_URL: slack.url, SLACK_BOT_TOKEN: "xoxb-wrong" };
    expect((await call("post_message", post, { env })).stderr).toContain("SLACK_BOT_TOKEN is wrong");
  });
});
