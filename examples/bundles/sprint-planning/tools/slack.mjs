import { idempotencyKey, once } from "./lib/once.mjs";
import { channelId, createSlack, escapeText, SlackError, safeBlocks } from "./lib/slack-client.mjs";
import { cut, runTool, ToolError } from "./lib/tool.mjs";

const slack = createSlack();

/** Messages of the last hours, the oldest first; joins and the like are left out. */
async function getMessages({ channel, hours, limit }) {
  const id = await channelId(slack, channel);
  const oldest = String(Math.floor(Date.now() / 1000 - hours * 3_600));
  const found = [];
  for await (const { messages } of slack.pages("conversations.history", { channel: id, oldest, limit: 200 }, 50)) {
    found.push(...messages.filter(({ subtype, text }) => (subtype ?? "bot_message") === "bot_message" && text));
    if (found.length >= limit) break;
  }
  const latest = found.slice(0, limit).reverse();
  const names = await namesOf(latest.map(({ user }) => user));
  return {
    channel: id,
    messages: latest.map(({ user, username, text, ts, reply_count: replies }) => ({
      by: names.get(user) ?? username ?? user ?? "an app",
      at: new Date(Number(ts) * 1000).toISOString(),
      text,
      replies: replies ?? 0,
    })),
  };
}

async function namesOf(users) {
  const ids = [...new Set(users.filter((user) => user !== undefined))].slice(0, 50);
  const names = new Map();
  for (const user of ids) {
    const { user: about } = await slack.read("users.info", { user });
    names.set(user, about.profile?.display_name || about.real_name || about.name);
  }
  return names;
}

const eventType = "aiw_message";

/**
 * Once: the message carries the key as metadata. The channel's messages of the last seven days (at most 1,000), or those
 * of the thread, are searched for it.
 */
async function postMessage({ channel, text, blocks, thread }) {
  const id = await channelId(slack, channel);
  const key = idempotencyKey();
  const isIt = ({ metadata }) => metadata?.event_type === eventType && metadata.event_payload?.key === key;
  const message = await once({
    find: () => findMessage(id, thread, isIt),
    create: () =>
      slack.write("chat.postMessage", {
        channel: id,
        text: cut(escapeText(text), 4_000),
        ...(blocks.length > 0 ? { blocks: safeBlocks(blocks) } : {}),
        ...(thread ? { thread_ts: thread } : {}),
        metadata: { event_type: eventType, event_payload: { key } },
        unfurl_links: false,
      }),
  });
  return { channel: id, ts: message.ts };
}

async function findMessage(channel, thread, isIt) {
  const oldest = String(Math.floor(Date.now() / 1000 - 7 * 86_400));
  const common = { channel, limit: 200, include_all_metadata: true };
  const list = thread
    ? slack.pages("conversations.replies", { ...common, ts: thread }, 5)
    : slack.pages("conversations.history", { ...common, oldest }, 5);
  for await (const { messages } of list) {
    const found = messages.find(isIt);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function deleteMessage({ channel, ts }) {
  return {
    deleted: await unlessAlready("message_not_found", slack.write("chat.delete", { channel, ts }, { safe: true })),
  };
}

/**
 * Once: names are unique, and the channel's purpose carries the key. It can only be set after the channel was made, so a
 * channel of this app without a purpose is taken for one whose making was interrupted.
 */
async function createChannel({ name, purpose, is_private }) {
  const wanted = channelName(name);
  const mark = `(aiw:${idempotencyKey()})`;
  const channel = await once({
    find: () => findChannel(wanted, mark),
    create: () => createOrAdopt(wanted, is_private, mark),
  });
  const text = `${cut(purpose, 250 - mark.length - 1)} ${mark}`;
  if (channel.purpose?.value !== escapeText(text)) {
    await slack.write("conversations.setPurpose", { channel: channel.id, purpose: escapeText(text) }, { safe: true });
  }
  return { id: channel.id, name: channel.name };
}

async function createOrAdopt(name, is_private, mark) {
  try {
    return (await slack.write("conversations.create", { name, is_private })).channel;
  } catch (error) {
    if (error.code !== "name_taken") throw error;
    const own = await findChannel(name, mark, true);
    if (own !== undefined) return own;
    throw new ToolError(`Slack: a channel #${name} is there already; give another name`);
  }
}

/** With `isFresh`, also a channel that this app made and that has no purpose yet. */
async function findChannel(name, mark, isFresh = false) {
  const query = { types: "public_channel,private_channel", exclude_archived: true, limit: 200 };
  for await (const { channels } of slack.pages("conversations.list", query, 50)) {
    const found = channels.find((one) => one.name === name);
    if (found === undefined) continue;
    if (found.purpose?.value.includes(mark)) return found;
    if (!isFresh || found.purpose?.value) return undefined;
    const { user_id: self } = await slack.read("auth.test");
    return found.creator === self ? found : undefined;
  }
  return undefined;
}

/** Lower case, digits, `-` and `_`, at most 80: Slack refuses anything else. */
function channelName(text) {
  const name = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (name === "") throw new ToolError(`Slack: '${text}' has nothing that a channel's name may consist of`);
  return name.slice(0, 80);
}

/** It is renamed first: an archived channel keeps its name, and a later attempt would find it taken. */
async function archiveChannel({ channel }) {
  const { channel: about } = await slack.read("conversations.info", { channel });
  if (about.is_archived) return { archived: false };
  const ending = `-undone-${channel.toLowerCase()}`;
  if (!about.name.endsWith(ending)) {
    const name = `${about.name.slice(0, 80 - ending.length)}${ending}`;
    await slack.write("conversations.rename", { channel, name }, { safe: true });
  }
  const archived = slack.write("conversations.archive", { channel }, { safe: true });
  return { archived: await unlessAlready("already_archived", archived) };
}

/** Who is in the channel already stays there, so this may be repeated. */
async function inviteUsers({ channel, emails }) {
  const ids = [];
  const unknown = [];
  for (const email of emails) {
    try {
      ids.push((await slack.read("users.lookupByEmail", { email })).user.id);
    } catch (error) {
      if (error.code !== "users_not_found") throw error;
      unknown.push(email);
    }
  }
  // One by one: a single member who is there already would make Slack refuse the whole list.
  for (const user of ids) {
    const invited = slack.write("conversations.invite", { channel, users: user }, { safe: true });
    await unlessAlready("already_in_channel", unlessAlready("cant_invite_self", invited));
  }
  return { invited: ids, unknown };
}

/** False when it was so before. */
async function unlessAlready(code, call) {
  try {
    return (await call) !== false;
  } catch (error) {
    if (error instanceof SlackError && error.code === code) return false;
    throw error;
  }
}

await runTool({
  get_messages: getMessages,
  post_message: postMessage,
  delete_message: deleteMessage,
  create_channel: createChannel,
  archive_channel: archiveChannel,
  invite_users: inviteUsers,
});
