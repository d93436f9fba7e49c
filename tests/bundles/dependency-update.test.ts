import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dependencyUpdate } from "./scenarios/dependency-update.js";
import { type Bench, namesOf, openBench, withoutChance } from "./support/bench.js";
import { branchesOf, git } from "./support/repository.js";

let bench: Bench;
let bare: string;
beforeEach(async () => {
  bench = await openBench(dependencyUpdate);
  bare = join(bench.project.folder, "origin.git");
});
afterEach(() => bench.close());

const branch = "aiw/dependencies-bundle-1";
const clone = () => existsSync(join(bench.project.folder, "aiw-clone-bundle-1"));

it("updates on a branch, asks, pushes, opens a pull request that merges itself, and cleans up", async () => {
  const asked = await bench.run();
  expect(asked.code, asked.stderr).toBe(20);
  expect(branchesOf(bare)).toEqual([]);
  expect((await bench.approve()).code).toBe(0);
  const done = await bench.resume();
  expect(done.code, done.stderr).toBe(0);
  expect(done.summary).toMatchObject({
    outputs: { pr_url: "https://github.com/me/shop/pull/1", updates_count: 2, security_fixes: 1 },
  });
  expect(JSON.parse(git(bare, "show", `${branch}:package.json`)).dependencies).toEqual({
    alpha: "^1.2.0",
    beta: "3.0.1",
  });
  expect(git(bare, "log", "-1", "--format=%an <%ae>%n%s", branch)).toBe(
    "AIW <aiw@users.noreply.github.com>\nUpdate alpha and beta",
  );
  expect(git(bare, "rev-list", "--count", branch)).toBe("2");
  expect(withoutChance(bench.stage.effects)).toEqual([
    { service: "git", what: "branch.pushed", data: branch },
    {
      service: "github",
      what: "pull.created",
      key: "KEY",
      data: {
        title: "Update alpha and beta",
        head: branch,
        base: "main",
        body: "- alpha 1.2.0 mends a ReDoS\n- beta 3.0.1\n\n<!-- aiw:KEY -->",
        maintainer_can_modify: true,
      },
    },
    { service: "github", what: "labels.added", data: { number: 1, labels: ["dependencies"] } },
    { service: "github", what: "auto_merge.enabled", data: { number: 1, method: "SQUASH" } },
  ]);
  expect(clone()).toBe(false);
});

it("pushes nothing when a person says no", async () => {
  await bench.run();
  await bench.approve("--reject");
  expect((await bench.resume()).code).toBe(3);
  expect(branchesOf(bare)).toEqual([]);
  expect(bench.stage.effects).toEqual([]);
});

it("closes the pull request and deletes the branch when the rest fails, and can be taken up again", async () => {
  await bench.run();
  await bench.approve();
  const refused = { body: { errors: [{ message: "Pull request is in clean status" }] } };
  bench.stage.services.github?.faults.refuse("POST /graphql", refused);
  const failed = await bench.resume();
  expect(failed.code, failed.stderr).toBe(1);
  expect(namesOf(bench.stage.effects)).toEqual([
    "git branch.pushed",
    "github pull.created",
    "github labels.added",
    "github pull.closed",
    "git branch.deleted",
  ]);
  expect(branchesOf(bare)).toEqual([]);
  expect(clone()).toBe(true);
  const again = await bench.resume();
  expect(again.code, again.stderr).toBe(0);
  expect(again.summary).toMatchObject({ outputs: { pr_url: "https://github.com/me/shop/pull/2" } });
  expect(branchesOf(bare)).toEqual([branch]);
});

it("does not let the agent choose a version that nobody offered", async () => {
  const answers = JSON.stringify({
    choose_the_updates: {
      output: { updates: [{ name: "alpha", to: "2.0.0", is_security: false, why: "" }], left_out: [] },
    },
  });
  bench.project.write("answers.yaml", answers);
  const done = await bench.run();
  expect(done.code).toBe(1);
  expect(done.summary).toMatchObject({ error: { code: "condition_failed" } });
});
