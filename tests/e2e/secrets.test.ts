import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createProject, type Project } from "../support/cli.js";
import { processesLeft } from "../support/processes.js";
import { until } from "../support/until.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-secret-");
});
afterEach(() => project.remove());

const secret = 'Zq9/k"L3+w&x\\Ü-t0p=secret%value';
const lines = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7v\nq83vEiQp0aXyz12345\n-----END KEY-----";

const workflow = `---
aiw: 1
secrets: [TOKEN, KEY]
outputs: { shown: steps.shout.text }
---
# Shouts its secrets

## Steps

### Shout
\`\`\`yaml step
env: { T: "{{ secrets.TOKEN }}", B: "Bearer {{ secrets.TOKEN }}" }
with: { key: "{{ secrets.KEY }}" }
\`\`\`
\`\`\`js run
import { readFileSync } from "node:fs";
const { T, B, AIW_INPUT } = process.env;
const { key } = JSON.parse(readFileSync(AIW_INPUT, "utf8"));
if (B !== "Bearer " + T) process.exit(9);
const forms = [];
for (const value of [T, key]) {
  const bytes = Buffer.from(value);
  for (const pad of ["", "x", "xy"]) {
    const shifted = Buffer.concat([Buffer.from(pad), bytes, Buffer.from("tail")]);
    forms.push(shifted.toString("base64"), shifted.toString("base64url"));
  }
  forms.push(value, bytes.toString("hex"), bytes.toString("hex").toUpperCase(), encodeURIComponent(value));
  forms.push(JSON.stringify(value), new URLSearchParams({ value }).toString(), ...value.split("\\n"));
}
for (const form of forms) {
  const cut = Math.floor(form.length / 2);
  process.stdout.write(form.slice(0, cut));
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.stdout.write(form.slice(cut) + "\\n");
  process.stderr.write(form + "\\n");
}
\`\`\`

### Fail with it
\`\`\`yaml step
env: { T: "{{ secrets.TOKEN }}" }
on-error: continue
\`\`\`
\`\`\`bash run
echo "cannot log in with $T" >&2
exit 3
\`\`\`

### Ask
\`\`\`yaml step
agent: offline
\`\`\`
Facts: {{ steps.shout.text ?? 'none' }}
`;

it("writes a secret to no file, log, event or terminal, in none of its encodings", async () => {
  const file = project.write("secret.md", workflow);
  const env = { TOKEN: secret, KEY: lines };
  const outputs: string[] = [];
  for (const args of [["--json"], ["-v"], []]) {
    const result = await project.aiw(["run", file, "--run-id", `s${args.join("")}`, ...args], { env });
    expect(result.code, result.stderr).toBe(0);
    outputs.push(result.stdout, result.stderr);
  }
  for (const args of [["list"], ["show", "s"], ["logs", "s"], ["logs", "s", "--json"], ["show", "s", "--json"]]) {
    const result = await project.aiw(["runs", ...args]);
    expect(result.code, result.stderr).toBe(0);
    outputs.push(result.stdout, result.stderr);
  }
  const files = allFiles(project.env.AIW_HOME ?? "");
  expect(files.length).toBeGreaterThan(0);
  const places = [...outputs.map((text) => Buffer.from(text)), ...files.map((path) => readFileSync(path))];
  const needles = forms([secret, lines]);
  for (const place of places) {
    for (const needle of needles) expect(place.includes(needle), needle).toBe(false);
  }
  expect(Buffer.concat(places).includes("[redacted]")).toBe(true);
});

it("refuses a run whose secret is missing, by name, before anything is written", async () => {
  const result = await project.aiw(["run", project.write("secret.md", workflow)], { env: { TOKEN: secret } });
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/KEY/);
  expect(result.stderr).not.toContain(secret);
});

it("reads secrets from a file", async () => {
  project.write("secrets.json", JSON.stringify({ TOKEN: secret, KEY: lines }));
  const result = await project.aiw(["run", project.write("secret.md", workflow), "--secrets-file", "secrets.json"]);
  expect(result.code, result.stderr).toBe(0);
  expect(result.stdout + result.stderr).not.toContain(secret);
});

it("leaves no secret in a file when it is killed with a step under way", async () => {
  const wait =
    'setTimeout(() => writeFileSync("started", ""), 200);\nawait new Promise(() => setInterval(() => {}, 1e6));';
  const text = workflow.replace("import { readFileSync }", `${wait}\nimport { readFileSync, writeFileSync }`);
  const temporary = join(project.folder, "tmp");
  mkdirSync(temporary);
  const env = { TOKEN: secret, KEY: lines, TMPDIR: temporary };
  const running = project.start(["run", project.write("secret.md", text), "--run-id", "killed"], { env });
  await until(() => existsSync(join(project.folder, "started")));
  const [input = ""] = allFiles(temporary).filter((path) => path.endsWith("input.json"));
  expect(readFileSync(input, "utf8")).toContain("BEGIN KEY");
  process.kill(running.pid, "SIGKILL");
  await until(() => allFiles(temporary).length === 0);
  expect(await processesLeft("AIW_RUN=killed")).toEqual([]);
});

function forms(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    const bytes = Buffer.from(value);
    // The middle of a base64 form is the same whatever stands around the secret.
    const base64 = [0, 1, 2].map((pad) =>
      Buffer.concat([Buffer.alloc(pad, "x"), bytes])
        .toString("base64")
        .slice(4, -4),
    );
    return [
      value,
      bytes.toString("hex"),
      bytes.toString("hex").toUpperCase(),
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      new URLSearchParams({ value }).toString().slice("value=".length),
      ...base64,
      ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
      ...value.split("\n").filter((line) => !line.startsWith("---")),
    ];
  });
}

function allFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}
