import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { dropLocks } from "./lib/clone.mjs";
import { idempotencyKey } from "./lib/once.mjs";
import { run } from "./lib/program.mjs";
import { runTool, ToolError } from "./lib/tool.mjs";

/** Once: what is cloned halfway has another name, and a whole clone is not made again. */
async function clone({ url, branch, folder }) {
  await checkBranch(branch);
  const target = inside(folder);
  if (!existsSync(target)) {
    const half = `${target}.part`;
    rmSync(half, { recursive: true, force: true });
    const options = ["--quiet", "--branch", branch, "--single-branch", "--no-recurse-submodules"];
    await git(undefined, ["clone", ...options, "--", url, half], url);
    renameSync(half, target);
  }
  const { stdout } = await git(target, ["rev-parse", "HEAD"]);
  return { folder, commit: stdout.trim() };
}

/** A branch that is there already is taken up as it is. */
async function createBranch({ folder, branch }) {
  await checkBranch(branch);
  const at = inside(folder);
  dropLocks(at);
  const known = await git(at, ["rev-parse", "--verify", "--quiet", `refs/heads/${branch}`], undefined, [0, 1]);
  await git(at, ["switch", "--quiet", ...(known.code === 0 ? [] : ["--create"]), branch]);
  return { branch };
}

/** Once: the message ends with the key, and a commit with it at the top is the one of this step. */
async function commit({ folder, message, author }) {
  const at = inside(folder);
  dropLocks(at);
  const trailer = `AIW-Key: ${idempotencyKey()}`;
  const top = await git(at, ["log", "-1", "--format=%B"]);
  if (!top.stdout.includes(trailer)) {
    await git(at, ["add", "--all"]);
    const changes = await git(at, ["diff", "--cached", "--quiet"], undefined, [0, 1]);
    if (changes.code === 0) throw new ToolError("git: there is nothing to commit");
    const who = identity(author);
    await git(at, [...who, "commit", "--quiet", "--no-verify", "--message", message, "--message", trailer]);
  }
  const [sha, files, stat] = await Promise.all([
    git(at, ["rev-parse", "HEAD"]),
    git(at, ["diff", "--name-only", "-z", "HEAD~1", "HEAD"]),
    git(at, ["diff", "--stat", "HEAD~1", "HEAD"]),
  ]);
  return { commit: sha.stdout.trim(), files: files.stdout.split("\0").filter(Boolean), stat: stat.stdout.trimEnd() };
}

/** Pushing a commit that the branch has already changes nothing; another commit there is an error. */
async function push({ folder, branch }) {
  await checkBranch(branch);
  const at = inside(folder);
  await git(at, ["push", "--quiet", "origin", `refs/heads/${branch}:refs/heads/${branch}`], await originOf(at));
  return { branch };
}

/** Deletes the branch of the remote; a branch that is gone already is fine. */
async function deleteBranch({ folder, branch }) {
  await checkBranch(branch);
  const at = inside(folder);
  const url = await originOf(at);
  const { stdout } = await git(at, ["ls-remote", "--heads", "origin", `refs/heads/${branch}`], url);
  if (stdout.trim() === "") return { deleted: false };
  await git(at, ["push", "--quiet", "origin", "--delete", `refs/heads/${branch}`], url);
  return { deleted: true };
}

async function removeClone({ folder }) {
  const target = inside(folder);
  if (existsSync(target) && !existsSync(join(target, ".git"))) throw new ToolError(`${folder} is no clone`);
  rmSync(target, { recursive: true, force: true });
  return { removed: true };
}

/** No hooks, no questions, and the token only in the environment: command lines can be read by everybody. */
async function git(cwd, args, url, codes) {
  const settings = ["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"];
  const env = { GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C", ...login(url) };
  return await run("git", [...settings, ...args], {
    cwd,
    env,
    codes,
    title: `git ${args.find((arg) => !arg.startsWith("-"))}`,
  });
}

/** As actions/checkout does it: a header for this one server. */
function login(url) {
  const token = process.env.GITHUB_TOKEN;
  if (!token || url === undefined || !URL.canParse(url) || !isPrivate(new URL(url))) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  };
}

/** Can nobody on the way read what is sent there? */
function isPrivate({ protocol, hostname }) {
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname));
}

async function originOf(folder) {
  return (await git(folder, ["remote", "get-url", "origin"])).stdout.trim();
}

/** `Name <address>` as settings of git. */
function identity(author) {
  const match = /^([^<>\n]+) <([^<>\s]+)>$/.exec(author);
  if (match === null) throw new ToolError(`git: '${author}' is not of the form Name <address>`);
  return ["-c", `user.name=${match[1]}`, "-c", `user.email=${match[2]}`, "-c", "commit.gpgSign=false"];
}

async function checkBranch(name) {
  const isOption = name.startsWith("-");
  const { code } = isOption
    ? { code: 1 }
    : await run("git", ["check-ref-format", `refs/heads/${name}`], { codes: [0, 1] });
  if (code !== 0) throw new ToolError(`git: '${name}' cannot be the name of a branch`);
}

/** A path below the working directory, but not that itself. */
function inside(folder) {
  const target = resolve(folder);
  if (target.startsWith(process.cwd() + sep)) return target;
  throw new ToolError(`the folder '${folder}' must lie below the working directory`);
}

await runTool({
  clone,
  create_branch: createBranch,
  commit,
  push,
  delete_branch: deleteBranch,
  remove_clone: removeClone,
});
