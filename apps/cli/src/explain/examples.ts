import type { ErrorCode } from "@aiw/core";

/** What leads to an error, and the same without it: a command, part of a workflow file, or part of a settings file. */
export interface ErrorExample {
  readonly wrong: string;
  readonly right: string;
}

/** Examples of errors that come from what somebody wrote; those of the outside world have none. */
export const errorExamples: Readonly<Partial<Record<ErrorCode, ErrorExample>>> = {
  usage: { wrong: "aiw run review.md --inptu base=main", right: "aiw run review.md --input base=main" },
  workflow_invalid: {
    wrong: "aiw run review.md      # the file has errors",
    right: "aiw check review.md    # lists them; mend them, then\naiw run review.md",
  },
  not_in_this_version: {
    wrong: prompt("Fix the failing test.", "workspace: new"),
    right: prompt("Fix the failing test.", "workspace: here"),
  },
  file_not_found: { wrong: "aiw run reveiw.md", right: "aiw run review.md" },
  file_unreadable: { wrong: "aiw run logo.png", right: "aiw run review.md" },
  file_too_large: {
    wrong: "aiw run everything.md    # 3 MiB, most of it data",
    right: 'aiw run report.md --input data=data.csv    # a step reads the file "data.csv"',
  },
  file_exists: { wrong: "aiw init", right: "aiw init --force" },
  not_a_bundle: {
    wrong: "aiw run flows/    # holds several Markdown files",
    right: "aiw run flows/review.md",
  },
  input_unknown: { wrong: "aiw run review.md --input bsae=main", right: "aiw run review.md --input base=main" },
  input_missing: { wrong: "aiw run review.md", right: "aiw run review.md --input base=main" },
  input_invalid: {
    wrong: "aiw run review.md --input threshold=high    # inputs: { threshold: number }",
    right: "aiw run review.md --input threshold=7",
  },
  secret_missing: {
    wrong: "aiw run post.md    # secrets: [GITHUB_TOKEN]",
    right: "GITHUB_TOKEN=$(gh auth token) aiw run post.md",
  },
  secret_unsafe: { wrong: "GITHUB_TOKEN=abc aiw run post.md", right: "aiw run post.md --secrets-file secrets.env" },
  config_invalid: { wrong: "limits: { proceses: 8 }", right: "limits: { processes: 8 }" },
  run_not_found: { wrong: "aiw resume run_unknown", right: "aiw runs list\naiw resume run_a6491vt4ynwu" },
  run_conflict: {
    wrong: "aiw run review.md --run-id pr-7 --input base=main\naiw run review.md --run-id pr-7 --input base=next",
    right:
      "aiw run review.md --run-id pr-7-main --input base=main\naiw run review.md --run-id pr-7-next --input base=next",
  },
  run_ended: {
    wrong: "aiw approve RUN    # the run has failed meanwhile",
    right: "aiw resume RUN     # opens it again\naiw approve RUN",
  },
  signal_refused: {
    wrong: 'aiw signal RUN depolyed \'{"url":"https://example.org"}\'    # wait: { signal: deployed }',
    right: 'aiw signal RUN deployed \'{"url":"https://example.org"}\'',
  },
  exit: { wrong: script("grep -c TODO notes.txt"), right: script("grep -c TODO notes.txt || true") },
  timeout: { wrong: script("sleep 20", "timeout: 5s"), right: script("sleep 20", "timeout: 1m") },
  idle_timeout: {
    wrong: script("sleep 20; echo done", "idle-timeout: 5s"),
    right: script("sleep 20; echo done", "idle-timeout: 1m"),
  },
  invalid_output: {
    wrong: script('echo "3 files"', "output: { files: integer }"),
    right: script("echo '{\"files\": 3}'", "output: { files: integer }"),
  },
  output_too_large: {
    wrong: script("cat everything.log", "output: string"),
    right: script("echo everything.log", "output: string"),
  },
  condition_failed: {
    wrong: script("make", "fail-if: stderr != ''"),
    right: script("make", "fail-if: stderr.contains('warning')"),
  },
  expression_failed: {
    wrong: script("make", "if: inputs.files[3] == 'main.c'"),
    right: script("make", "if: inputs.files.size() > 3 && inputs.files[3] == 'main.c'"),
  },
  env_invalid: {
    wrong: script('wc -l <<<"$DIFF"', 'env: { DIFF: "{{ steps.diff.text }}" }'),
    right: script('jq -r .diff "$AIW_INPUT" | wc -l', 'with: { diff: "{{ steps.diff.text }}" }'),
  },
  cwd_invalid: { wrong: script("make", "cwd: ../elsewhere"), right: script("make", "cwd: packages/core") },
  spawn_failed: {
    wrong: "aiw run build.md    # a step needs python3, which is not installed",
    right: "apt install python3\naiw run build.md",
  },
  rejected: {
    wrong: prompt("Shall it go live?", "approval: { by: [maintainer] }"),
    right: prompt(
      "Shall it go live?",
      "approval: { by: [maintainer] }\non-error: continue    # then read output.approved",
    ),
  },
  expired: {
    wrong: prompt("Shall it go live?", "approval: { timeout: 10m }"),
    right: prompt("Shall it go live?", "approval: { timeout: 24h }"),
  },
  interrupted: {
    wrong: script("make deploy", "on-interrupt: fail"),
    right: script("make deploy    # may be made twice", "on-interrupt: retry"),
  },
  concurrency_busy: {
    wrong: "concurrency: { key: deploy, busy: skip }     # in the front matter",
    right: "concurrency: { key: deploy, busy: queue }    # waits its turn",
  },
  repeat_exhausted: {
    wrong: script("make test", "repeat: { until: status == 'completed', max: 1 }"),
    right: script("make test", "repeat: { until: status == 'completed', max: 5, every: 10s }"),
  },
  foreach_too_large: {
    wrong: script("make check", "foreach: inputs.lines     # a million"),
    right: script("make check", "foreach: inputs.files     # a hundred"),
  },
  tool_not_found: {
    wrong: prompt("", "tool: githb.create_review"),
    right: prompt("", "tool: github.create_review"),
  },
  tool_not_executable: { wrong: "ls -l tools/jira    # -rw-r--r--", right: "chmod +x tools/jira" },
  tool_invalid: {
    wrong: "tools:\n  - name: jira\n    scirpt: tools/jira.py",
    right: "tools:\n  - name: jira\n    script: tools/jira.py",
  },
  tool_arguments: {
    wrong: prompt("", "tool: jira.search\nwith: { jql: 7 }"),
    right: prompt("", 'tool: jira.search\nwith: { jql: "project = OPS" }'),
  },
  rate_limit: {
    wrong: prompt("Review the code.", "retry: 0"),
    right: prompt("Review the code.", "retry: { attempts: 3, delay: 1m, on: [rate_limit] }"),
  },
  permission_denied: {
    wrong: "aiw approve RUN    # by: [maintainer], and you are none",
    right: "# aiw.yaml\napprovals: { roles: { maintainer: [you] } }",
  },
  unsupported_option: {
    wrong: prompt("", 'tool: http.get\nwith: { headers: { token: "{{ secrets.TOKEN }}" } }'),
    right: prompt("", 'tool: http.get\nwith: { token: "{{ secrets.TOKEN }}" }'),
  },
  agent_refused: {
    wrong: "aiw run decide.md --agent offline    # the prompt asks for a judgement",
    right: "aiw run decide.md --agent claude",
  },
  agent_not_found: { wrong: "aiw run review.md --agent cluade", right: "aiw run review.md --agent claude" },
  agent_not_installed: {
    wrong: "aiw run review.md --agent codex    # its program is not on the PATH",
    right: "aiw agent info codex    # tells how to install it",
  },
  agent_none: { wrong: "aiw run review.md", right: "aiw run review.md --agent offline" },
  auth: { wrong: "aiw run review.md --agent claude", right: "aiw agent info claude    # tells how to log in" },
  model_not_found: { wrong: "aiw run review.md --model opsu", right: "aiw run review.md --model opus" },
  context_overflow: {
    wrong: script("cat build.log"),
    right: script("tail -n 200 build.log"),
  },
  answer_missing: {
    wrong: "# answers.yaml, for a workflow with the steps security and merge\nsecurity: No findings.",
    right: "# answers.yaml\nsecurity: No findings.\nmerge: No findings in either review.",
  },
};

/** A step with a script. */
function script(text: string, settings = ""): string {
  const fence = settings === "" ? "" : `\`\`\`yaml step\n${settings}\n\`\`\`\n`;
  return `${fence}\`\`\`bash run\n${text}\n\`\`\``;
}

/** A step with prose. */
function prompt(text: string, settings: string): string {
  return `\`\`\`yaml step\n${settings}\n\`\`\`\n${text}`.trimEnd();
}
