import type { RunControl, StartRequest } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { approvalRule, asUser } from "./approvals.js";
import type { ProjectConfig } from "./config.js";

function allows(
  approvals: ProjectConfig["approvals"],
  [user, principal, requester]: readonly [string | undefined, string, string?],
  by: readonly string[] = [],
): boolean | undefined {
  const request = { principal, action: "approve", run: "r", step: "s", by, requester } as const;
  return approvalRule(approvals, user)?.authorize(request).allowed;
}

describe("who may answer approvals", () => {
  it("is the user who runs AIW where the configuration does not say, for everything", () => {
    expect(allows(undefined, ["ann", "ann", "ann"], ["maintainer"])).toBe(true);
    expect(allows(undefined, ["ann", "bob"])).toBe(false);
    expect(allows(undefined, ["ann", "bob"], ["bob"])).toBe(true);
    expect(approvalRule(undefined, undefined)).toBeUndefined();
  });

  it("are the roles where the configuration has any, and not who asked for the run", () => {
    const approvals = { roles: { maintainer: ["ann"] } };
    expect(allows(approvals, ["ann", "ann"], ["maintainer"])).toBe(true);
    expect(allows(approvals, ["ann", "ann", "ann"], ["maintainer"])).toBe(false);
    expect(allows({ ...approvals, self: true }, ["ann", "ann", "ann"], ["maintainer"])).toBe(true);
    expect(allows(approvals, ["bob", "bob"], ["maintainer"])).toBe(false);
    expect(allows(approvals, ["bob", "bob"])).toBe(false);
  });

  it("is the user who runs AIW where the configuration has no roles, but not who asked for the run", () => {
    expect(allows({}, ["ann", "ann", "bob"])).toBe(true);
    expect(allows({}, ["ann", "ann", "ann"])).toBe(false);
    expect(allows({ self: true }, ["ann", "ann", "ann"])).toBe(true);
  });
});

describe("a control for one user", () => {
  it("names the user where a request names nobody", async () => {
    const asked: unknown[] = [];
    const refuse = () => {
      throw new Error("not asked for");
    };
    const handle = { run: "r", created: true, done: new Promise<never>(() => undefined) };
    const control: RunControl = {
      start: async (request) => {
        asked.push(request.by);
        return handle;
      },
      resume: async (_run, options) => {
        asked.push(options?.by);
        return handle;
      },
      cancel: refuse,
      signal: refuse,
      get: refuse,
      watch: refuse,
    };
    const request: StartRequest = {
      workflow: { model: 1, name: "w", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps: [] },
      origin: { folder: "/", cwd: "/", bundle: false },
    };
    const mine = asUser(control, "ann");
    await mine.start(request);
    await mine.start({ ...request, by: "webhook" });
    await mine.resume("r");
    await mine.resume("r", { by: "bob" });
    expect(asked).toEqual(["ann", "webhook", "ann", "bob"]);
    expect(asUser(control, undefined)).toBe(control);
  });
});
