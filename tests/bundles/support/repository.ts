import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Runs git as somebody, with no settings of the machine. */
export function git(cwd: string, ...args: readonly string[]): string {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Path of a bare repository with one commit on `main`. */
export function bareRepository(folder: string, files: Readonly<Record<string, string>>): string {
  const work = join(folder, "origin-work");
  const bare = join(folder, "origin.git");
  mkdirSync(work, { recursive: true });
  git(work, "init", "--quiet");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
  git(work, "add", "--all");
  git(work, "commit", "--quiet", "--message", "First");
  git(folder, "clone", "--quiet", "--bare", work, bare);
  return bare;
}

/** Names of the branches, without `main`. */
export function branchesOf(bare: string): readonly string[] {
  const names = git(bare, "for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n");
  return names.filter((name) => name !== "" && name !== "main");
}
