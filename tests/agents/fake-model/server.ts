import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, type JsonObject } from "@aiw/core";
import { anthropicReply } from "./anthropic.js";
import { openaiReply } from "./openai.js";
import type { FakeReply, Scenario } from "./scenario.js";

/** One request that asked the fake model for an answer. */
export interface FakeRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: JsonObject;
}

/** A model on loopback that answers as its scenario says, in the dialects of both vendors. */
export interface FakeModel {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** Requests whose caller went away before the answer. */
  readonly aborted: number;
  scenario: Scenario;
  close(): Promise<void>;
}

/** Starts a fake model on a free port. */
export async function startFakeModel(scenario: Scenario): Promise<FakeModel> {
  const requests: FakeRequest[] = [];
  let aborted = 0;
  const server = createServer((request, response) => {
    response.on("close", () => {
      if (!response.writableFinished) aborted += 1;
    });
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const model = {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    scenario,
    get aborted() {
      return aborted;
    },
    close: () => closeServer(server),
  };
  return model;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const body = await readJson(request);
    if (request.method !== "POST" || !(path.endsWith("/messages") || path.endsWith("/responses"))) {
      return sendJson(response, 404, {
        error: { type: "not_found_error", message: "the fake model has no such page" },
      });
    }
    requests.push({ path, headers: request.headers, body });
    const ask = { body, number: requests.length };
    send(response, path.endsWith("/messages") ? anthropicReply(model.scenario, ask) : openaiReply(model.scenario, ask));
  }
}

function send(response: ServerResponse, reply: FakeReply): void {
  switch (reply.kind) {
    case "hang":
      return;
    case "drop":
      response.socket?.destroy();
      return;
    case "json":
      sendJson(response, reply.status, reply.body, reply.headers);
      return;
    case "events":
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of reply.events) {
        response.write(`event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`);
      }
      response.end();
      return;
  }
}

function sendJson(response: ServerResponse, status: number, body: JsonObject, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<JsonObject> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  if (text === "") return {};
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake model does not listen on a port");
  return address.port;
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
