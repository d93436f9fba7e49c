import { createMasker, Secret } from "@aiw/core";
import { expect, it } from "vitest";
import { withCredentials } from "./credentials.js";

const key = "sk-0123456789abcdef";

it("masks keys, tokens and addresses with passwords besides the secrets of the run", () => {
  const proxy = "http://me:hunter2@proxy:8080";
  const masker = withCredentials(createMasker([new Secret("RUN", "secret of the run")]), {
    OWN_API_KEY: key,
    CODEX_ACCESS_TOKEN: new Secret("CODEX_ACCESS_TOKEN", "token-0123456789"),
    HTTPS_PROXY: proxy,
    HTTP_PROXY: "http://proxy:8080",
    ANTHROPIC_MODEL: "a-model-with-a-long-name",
    DUMMY_KEY: "dummy",
  });
  const text = `${key} token-0123456789 ${proxy} secret of the run http://proxy:8080 a-model-with-a-long-name dummy`;
  const masked = "[redacted] [redacted] [redacted] [redacted] http://proxy:8080 a-model-with-a-long-name dummy";
  expect(masker.mask(text)).toBe(masked);
  for (let at = 0; at <= text.length; at += 1) {
    const stream = masker.stream();
    expect(stream.push(text.slice(0, at)) + stream.push(text.slice(at)) + stream.end()).toBe(masked);
  }
});

it.each(["MY_APIKEY", "PGPASSWORD", "GH_PAT", "BASIC_AUTH"])("takes %s for a credential", (name) => {
  expect(withCredentials(createMasker([]), { [name]: key }).mask(key)).toBe("[redacted]");
});

it.each(["SSH_AUTH_SOCK", "MAX_OUTPUT_TOKENS", "PATH", "OLDPWD"])("takes %s for none", (name) => {
  expect(withCredentials(createMasker([]), { [name]: key }).mask(key)).toBe(key);
});

it("is the masker of the run where the agent has no credentials", () => {
  const masker = createMasker([]);
  expect(withCredentials(masker, { PATH: "/usr/bin:/usr/local/bin" })).toBe(masker);
});
