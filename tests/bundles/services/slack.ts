import { isJsonObject, type Json, type JsonObject } from "@aiw/core";
import {
  type Effect,
  type FakeRequest,
  type FakeService,
  listOf,
  numberOf,
  objectOf,
  type Reply,
  type Routes,
  startService,
  textOf,
} from "./fake-service.js";

/** A message that is there from the start. */
export interface FakeMessage {
  readonly user: string;
  readonly text: string;
  /** Hours since it was written. */
  readonly age: number;
  readonly subtype?: string;
}

export interface FakeUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface SlackOptions {
  readonly token: string;
  readonly channels: readonly {
    readonly id: string;
    readonly name: string;
    readonly messages?: readonly FakeMessage[];
  }[];
  readonly users?: readonly FakeUser[];
  readonly effects: Effect[];
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

interface Message extends Record<string, Json> {
  ts: string;
}

interface Channel {
  readonly id: string;
  name: string;
  readonly creator: string;
  purpose: string;
  isArchived: boolean;
  readonly members: Set<string>;
  messages: Message[];
}

const self = "U000SELF1";
const pageSize = 2;

/** A server that speaks the part of Slack's Web API that conversations need. Faults are `ok: false` with status 200. */
export async function startSlack(options: SlackOptions): Promise<FakeService> {
  const { effects, users = [] } = options;
  let clock = Date.now() * 1_000;
  const channels: Channel[] = options.channels.map(({ id, name, messages = [] }) => ({
    ...makeChannel(id, name, "U000BOSS1"),
    messages: messages.map(({ age, ...rest }) => ({
      type: "message",
      ...rest,
      ts: tsOf(Date.now() * 1_000 - age * 3.6e9),
    })),
  }));

  const note = (what: string, data: Json, key?: string) =>
    effects.push({ service: "slack", what, data, ...(key === undefined ? {} : { key }) });
  const routes: Routes = {
    "GET /auth.test": () => ok({ user_id: self }),
    "GET /users.info": ({ query }) => {
      const user = users.find(({ id }) => id === query.get("user"));
      return user === undefined
        ? no("user_not_found")
        : ok({ user: { id: user.id, profile: { display_name: user.name } } });
    },
    "GET /users.lookupByEmail": ({ query }) => {
      const user = users.find(({ email }) => email === query.get("email"));
      return user === undefined ? no("users_not_found") : ok({ user: { id: user.id } });
    },
    "GET /conversations.list": ({ query }) => {
      const open = channels.filter(({ isArchived }) => query.get("exclude_archived") !== "true" || !isArchived);
      return cursored("channels", open.map(shown), query);
    },
    "GET /conversations.info": ({ query }) =>
      withChannel(query.get("channel"), (channel) => ok({ channel: shown(channel) })),
    "GET /conversations.history": ({ query }) =>
      withChannel(query.get("channel"), ({ messages }) => {
        const oldest = Number(query.get("oldest") ?? 0);
        const found = messages.filter((one) => one.thread_ts === undefined && Number(one.ts) > oldest).toReversed();
        return cursored(
          "messages",
          found.map((one) => withMetadata(one, query)),
          query,
        );
      }),
    "GET /conversations.replies": ({ query }) =>
      withChannel(query.get("channel"), ({ messages }) => {
        const ts = query.get("ts");
        const found = messages.filter((one) => one.ts === ts || one.thread_ts === ts);
        if (!found.some((one) => one.ts === ts)) return no("thread_not_found");
        return cursored(
          "messages",
          found.map((one) => withMetadata(one, query)),
          query,
        );
      }),
    "POST /chat.postMessage": ({ body }) => withChannel(textOf(body, "channel"), (channel) => post(channel, body)),
    "POST /chat.delete": ({ body }) =>
      withChannel(textOf(body, "channel"), (channel) => {
        const gone = channel.messages.find(({ ts }) => ts === body.ts);
        if (gone === undefined) return no("message_not_found");
        channel.messages = channel.messages.filter((one) => one !== gone);
        note("message.deleted", { channel: channel.id, text: gone.text ?? "" });
        return ok({});
      }),
    "POST /conversations.create": ({ body }) => {
      const name = textOf(body, "name") ?? "";
      if (!/^[a-z0-9_-]{1,80}$/.test(name)) return no("invalid_name_specials");
      if (channels.some((channel) => channel.name === name)) return no("name_taken");
      const channel = makeChannel(`C0NEW${String(channels.length).padStart(4, "0")}`, name, self);
      channels.push(channel);
      note("channel.created", { name, is_private: body.is_private ?? false });
      return ok({ channel: shown(channel) });
    },
    "POST /conversations.setPurpose": ({ body }) =>
      change(body, (channel) => {
        channel.purpose = textOf(body, "purpose") ?? "";
        note(
          "channel.purpose",
          { name: channel.name, purpose: channel.purpose },
          /aiw:(aiw_\w+)/.exec(channel.purpose)?.[1],
        );
        return undefined;
      }),
    "POST /conversations.rename": ({ body }) =>
      change(body, (channel) => {
        channel.name = textOf(body, "name") ?? "";
        return undefined;
      }),
    "POST /conversations.archive": ({ body }) =>
      change(body, (channel) => {
        if (channel.isArchived) return "already_archived";
        channel.isArchived = true;
        note("channel.archived", { id: channel.id });
        return undefined;
      }),
    "POST /conversations.invite": ({ body }) =>
      change(body, (channel) => {
        const user = textOf(body, "users") ?? "";
        if (channel.members.has(user)) return "already_in_channel";
        if (!users.some(({ id }) => id === user)) return "user_not_found";
        channel.members.add(user);
        note("user.invited", { channel: channel.id, user });
        return undefined;
      }),
  };
  return await startService({ routes, authorize, notFound: no("unknown_method"), onCarriedOut: options.onCarriedOut });

  function post(channel: Channel, body: JsonObject): Reply {
    const text = textOf(body, "text") ?? "";
    const blocks = listOf(body, "blocks");
    if (text === "" && blocks.length === 0) return no("no_text");
    if (channel.isArchived) return no("is_archived");
    if (!blocks.every(isBlock)) return no("invalid_blocks");
    clock += 1;
    const { metadata, thread_ts: thread } = body;
    const optional = {
      ...(metadata === undefined ? {} : { metadata }),
      ...(thread === undefined ? {} : { thread_ts: thread }),
    };
    const message = { type: "message", user: self, text, blocks: [...blocks], ts: tsOf(clock), ...optional };
    channel.messages.push(message);
    note("message.posted", body, textOf(objectOf(objectOf(body, "metadata"), "event_payload"), "key"));
    return ok({ channel: channel.id, ts: message.ts, message });
  }

  function change(body: JsonObject, apply: (channel: Channel) => string | undefined): Reply {
    return withChannel(textOf(body, "channel"), (channel) => {
      const error = apply(channel);
      return error === undefined ? ok({}) : no(error);
    });
  }

  function withChannel(id: string | null | undefined, handle: (channel: Channel) => Reply): Reply {
    const channel = channels.find((one) => one.id === id);
    return channel === undefined ? no("channel_not_found") : handle(channel);
  }

  function authorize({ headers, method }: FakeRequest): Reply | undefined {
    if (headers.authorization !== `Bearer ${options.token}`) return no("invalid_auth");
    if (method === "POST" && !/^application\/json/.test(headers["content-type"] ?? "")) return no("invalid_form_data");
    return undefined;
  }
}

function makeChannel(id: string, name: string, creator: string): Channel {
  return { id, name, creator, purpose: "", isArchived: false, members: new Set([creator]), messages: [] };
}

function shown({ id, name, creator, purpose, isArchived }: Channel): JsonObject {
  return { id, name, creator, purpose: { value: purpose }, is_archived: isArchived };
}

/** Metadata is only shown to those who ask for it. */
function withMetadata({ metadata, ...message }: Message, query: URLSearchParams): JsonObject {
  const isAsked = query.get("include_all_metadata") === "true";
  return { ...message, ...(isAsked && metadata !== undefined ? { metadata } : {}) };
}

function cursored(name: string, items: readonly JsonObject[], query: URLSearchParams): Reply {
  const from = Number(query.get("cursor")?.replace(/^c/, "") ?? 0);
  const size = numberOf(query, "limit", 100, pageSize);
  const isLast = from + size >= items.length;
  const next_cursor = isLast ? "" : `c${from + size}`;
  return ok({ [name]: items.slice(from, from + size), response_metadata: { next_cursor } });
}

function isBlock(block: Json): boolean {
  if (!isJsonObject(block)) return false;
  const text = objectOf(block, "text").text;
  if (block.type === "header") return typeof text === "string" && text.length <= 150;
  if (block.type === "section")
    return listOf(block, "fields").length > 0 || (typeof text === "string" && text.length <= 3_000);
  return block.type === "context" || block.type === "divider";
}

function tsOf(microseconds: number): string {
  const text = String(Math.floor(microseconds)).padStart(16, "0");
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

function ok(more: JsonObject): Reply {
  return { body: { ok: true, ...more } };
}

function no(error: string): Reply {
  return { body: { ok: false, error } };
}
