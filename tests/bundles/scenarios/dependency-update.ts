import type { Effect } from "../services/fake-service.js";
import { startGitRemote } from "../services/git-remote.js";
import { startGithub } from "../services/github.js";
import { npmProject, startNpmRegistry } from "../services/npm-registry.js";
import type { Scenario } from "../support/bench.js";
import { bareRepository, branchesOf } from "../support/repository.js";

const advisory = { title: "ReDoS in alpha", severity: "high", range: "<1.2.0", hits: ["1.1.0"] };

/** A repository with two outdated packages, one of them vulnerable. */
export const dependencyUpdate: Scenario = {
  bundle: "dependency-update",
  answers: {
    choose_the_updates: {
      delay: "100ms",
      output: {
        updates: [
          { name: "alpha", to: "1.2.0", is_security: true, why: "ReDoS" },
          { name: "beta", to: "3.0.1", is_security: false, why: "small" },
        ],
        left_out: [{ name: "alpha 2", why: "major" }],
      },
    },
    changelog: {
      delay: "100ms",
      output: { title: "Update alpha and beta", body: "- alpha 1.2.0 mends a ReDoS\n- beta 3.0.1" },
    },
  },
  async start({ folder, onCarriedOut }) {
    const effects: Effect[] = [];
    const token = "ghp_dependency_token_12345";
    const packages = [
      { name: "alpha", versions: ["1.1.0", "1.2.0", "2.0.0"], advisory },
      { name: "beta", versions: ["3.0.0", "3.0.1"] },
    ];
    const registry = await startNpmRegistry(packages, onCarriedOut);
    // The address of the registry is part of the lock file, and ports differ from run to run.
    const installed = { alpha: ["^1.1.0", "1.1.0"], beta: ["3.0.0", "3.0.0"] } as const;
    const bare = bareRepository(folder, npmProject(registry.url, installed));
    const remote = await startGitRemote({ bare, token, effects, onCarriedOut });
    const hasBranch = (name: string) => branchesOf(bare).includes(name);
    const github = await startGithub({ repo: "me/shop", token, login: "robot", hasBranch, effects, onCarriedOut });
    return {
      inputs: {
        repo: "me/shop",
        clone_url: `${remote.url}/repo.git`,
        registry: registry.url,
        github_api: github.url,
        auto_merge: true,
      },
      secrets: { GITHUB_TOKEN: token },
      services: { registry, github, remote },
      effects,
    };
  },
};
