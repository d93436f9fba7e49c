import { describe, expect, it } from "vitest";
import type { AuthorizationRequest } from "../ports/authorizer.js";
import { createRolePolicy, type RolePolicyOptions } from "./role-policy.js";

const roles = { maintainer: ["alice", "bob"], release: ["carol"], empty: [] };

function answerOf(
  options: Partial<RolePolicyOptions>,
  principal: string,
  request: Partial<AuthorizationRequest> = {},
): true | string {
  const policy = createRolePolicy({ roles, self: false, ...options });
  const answer = policy.authorize({ principal, action: "approve", run: "r", step: "ok", by: [], ...request });
  return answer.allowed || answer.reason;
}

describe("the rule for approvals", () => {
  it("lets in who is named, or has a role that is named", () => {
    const by = ["maintainer", "dave"];
    expect(["alice", "bob", "dave"].map((user) => answerOf({}, user, { by }))).toEqual([true, true, true]);
    expect(answerOf({}, "carol", { by })).toBe("carol is none of maintainer, dave");
    expect(answerOf({}, "Alice", { by })).toContain("is none of");
    expect(answerOf({}, "alice", { by: ["empty"] })).toContain("is none of");
  });

  it("takes no user for a role that is declared", () => {
    expect(answerOf({}, "maintainer", { by: ["maintainer"] })).toContain("is none of");
    expect(answerOf({ roles: { ops: ["ops"] } }, "ops", { by: ["ops"] })).toBe(true);
    expect(answerOf({ roles: {} }, "maintainer", { by: ["maintainer"] })).toBe(true);
  });

  it("lets in whoever has a role where nobody is named", () => {
    expect(answerOf({}, "carol")).toBe(true);
    expect(answerOf({}, "dave")).toBe("dave has no role");
    expect(answerOf({ roles: {} }, "dave")).toBe("dave has no role");
  });

  it("keeps out who asked for the run, whatever they are, unless that is allowed", () => {
    const by = ["maintainer"];
    const requester = "alice";
    expect(answerOf({}, "alice", { by, requester })).toBe("alice asked for the run and may not decide on it");
    expect(answerOf({ owner: "alice" }, "alice", { requester })).toContain("may not decide");
    expect(answerOf({}, "bob", { by, requester })).toBe(true);
    expect(answerOf({ self: true }, "alice", { by, requester })).toBe(true);
    expect(answerOf({ self: true }, "dave", { by, requester: "dave" })).toContain("is none of");
  });

  it("lets the owner answer everything", () => {
    expect(answerOf({ owner: "dave" }, "dave", { by: ["maintainer"] })).toBe(true);
    expect(answerOf({ owner: "dave" }, "dave")).toBe(true);
    expect(answerOf({ owner: "dave" }, "eve", { by: ["maintainer"] })).toContain("is none of");
  });

  it("denies what it does not know", () => {
    expect(answerOf({ owner: "" }, "", { by: [""] })).toBe("nobody says who answers");
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect(answerOf({}, "alice", { by: [name] })).toContain("is none of");
      expect(answerOf({}, name)).toContain("has no role");
    }
  });
});
