import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "@aiw/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "./engine.js";
import { createService, shop } from "./service.js";

const folder = mkdtempSync(join(tmpdir(), "aiw-embed-"));
let engine: Engine;
let server: Server;
let url = "";

beforeAll(async () => {
  engine = await openEngine({ folder, tools: [shop] });
  server = createService(engine);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address === "object" && address !== null) url = `http://127.0.0.1:${address.port}/orders`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function order(body: string, key?: string) {
  const headers = key === undefined ? {} : { "idempotency-key": key };
  const response = await fetch(url, { method: "POST", body, headers });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
}

describe("a service with an engine inside", () => {
  it("runs the workflow and answers with its outputs", async () => {
    const { status, answer } = await order('{"item":"pen","count":2}', "order-1");
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      run: "order-1",
      status: "completed",
      outputs: { total: 3, label: "pen (order-1)" },
    });
  });

  it("gives the same order twice the same run, and a changed one a conflict", async () => {
    const first = await order('{"item":"book"}', "order-2");
    expect(await order('{"item":"book"}', "order-2")).toEqual(first);
    expect(await order('{"item":"pen"}', "order-2")).toMatchObject({ answer: { error: { code: "run_conflict" } } });
  });

  it("answers with what is wrong", async () => {
    expect(await order('{"item":"boat"}')).toMatchObject({ status: 422, answer: { error: { code: "tool_failed" } } });
    expect(await order('{"count":1}')).toMatchObject({ status: 400, answer: { error: { code: "input_missing" } } });
    expect(await order("no JSON")).toMatchObject({ status: 400, answer: { error: { code: "usage" } } });
  });
});
