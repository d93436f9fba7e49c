import { newLines } from "./lib/patch.mjs";
import { runTool, ToolError } from "./lib/tool.mjs";

const code = /\.(c|m)?(j|t)sx?$|\.(py|rb|php|go|java|kt|cs|rs|sh|bash)$/i;
const script = /\.(c|m)?(j|t)sx?$|\.(html|vue|svelte)$/i;

/** What to look for in added lines. `hide`: the line holds a secret and is not repeated. */
const rules = [
  ["private-key", "high", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, "a private key", { hide: true }],
  ["aws-key", "high", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key", { hide: true }],
  ["github-token", "high", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})\b/, "a GitHub token", { hide: true }],
  ["slack-token", "high", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/, "a Slack token", { hide: true }],
  [
    "hard-coded-secret",
    "high",
    /(?:password|passwd|secret|api_?key|auth_?token)["']?\s*[:=]\s*["'][^"'\s${}]{8,}["']/i,
    "a value that looks like a password or key",
    { hide: true },
  ],
  ["eval", "high", /\b(?:eval|new Function)\s*\(/, "code that is made from text", { in: code }],
  [
    "shell-from-text",
    "high",
    /\b(?:execSync|exec)\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+)|os\.system\(|shell\s*=\s*True/,
    "a shell command that is put together from values",
    { in: code },
  ],
  [
    "sql-from-text",
    "high",
    /\b(?:select|insert\s+into|update|delete\s+from)\b[^;]*(?:\$\{|["']\s*\+\s*\w|%s["']\s*%)/i,
    "SQL that is put together from values",
    { in: code },
  ],
  [
    "unsafe-load",
    "high",
    /\bpickle\.loads?\(|\byaml\.load\((?![^)]*Safe)/,
    "loading data that may run code",
    { in: code },
  ],
  [
    "tls-off",
    "high",
    /rejectUnauthorized\s*:\s*false|verify\s*=\s*False|InsecureSkipVerify\s*:\s*true|NODE_TLS_REJECT_UNAUTHORIZED/,
    "certificates that are not checked",
  ],
  [
    "html-from-text",
    "medium",
    /\.innerHTML\s*=|dangerouslySetInnerHTML|\bv-html\s*=/,
    "HTML from values",
    { in: script },
  ],
  ["weak-hash", "medium", /\b(?:md5|sha1)\s*\(|createHash\(\s*["'](?:md5|sha1)["']/i, "a weak hash", { in: code }],
  ["weak-random", "low", /\bMath\.random\(\)|\brandom\.random\(\)/, "random numbers that can be guessed", { in: code }],
  ["plain-http", "low", /["'`]http:\/\/(?!localhost|127\.0\.0\.1|\[::1\])/, "an address without encryption"],
].map(([id, severity, pattern, message, options = {}]) => ({ id, severity, pattern, message, ...options }));

/** Looks at the added lines only: what was there before is no finding of this change. */
function scan({ files, rules: wanted }) {
  const unknown = wanted.filter((id) => !rules.some((rule) => rule.id === id));
  if (unknown.length > 0) {
    throw new ToolError(`no such rule: ${unknown.join(", ")}; there are ${rules.map(({ id }) => id).join(", ")}`);
  }
  const chosen = rules.filter((rule) => wanted.length === 0 || wanted.includes(rule.id));
  const findings = files.flatMap((file) => findingsIn(file, chosen));
  return { findings, files: files.length, rules: chosen.length };
}

function findingsIn({ path, patch }, chosen) {
  const added = newLines(patch).filter((line) => line.added);
  return added.flatMap(({ line, text }) =>
    chosen
      .filter((rule) => (rule.in === undefined || rule.in.test(path)) && rule.pattern.test(text))
      .map(({ id, severity, message, hide }) => ({
        path,
        line,
        rule: id,
        severity,
        message,
        text: hide ? "(not shown)" : text.trim().slice(0, 200),
      })),
  );
}

await runTool({ scan });
