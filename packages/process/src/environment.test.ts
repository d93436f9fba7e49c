import { Secret } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { allowedEnvironment, maxVariableBytes, programEnvironment } from "./environment.js";

describe("allowedEnvironment", () => {
  it("lets through where things are and who the user is, nothing that may be a credential", () => {
    const environment = {
      ...{ PATH: "/bin", HOME: "/h", LC_ALL: "C", XDG_CACHE_HOME: "/c", TZ: "UTC" },
      ...{ AWS_SECRET_ACCESS_KEY: "x", GITHUB_TOKEN: "x", SSH_AUTH_SOCK: "x", NODE_OPTIONS: "x", LD_PRELOAD: "x" },
      ...{ HTTPS_PROXY: "p", NODE_EXTRA_CA_CERTS: "c", TERM: "xterm", AIW_ATTEMPT: "outer", EMPTY: undefined },
    };
    const kept = { PATH: "/bin", HOME: "/h", LC_ALL: "C", XDG_CACHE_HOME: "/c", TZ: "UTC" };
    expect(allowedEnvironment(environment)).toEqual(kept);
    expect(allowedEnvironment(environment, ["HTTPS_PROXY"])).toEqual({ ...kept, HTTPS_PROXY: "p" });
  });
});

describe("programEnvironment", () => {
  const base = { PATH: "/bin" };

  it("puts the spec over the base and marks over both", () => {
    const env = { PATH: "/own", KEY: new Secret("KEY", "plain"), AIW_ATTEMPT: "forged", ["__proto__"]: "text" };
    const made = programEnvironment({ cwd: "/w", env, token: "t" }, base, "m");
    const expected = { PATH: "/own", KEY: "plain", AIW_ATTEMPT: "t", AIW_SPAWN: "m", PWD: "/w", ["__proto__"]: "text" };
    expect(Object.entries(made).sort()).toEqual(Object.entries(expected).sort());
    expect(programEnvironment({ cwd: "/w", bareEnv: true }, base, "m")).toEqual({ PWD: "/w", AIW_SPAWN: "m" });
  });

  it("refuses what cannot be passed, without telling the value", () => {
    const refused = { nul: "secret\0", long: "s".repeat(maxVariableBytes - 4), half: "secret\ud800" };
    for (const [name, value] of Object.entries(refused)) {
      expect(() => programEnvironment({ cwd: "/", env: { [name]: value } }, base, "m")).toThrow(
        expect.objectContaining({ code: "env_invalid", message: expect.not.stringContaining("secret") }),
      );
    }
    const fits = { long: "s".repeat(maxVariableBytes - 5) };
    expect(programEnvironment({ cwd: "/", env: fits }, base, "m")).toMatchObject(fits);
  });
});
