import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { isJsonObject, type Json, type JsonObject } from "@aiw/core";

/** A request as a route sees it. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** The JSON body; an empty object when there is none. */
  readonly body: JsonObject;
  /** The body as it came. */
  readonly bytes: Buffer;
  /** What the groups of the route's pattern matched, decoded. */
  readonly params: readonly string[];
}

/** An answer. */
export interface Reply {
  readonly status?: number;
  readonly body?: Json;
  /** Instead of JSON. */
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `POST /repos/{}/{}/pulls`: method and path, `{}` for a part without `/`. */
export type Routes = Readonly<Record<string, (request: FakeRequest) => Reply | Promise<Reply>>>;

/** Something that a service did because it was asked to. */
export interface Effect {
  readonly service: string;
  readonly what: string;
  /** The mark by which the service could tell a repetition. */
  readonly key?: string;
  readonly data: Json;
}

/** Ways in which a service misbehaves. The text must be part of `METHOD /path`. */
export interface Faults {
  /** The next request is refused with 429. */
  limitOnce(part: string, headers?: Readonly<Record<string, string>>): void;
  /** The next request is carried out, and its answer never arrives. */
  loseAnswerOnce(part: string): void;
  /** The next requests are refused with this. */
  refuse(part: string, reply: Reply, times?: number): void;
  /** The next request for which it is so is refused with this. */
  refuseWhen(part: string, isSo: () => boolean, reply: Reply): void;
}

/** A local server that speaks the API of a service. */
export interface FakeService {
  readonly url: string;
  readonly faults: Faults;
  /** `METHOD /path` of everything that was asked. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** What {@link startService} needs. */
export interface ServiceOptions {
  readonly routes: Routes;
  /** Checked before anything else; gives the refusal. */
  readonly authorize: (request: FakeRequest) => Reply | undefined;
  readonly notFound?: Reply;
  /** Called when a request was carried out, before it is answered; the answer waits for it. */
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

interface Fault {
  readonly part: string;
  readonly reply?: Reply;
  readonly isLost?: boolean;
  readonly isSo?: () => boolean;
}

/** Starts it on a free port of the loopback interface. */
export async function startService(options: ServiceOptions): Promise<FakeService> {
  const requests: string[] = [];
  const faults: Fault[] = [];
  const routes = Object.entries(options.routes).map(([name, handle]) => ({ pattern: patternOf(name), handle }));

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500, { "content-type": "text/plain" }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const name = `${request.method} ${request.path}`;
    requests.push(name);
    const fault = takeFault(name);
    const refused = fault?.reply ?? options.authorize(request);
    const reply = refused ?? (await carryOut(name, request));
    if (refused === undefined) await options.onCarriedOut?.(name);
    if (fault?.isLost) incoming.socket.destroy();
    else send(outgoing, reply);
  }

  async function carryOut(name: string, request: FakeRequest): Promise<Reply> {
    for (const { pattern, handle } of routes) {
      const match = pattern.exec(name);
      if (match !== null) return await handle({ ...request, params: match.slice(1).map(decodeURIComponent) });
    }
    return options.notFound ?? { status: 404, body: { message: "Not Found" } };
  }

  function takeFault(name: string): Fault | undefined {
    const at = faults.findIndex(({ part, isSo }) => name.includes(part) && isSo?.() !== false);
    return at === -1 ? undefined : faults.splice(at, 1)[0];
  }

  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    faults: {
      limitOnce: (part, headers = { "retry-after": "1" }) =>
        faults.push({ part, reply: { status: 429, headers, body: {} } }),
      loseAnswerOnce: (part) => faults.push({ part, isLost: true }),
      refuse: (part, reply, times = 1) => faults.push(...Array.from({ length: times }, () => ({ part, reply }))),
      refuseWhen: (part, isSo, reply) => faults.push({ part, isSo, reply }),
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Part of a list, by number and size of the page. */
export function pageOf<T>(items: readonly T[], page: number, size: number): { items: readonly T[]; isLast: boolean } {
  const start = (page - 1) * size;
  return { items: items.slice(start, start + size), isLast: start + size >= items.length };
}

/** A number of the query, within bounds. */
export function numberOf(query: URLSearchParams, name: string, standard: number, max = 1_000_000): number {
  const value = Number(query.get(name) ?? standard);
  return Number.isInteger(value) ? Math.min(value, max) : standard;
}

/** A text of a body, or undefined. */
export function textOf(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

/** An object of a body; empty when there is none. */
export function objectOf(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  return isJsonObject(value) ? value : {};
}

/** A list of a body; empty when there is none. */
export function listOf(body: JsonObject, name: string): readonly Json[] {
  const value = body[name];
  return Array.isArray(value) ? value : [];
}

function patternOf(route: string): RegExp {
  const escaped = route.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll("{}", "([^/]+)");
  return new RegExp(`^${escaped}$`);
}

async function readRequest(incoming: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = (incoming.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
  const isJson = /^application\/json\b/.test(incoming.headers["content-type"] ?? "");
  const body: unknown = isJson && text !== "" ? JSON.parse(text) : {};
  const url = new URL(incoming.url ?? "/", "http://localhost");
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: isJsonObject(body) ? body : {},
    bytes,
    params: [],
  };
}

function send(outgoing: ServerResponse, { status = 200, body, bytes, headers = {} }: Reply): void {
  if (bytes !== undefined) {
    outgoing.writeHead(status, { "content-type": "application/octet-stream", ...headers }).end(bytes);
  } else if (body === undefined) {
    outgoing.writeHead(status, headers).end();
  } else {
    outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return isPort(address) ? address.port : 0;
}

function isPort(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
