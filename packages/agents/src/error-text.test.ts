import { describe, expect, it } from "vitest";
import { codeOfStatus, codeOfText, oneLine, retryAfterOfText, serviceError } from "./error-text.js";

describe("the meaning of an error in words", () => {
  it.each([
    ["unexpected status 401 Unauthorized: Incorrect API key provided.", "auth"],
    ["Not logged in · Please run /login", "auth"],
    ["Missing environment variable: `OPENAI_KEY`.", "auth"],
    ["exceeded retry limit, last status: 429 Too Many Requests", "rate_limit"],
    ["You've hit your usage limit. Try again in 2 hours.", "rate_limit"],
    ["Codex ran out of room in the model's context window. Start a new thread", "context_overflow"],
    ["Prompt is too long · the request is ~250000 tokens", "context_overflow"],
    ["Your credit balance is too low to access the API", "billing"],
    ["The requested model 'nosuch' does not exist.", "model_not_found"],
    ["There's an issue with the selected model (x). It may not exist", "model_not_found"],
    ["We’re currently experiencing high demand, which may cause temporary errors.", "overloaded"],
    ["stream disconnected before completion: error sending request", "network"],
    ["connect ECONNREFUSED 127.0.0.1:443", "network"],
    ["unexpected status 503: try later", "overloaded"],
    ["something else happened", undefined],
  ])("%s", (text, code) => expect(codeOfText(text)).toBe(code));
});

it("maps statuses of a model's service", () => {
  const codes = [400, 401, 402, 403, 404, 408, 413, 429, 500, 529].map(codeOfStatus);
  expect(codes).toEqual([
    ...[undefined, "auth", "billing", "auth", "model_not_found", "network", "context_overflow", "rate_limit"],
    ...["overloaded", "overloaded"],
  ]);
});

describe("when to come back", () => {
  it.each([
    ["Please try again in 1.5s.", 1_500],
    ["try again in 2 hours 5 minutes", 7_500_000],
    ["try again in 3 days, 4 hours and 1 minute", 273_660_000],
    ["retry after 250ms", 250],
    ["try again later", undefined],
  ])("%s", (text, ms) => expect(retryAfterOfText(text)).toBe(ms));

  it("goes into the error of a rate limit only", () => {
    expect(serviceError("rate_limit", "x: try again in 20s")).toMatchObject({ retryable: true, retryAfterMs: 20_000 });
    expect(serviceError("network", "x: try again in 20s")).not.toHaveProperty("retryAfterMs");
  });
});

it("keeps messages to one line of 500 characters", () => {
  expect(oneLine(" a\n\n b\t c ")).toBe("a b c");
  expect(oneLine("x".repeat(600))).toHaveLength(500);
});
