import { describe, expect, it } from "vitest";
import { checkClaudeAccess, claudeAccess } from "./access.js";

const machine = { hasSandbox: true, isNested: false };

describe("claude's permissions", () => {
  it("edits the workspace and runs commands in its sandbox by default", () => {
    const access = claudeAccess(undefined, machine);
    expect(access).toMatchObject({ mode: "acceptEdits", isSandboxed: true });
    expect(access.tools).toEqual(expect.arrayContaining(["Read", "Edit", "Write", "Bash"]));
    expect(access.tools).not.toContain("WebFetch");
    expect(access.settings).toMatchObject({
      permissions: { allow: [] },
      sandbox: { failIfUnavailable: true, autoAllowBashIfSandboxed: true, network: { allowedDomains: [] } },
    });
  });

  it("has no commands at all where there is no sandbox", () => {
    const access = claudeAccess(undefined, { ...machine, hasSandbox: false });
    expect(access.tools).not.toContain("Bash");
    expect(access.settings).not.toHaveProperty("sandbox");
  });

  it("shares our /proc inside bubblewrap", () => {
    expect(claudeAccess(undefined, { ...machine, isNested: true }).settings).toMatchObject({
      sandbox: { enableWeakerNestedSandbox: true },
    });
  });

  it("has no tools that write with an empty list", () => {
    const access = claudeAccess({ write: [] }, machine);
    expect(access.tools).not.toEqual(expect.arrayContaining(["Edit"]));
    expect(access.tools).not.toContain("Bash");
    expect(access).toMatchObject({ mode: "dontAsk", settings: { permissions: { allow: [] } } });
  });

  it("writes named folders and files only", () => {
    const { settings, mode, tools } = claudeAccess({ write: ["reports/", "./a.md"] }, machine);
    expect(mode).toBe("dontAsk");
    expect(tools).not.toContain("Bash");
    expect(settings).toMatchObject({
      permissions: { allow: ["Edit(./reports/**)", "Edit(./a.md)", "Edit(./a.md/**)"] },
    });
  });

  it("runs named commands only, in the sandbox, with the named hosts", () => {
    const access = claudeAccess({ run: ["git", "npm test"], net: ["api.github.com"] }, machine);
    expect(access.mode).toBe("dontAsk");
    expect(access.settings).toMatchObject({
      permissions: {
        allow: ["Edit(./**)", "Bash(git:*)", "Bash(npm test:*)", "WebFetch(domain:api.github.com)"],
      },
      sandbox: { autoAllowBashIfSandboxed: false, network: { allowedDomains: ["api.github.com"] } },
    });
  });

  it("reads no files with an empty list", () => {
    const { tools } = claudeAccess({ read: [], write: [], run: [] }, machine);
    expect(tools.filter((tool) => !tool.startsWith("Task"))).toEqual([]);
  });

  it("refuses what it cannot honour", () => {
    const refused = [
      { read: ["docs/"] },
      { read: [], run: ["git"] },
      { write: ["../other"] },
      { write: ["/etc"] },
      { write: ["a b"] },
      { run: ["git; rm -rf /"] },
      { run: ["git)"] },
      { net: ["*.example.com"] },
      { net: ["a.b, c.d"] },
    ];
    for (const permissions of refused) {
      expect(checkClaudeAccess(permissions), JSON.stringify(permissions)).toMatchObject([
        { code: "unsupported_option" },
      ]);
    }
  });

  it("accepts the rest", () => {
    const accepted = { read: ["."], write: ["reports/", "a.md"], run: ["git", "npm test"], net: ["api.github.com"] };
    expect(checkClaudeAccess(accepted)).toEqual([]);
    expect(checkClaudeAccess(undefined)).toEqual([]);
  });
});
