import { createClient } from "./http.mjs";
import { cut, requireVariable, ToolError } from "./tool.mjs";

/** A method of Slack said no; `code` is its word for the reason. */
export class SlackError extends ToolError {
  constructor(method, { error, response_metadata: more }) {
    const details = more?.messages?.join("; ");
    super(`Slack: ${method}: ${error}${details ? ` (${details})` : ""}${hintFor(error)}`);
    this.code = error;
  }
}

/** Slack's Web API. Reads are GET with parameters, because they take no JSON; writes are POST with JSON. */
export function createSlack() {
  const client = createClient("Slack", () => ({
    baseUrl: process.env.SLACK_API_URL || "https://slack.com/api",
    headers: { authorization: `Bearer ${requireVariable("SLACK_BOT_TOKEN")}` },
  }));
  const checked = (method, data) => {
    if (data?.ok !== true) throw new SlackError(method, data ?? { error: "empty answer" });
    return data;
  };
  const read = async (method, query) => checked(method, await client.get(`/${method}`, query));
  return {
    read,
    write: async (method, body, options) => checked(method, await client.post(`/${method}`, body, options)),
    /** The pages of a list, by its cursor; at most `limit` pages. */
    async *pages(method, query, limit) {
      let cursor;
      for (let page = 0; page < limit && cursor !== ""; page += 1) {
        const data = await read(method, { ...query, ...(cursor === undefined ? {} : { cursor }) });
        yield data;
        cursor = data.response_metadata?.next_cursor ?? "";
      }
    },
  };
}

/** Id of a channel that is given as an id or as `#name`. */
export async function channelId(slack, channel) {
  if (/^[CDG][A-Z0-9]{6,}$/.test(channel)) return channel;
  const name = channel.replace(/^#/, "");
  const query = { types: "public_channel,private_channel", exclude_archived: true, limit: 200 };
  for await (const { channels } of slack.pages("conversations.list", query, 50)) {
    const found = channels.find((one) => one.name === name);
    if (found !== undefined) return found.id;
  }
  throw new ToolError(`Slack: there is no channel '${channel}', or the app cannot see it`);
}

/** Text that shows as it is: nothing in it becomes a mention or a link. */
export function escapeText(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Blocks whose texts cannot mention anybody and are not longer than Slack takes. */
export function safeBlocks(blocks) {
  return blocks.map(safe);
}

function safe(value, name) {
  if (Array.isArray(value)) return value.map((item) => safe(item));
  if (typeof value !== "object" || value === null) return value;
  if (value.type === "mrkdwn")
    return { ...value, text: cut(escapeText(value.text), name === "fields" ? 2_000 : 3_000) };
  if (value.type === "plain_text") return { ...value, text: cut(value.text, 150) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, safe(item, key)]));
}

function hintFor(code) {
  const hints = {
    not_in_channel: "invite the app into the channel",
    channel_not_found: "invite the app into the channel, or correct its id",
    missing_scope: "give the app the scope that the bundle's README lists, and install it again",
    invalid_auth: "SLACK_BOT_TOKEN is wrong",
  };
  return Object.hasOwn(hints, code) ? `: ${hints[code]}` : "";
}
