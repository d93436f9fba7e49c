import { fileURLToPath } from "node:url";
import { isJsonObject, type JsonObject } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { callTool } from "./support/call-tool.js";
import { type LiveBundle, liveBundles, missingVariables, outputsOf } from "./support/live.js";

const bundles = fileURLToPath(new URL("../../examples/bundles/", import.meta.url));
const isLive = process.env.AIW_LIVE === "1";
const agent = process.env.AIW_LIVE_AGENT ?? "claude";
const run = "bundle-live";

describe("the bundles against the real services, with your tokens", () => {
  for (const live of liveBundles) {
    const missing = missingVariables(live);
    const reason = isLive ? `missing: ${missing.join(", ")}` : "set AIW_LIVE=1";
    const title = `${live.bundle} runs to its end, and what it did is taken back`;
    if (isLive && missing.length === 0) it(title, async () => await perform(live), 1_800_000);
    else it.skip(`${title} (${reason})`, () => undefined);
  }
});

async function perform(live: LiveBundle): Promise<void> {
  const project = createProject("aiw-live-");
  try {
    const inputs = inputsOf(live);
    const secrets = Object.fromEntries(live.secrets.map((name) => [name, process.env[name] ?? ""]));
    const rest = ["GITHUB", "INCIDENT", "PLANNING"].map((name) => [`${name}_WEBHOOK_SECRET`, "not used by hand"]);
    const common = [
      "--secrets-file",
      project.write("secrets.json", JSON.stringify({ ...Object.fromEntries(rest), ...secrets })),
      "--json",
    ];
    const first = ["--run-id", run, "--agent", agent, "--inputs", project.write("inputs.json", JSON.stringify(inputs))];
    const asked = await call(project, ["run", `${bundles}${live.bundle}`, ...first, ...common]);
    // Where there was nothing to be done, nobody is asked.
    if (asked.code === 20) {
      expect((await call(project, ["approve", run])).code).toBe(0);
      const done = await call(project, ["resume", run, ...common]);
      await cleanUp(project, live, inputs);
      expect(done.code, done.stderr).toBe(0);
      expect(jsonLines(done.stdout).at(-1)).toMatchObject({ status: "completed" });
    } else expect(asked.code, asked.stderr).toBe(0);
  } finally {
    project.remove();
  }
}

function inputsOf(live: LiveBundle): JsonObject {
  const given = Object.entries(live.inputs).map(([input, name]) => {
    const text = process.env[name] ?? "";
    return [input, input === "pr_number" ? Number(text) : text] as const;
  });
  return { ...live.fixed, ...Object.fromEntries(given) };
}

/** The agent's own log-in is in the caller's HOME. */
async function call(project: Project, args: readonly string[]) {
  return await project.aiw(args, { env: { HOME: process.env.HOME ?? project.folder }, timeoutMs: 1_500_000 });
}

async function cleanUp(project: Project, live: LiveBundle, inputs: JsonObject): Promise<void> {
  const shown = await call(project, ["runs", "show", run, "--json"]);
  const report: unknown = JSON.parse(shown.stdout);
  const site = String(inputs.jira_url ?? "");
  const [email = "", token = ""] = [process.env.JIRA_EMAIL, process.env.JIRA_TOKEN];
  const confluence = { CONFLUENCE_BASE_URL: `${site}/wiki`, CONFLUENCE_EMAIL: email, CONFLUENCE_TOKEN: token };
  const secrets = Object.fromEntries(live.secrets.map((name) => [name, process.env[name] ?? ""]));
  const env = { JIRA_BASE_URL: site, ...confluence, ...secrets };
  for (const { step, operation, input } of live.cleanUp) {
    for (const output of outputsOf(report, step)) {
      const done = await callTool({ operation, input: input(output, inputs), env, cwd: project.folder });
      expect(done.code, done.stderr).toBe(0);
      expect(isJsonObject(done.output)).toBe(true);
    }
  }
}
