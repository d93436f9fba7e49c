import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, jsonLines, type Project } from "../support/cli.js";
import { processesLeft } from "../support/processes.js";
import { until } from "../support/until.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-run-");
});
afterEach(() => project.remove());

function file(steps: string, front = ""): string {
  return project.write("flow.md", `---\naiw: 1\n${front}---\n# Flow\n\n## Steps\n\n${steps}`);
}

function script(title: string, text: string, settings = ""): string {
  return `### ${title}\n${settings && `\`\`\`yaml step\n${settings}\n\`\`\`\n`}\`\`\`bash run\n${text}\n\`\`\`\n\n`;
}

describe("aiw run", () => {
  it("hands data from step to step and prints the outputs", async () => {
    const flow = file(
      script("Count", 'echo \'{"files": 3, "names": ["a", "b"]}\'', "output: { files: integer, names: [string] }") +
        script(
          "Use",
          'echo "$N files, first $(node -p \'JSON.parse(require("fs").readFileSync(process.env.AIW_INPUT)).names[0]\')"',
          'env: { N: "{{ steps.count.output.files }}" }\nwith: { names: "{{ steps.count.output.names }}" }',
        ),
      "outputs: { said: steps.use.text, files: steps.count.output.files }\n",
    );
    const result = await project.aiw(["run", flow]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain("said: 3 files, first a");
    expect(result.stdout).not.toContain("\u001b[");
  });

  it("prints the journal and a summary as JSON, text on stderr", async () => {
    const flow = file(
      script("One", "echo hi") +
        script("Two", "exit 4", "on-error: continue") +
        script("Three", "true", "if: steps.one.text == 'no'"),
    );
    const result = await project.aiw(["run", flow, "--json", "--run-id", "json-1"]);
    expect(result.code, result.stderr).toBe(0);
    const lines = jsonLines(result.stdout);
    const events = lines.slice(0, -1);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.every((event) => event.v === 1 && event.run === "json-1" && typeof event.at === "number")).toBe(true);
    expect(events[0]).toMatchObject({ type: "run.created" });
    expect(events.at(-1)).toMatchObject({ type: "run.completed" });
    expect(lines.at(-1)).toMatchObject({
      type: "summary",
      run: "json-1",
      status: "completed",
      steps: { one: "completed", two: "failed", three: "skipped" },
      cost_usd: 0,
    });
    expect(typeof lines.at(-1)?.duration_ms).toBe("number");
  });

  it("ends with 1 when a step fails, names the step and says how to go on; resume repeats only what failed", async () => {
    const flow = file(
      script("First", "echo first >> log.txt") +
        script("Second", "echo second >> log.txt; [ -f ready ]") +
        script("Third", "echo third >> log.txt"),
    );
    const failed = await project.aiw(["run", flow, "--run-id", "f-1"]);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain("second");
    expect(failed.stdout).toContain("aiw resume f-1");
    project.write("ready", "");
    const resumed = await project.aiw(["resume", "f-1"]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readFileSync(join(project.folder, "log.txt"), "utf8")).toBe("first\nsecond\nsecond\nthird\n");
    const again = await project.aiw(["resume", "f-1", "--json"]);
    expect(again.code).toBe(0);
    expect(readFileSync(join(project.folder, "log.txt"), "utf8")).toBe("first\nsecond\nsecond\nthird\n");
  });

  it("retries with the same key, honours fail-if and gives up after the last attempt", async () => {
    const flow = file(
      script(
        "Flaky",
        'echo "$AIW_IDEMPOTENCY_KEY" >> keys.txt; [ "$(wc -l < keys.txt)" = 3 ] && echo fine',
        "retry: { attempts: 3, delay: 10ms }",
      ) + script("Judge", "echo 3", "output: integer\nfail-if: output < 5\non-error: continue"),
    );
    const result = await project.aiw(["run", flow, "--json"]);
    expect(result.code, result.stderr).toBe(0);
    const keys = readFileSync(join(project.folder, "keys.txt"), "utf8").trim().split("\n");
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(result.stdout).toContain("condition_failed");
  });

  it("ends a step at its time-out with its whole tree, and the run at its own with 5", async () => {
    const flow = file(
      script("Sleep", "(setsid nohup sleep 300 >/dev/null 2>&1 &) ; trap '' TERM; sleep 300", "timeout: 1s"),
    );
    const step = await project.aiw(["run", flow, "--run-id", "t-1", "--json"]);
    expect(step.code).toBe(5);
    expect(step.stdout).toContain('"timeout"');
    expect(await processesLeft("AIW_RUN=t-1")).toEqual([]);
    const whole = await project.aiw(["run", file(script("Sleep", "sleep 300"), "timeout: 1s\n"), "--run-id", "t-2"]);
    expect(whole.code).toBe(5);
    expect(await processesLeft("AIW_RUN=t-2")).toEqual([]);
  });

  it("stops cleanly on Ctrl-C and says how to resume", async () => {
    const flow = file(script("First", "echo 1 >> log.txt") + script("Slow", "echo started > started; sleep 300"));
    const running = project.start(["run", flow, "--run-id", "c-1"]);
    await until(() => existsSync(join(project.folder, "started")));
    process.kill(running.pid, "SIGINT");
    const result = await running.done;
    expect(result.code).toBe(130);
    expect(result.stdout + result.stderr).toContain("aiw resume c-1");
    expect(await processesLeft("AIW_RUN=c-1")).toEqual([]);
    project.write("flow.md", "no longer the workflow");
    rmSync(join(project.folder, "started"));
    const resume = project.start(["resume", "c-1"]);
    // A cancel before the run was taken up would end it, and the resume would open it again.
    await until(() => existsSync(join(project.folder, "started")));
    expect(readFileSync(join(project.folder, "log.txt"), "utf8")).toBe("1\n");
    const cancel = await project.aiw(["cancel", "c-1", "--reason", "enough"]);
    expect(cancel.code, cancel.stderr).toBe(0);
    const cancelled = await resume.done;
    expect(cancelled.code).toBe(130);
    expect(await processesLeft("AIW_RUN=c-1")).toEqual([]);
    const shown = await project.aiw(["runs", "show", "c-1", "--json"]);
    expect(shown.stdout).toContain('"cancelled"');
    expect((await project.aiw(["cancel", "c-1"])).stdout).toContain("already");
  });

  it("annotates failures and writes the job summary under GitHub Actions", async () => {
    const flow = file(script("Break: it", "echo '::error::forged' >&2; exit 7"));
    const summary = join(project.folder, "summary.md");
    const result = await project.aiw(["run", flow], { env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary } });
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/^::error file=flow\.md,line=\d+,title=Break%3A it::/m);
    expect(readFileSync(summary, "utf8")).toContain("| failed |");
  });

  it("warns when an output was cut", async () => {
    const result = await project.aiw(["run", file(script("Big", "head -c 3000000 /dev/zero | tr '\\0' x"))]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/^warning: big: .*\d/m);
  });

  it("runs a bundle with its tools and a scripted agent", async () => {
    const { mkdirSync, chmodSync } = await import("node:fs");
    mkdirSync(join(project.folder, "bundle", "tools"), { recursive: true });
    project.write(
      "bundle/tools/add.sh",
      '#!/bin/sh\nfor a in "$@"; do case $a in --a=*) a1=${a#--a=};; --b=*) b1=${a#--b=};; esac; done\necho $((a1 + b1))\n',
    );
    chmodSync(join(project.folder, "bundle", "tools", "add.sh"), 0o755);
    project.write(
      "bundle/tools/add.yaml",
      "description: adds\nparameters:\n  a: { type: integer, required: true }\n  b: { type: integer, required: true }\n",
    );
    project.write(
      "bundle/workflow.md",
      "---\naiw: 1\noutputs: { sum: steps.sum.output, said: steps.say.text, made: steps.say.output.word }\n---\n# Bundle\n\n## Steps\n\n### Sum\n```yaml step\ntool: add\nwith: { a: 2, b: 40 }\n```\n\n### Say\n```yaml step\noutput: { word: string }\n```\nThe sum is {{ steps.sum.output }}.\n",
    );
    const answers = project.write("answers.yaml", "say: { text: forty-two, output: { word: x } }\n");
    const result = await project.aiw(["run", "bundle", "--agent", "scripted", "--answers", answers, "--json"]);
    expect(result.code, result.stderr + result.stdout).toBe(0);
    expect(jsonLines(result.stdout).at(-1)).toMatchObject({ outputs: { sum: 42, made: "x" } });
  });
});
