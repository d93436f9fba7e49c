import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { type AttemptContext, createMasker, createSystemClock, Secret, type Spawner } from "@aiw/core";
import { describeAgent } from "@aiw/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createChatAgent } from "./agent.js";

const key = new Secret("KEY", "key-of-the-test");
let server: Server;
let url = "";

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const answer = (status: number, body: object, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${key.reveal()}`) return answer(401, {});
    if (request.url === "/v1/models") return answer(200, { data: [] });
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { messages, model, response_format } = JSON.parse(text);
    const prompt = messages.at(-1).content;
    if (prompt === "hang") return;
    if (prompt === "busy") return answer(429, {}, { "retry-after": "2" });
    const content = response_format === undefined ? `heard: ${prompt}` : JSON.stringify({ answer: prompt });
    answer(200, {
      model,
      choices: [{ message: { content } }],
      usage: { prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 3 } },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address === "object" && address !== null) url = `http://127.0.0.1:${address.port}/v1`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** This agent starts no program. */
const spawner: Spawner = {
  containment: "group",
  run: () => Promise.reject(new Error("no program is started")),
  sweep: () => Promise.resolve(0),
  close: () => Promise.resolve(),
};

function context(): AttemptContext {
  return {
    run: "run_example",
    step: "ask",
    attempt: 1,
    idempotencyKey: "key",
    token: "token",
    cwd: tmpdir(),
    folder: tmpdir(),
    env: {},
    signal: new AbortController().signal,
    spawner,
    masker: createMasker([key]),
    clock: createSystemClock(),
    progress: () => {},
  };
}

const createAgent = () => createChatAgent({ id: "local", url, model: "small", apiKey: key });

describeAgent("custom agent", () => ({
  agent: createAgent(),
  context,
  works: { prompt: "good morning" },
  fails: { prompt: "busy" },
  hangs: { prompt: "hang" },
  structured: { prompt: "yes", outputSchema: { type: "object", properties: { answer: { type: "string" } } } },
}));

describe("createChatAgent", () => {
  it("counts cached tokens apart", async () => {
    expect(await createAgent().run({ prompt: "hi" }, context())).toMatchObject({
      text: "heard: hi",
      model: "small",
      usage: { inputTokens: 7, cacheReadTokens: 3, outputTokens: 4 },
    });
  });

  it("says when to come back, when the server says so", async () => {
    expect(await createAgent().run({ prompt: "busy" }, context())).toMatchObject({
      error: { code: "rate_limit", retryable: true, retryAfterMs: 2_000 },
    });
  });

  it("is not healthy with a wrong key, or without a server", async () => {
    const facts = { spawner, cwd: tmpdir(), signal: new AbortController().signal };
    const stranger = createChatAgent({ id: "local", url, model: "small" });
    expect(await stranger.health(facts)).toMatchObject({ ok: false, error: { code: "auth" } });
    const alone = createChatAgent({ id: "local", url: "http://127.0.0.1:9/v1", model: "small" });
    expect(await alone.health(facts)).toMatchObject({ ok: false, error: { code: "network" } });
  });
});
