import { spawn } from "node:child_process";
import { branchesOf, git } from "../support/repository.js";
import { type Effect, type FakeRequest, type FakeService, type Reply, startService } from "./fake-service.js";

export interface GitRemoteOptions {
  /** Path of the bare repository. */
  readonly bare: string;
  readonly token: string;
  readonly effects: Effect[];
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

/** Serves a bare repository as `<url>/repo.git` by git's own program for that, to whoever has the token, as GitHub does. */
export async function startGitRemote({ bare, token, effects, onCarriedOut }: GitRemoteOptions): Promise<FakeService> {
  git(bare, "config", "http.receivepack", "true");
  const backend = async (request: FakeRequest): Promise<Reply> => {
    const before = tipsOf(bare);
    const reply = await runBackend(bare, request);
    const after = tipsOf(bare);
    for (const [branch, tip] of after) {
      if (before.get(branch) !== tip) effects.push({ service: "git", what: "branch.pushed", data: branch });
    }
    for (const branch of before.keys()) {
      if (!after.has(branch)) effects.push({ service: "git", what: "branch.deleted", data: branch });
    }
    return reply;
  };
  const routes = {
    "GET /repo.git/info/refs": backend,
    "POST /repo.git/git-upload-pack": backend,
    "POST /repo.git/git-receive-pack": backend,
  };
  const basic = `basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  const authorize = ({ headers }: FakeRequest) => {
    if (headers.authorization?.toLowerCase() === basic.toLowerCase()) return undefined;
    return { status: 401, headers: { "www-authenticate": "Basic" } };
  };
  return await startService({ routes, authorize, onCarriedOut });
}

function tipsOf(bare: string): ReadonlyMap<string, string> {
  return new Map(branchesOf(bare).map((branch) => [branch, git(bare, "rev-parse", `refs/heads/${branch}`)]));
}

/** CGI (RFC 3875), as far as `git http-backend` uses it. */
async function runBackend(bare: string, { method, path, query, headers, bytes }: FakeRequest): Promise<Reply> {
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH ?? "",
      GIT_PROJECT_ROOT: bare,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: path.replace("/repo.git", ""),
      REQUEST_METHOD: method,
      QUERY_STRING: String(query),
      CONTENT_TYPE: headers["content-type"] ?? "",
      CONTENT_LENGTH: String(bytes.length),
      HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
      REMOTE_USER: "robot",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  // A request without a body does not wait for it.
  child.stdin.on("error", () => undefined);
  child.stdin.end(bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const output = Buffer.concat(chunks);
  const cut = output.indexOf("\r\n\r\n");
  const fields = output.subarray(0, cut).toString("latin1").split("\r\n").map(fieldOf);
  const status = Number(fields.find(([name]) => name === "status")?.[1].slice(0, 3) ?? 200);
  return { status, headers: Object.fromEntries(fields), bytes: output.subarray(cut + 4) };
}

function fieldOf(line: string): readonly [string, string] {
  const cut = line.indexOf(":");
  return [line.slice(0, cut).toLowerCase(), line.slice(cut + 1).trim()];
}
