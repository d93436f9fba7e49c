import type { Effect } from "../services/fake-service.js";
import { startGithub } from "../services/github.js";
import type { Scenario } from "../support/bench.js";

const patch = ["@@ -1,2 +1,4 @@", " start();", "+run(eval(input));", "+retry();", " end();"].join("\n");

/** A pull request of two files with one dangerous call, and reviewers who see it. */
export const codeReview: Scenario = {
  bundle: "code-review",
  answers: {
    review: {
      delay: "100ms",
      output: {
        findings: [{ path: "src/run.js", line: 2, severity: "high", message: "runs what users write" }],
        note: "one thing",
      },
    },
    summary: {
      delay: "100ms",
      output: {
        verdict: "request_changes",
        summary: "It runs what users write.",
        comments: [
          { path: "src/run.js", line: 2, body: "Parse the input instead." },
          { path: "src/run.js", line: 40, body: "Also called from here." },
        ],
      },
    },
  },
  async start({ onCarriedOut }) {
    const effects: Effect[] = [];
    const token = "ghp_review_token_1234567890";
    const files = ["src/run.js", "src/other.js"].map((filename) => ({ filename, patch }));
    const pulls = [{ title: "Run <it>", author: "ada", head: "run-it", files }];
    const github = await startGithub({ repo: "me/shop", token, login: "robot", pulls, effects, onCarriedOut });
    return {
      inputs: { repo: "me/shop", pr_number: 1, github_api: github.url },
      secrets: { GITHUB_TOKEN: token, GITHUB_WEBHOOK_SECRET: "whsec_1234567890" },
      services: { github },
      effects,
    };
  },
};
