import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, path } from "./http.mjs";
import { run } from "./program.mjs";
import { ToolError } from "./tool.mjs";

/** pip, by its own program, over the exact pins of requirements.txt; vulnerabilities come from osv.dev. */
export const pip = { files: ["requirements.txt"], outdated, audit, update };

const pinPattern = /^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?\s*==\s*([0-9][^\s;#]*)/;

/** The pins that have a newer version. What cannot be looked up, such as a package without wheels, is told on stderr. */
async function outdated(folder) {
  const pins = readPins(folder);
  const found = [];
  const failures = [];
  const rest = [...pins];
  const work = async () => {
    for (let pin = rest.shift(); pin !== undefined; pin = rest.shift()) {
      const { name, version: current } = pin;
      try {
        const latest = await latestOf(folder, name);
        const is_major = major(current) !== major(latest);
        if (latest !== current) found.push({ name, kind: "requirement", current, wanted: latest, latest, is_major });
      } catch (error) {
        failures.push(error);
        process.stderr.write(`${name} is left out: ${error.message}\n`);
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  if (failures.length > 0 && failures.length === pins.length) throw failures[0];
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/** What pip would install. Only wheels: building a source package runs its code. */
async function latestOf(folder, name) {
  const options = ["--dry-run", "--no-deps", "--ignore-installed", "--only-binary", ":all:", "--quiet"];
  const args = ["-m", "pip", "install", ...options, "--disable-pip-version-check", "--report", "-", "--", name];
  const env = process.env.PIP_INDEX_URL ? {} : { PIP_INDEX_URL: undefined };
  const { stdout } = await run("python3", args, {
    cwd: folder,
    env: { ...env, PIP_NO_INPUT: "1" },
    title: "pip install",
  });
  return JSON.parse(stdout).install[0].metadata.version;
}

const osv = createClient("OSV", () => ({ baseUrl: process.env.OSV_API_URL || "https://api.osv.dev", headers: {} }));

async function audit(folder) {
  const pins = readPins(folder);
  const hits = await vulnerabilitiesOf(pins);
  const ids = [...new Set(hits.map(({ id }) => id))];
  const details = new Map();
  for (const id of ids) details.set(id, await osv.get(path`/v1/vulns/${id}`));
  return hits.map(({ pin, id }) => advisory(pin, details.get(id)));
}

/** Asked in one request, and again for those that have further pages. */
async function vulnerabilitiesOf(pins) {
  const hits = [];
  let open = pins.map((pin) => ({ pin, token: undefined }));
  while (open.length > 0) {
    const queries = open.map(({ pin: { name, version }, token }) => ({
      package: { name, ecosystem: "PyPI" },
      version,
      ...(token === undefined ? {} : { page_token: token }),
    }));
    const { results } = await osv.post("/v1/querybatch", { queries }, { safe: true });
    const next = [];
    for (const [index, { vulns = [], next_page_token: token }] of results.entries()) {
      const { pin } = open[index];
      hits.push(...vulns.map(({ id }) => ({ pin, id })));
      if (token) next.push({ pin, token });
    }
    open = next;
  }
  return hits;
}

function advisory(pin, { id, summary, database_specific: more, affected = [] }) {
  const own = affected.filter((one) => normal(one.package?.name ?? "") === normal(pin.name));
  const events = own.flatMap(({ ranges = [] }) => ranges.flatMap((range) => range.events));
  const fixed = events.flatMap((event) => (event.fixed && versionLike(event.fixed) ? [event.fixed] : []));
  return {
    name: pin.name,
    severity: String(more?.severity ?? "unknown").toLowerCase(),
    is_direct: true,
    range: `==${pin.version}`,
    titles: [summary ?? id],
    urls: [`https://osv.dev/vulnerability/${id}`],
    ...(fixed.length > 0 ? { fixed_in: `${pin.name} ${fixed.at(-1)}` } : {}),
  };
}

async function update(folder, updates) {
  const file = join(folder, "requirements.txt");
  const pins = readPins(folder);
  const wanted = new Map(updates.map(({ name, to }) => [normal(name), to]));
  const unknown = updates.filter(({ name }) => !pins.some((pin) => normal(pin.name) === normal(name)));
  if (unknown.length > 0) {
    throw new ToolError(`pip: not pinned in requirements.txt: ${unknown.map(({ name }) => name).join(", ")}`);
  }
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => {
      const pin = pinPattern.exec(line);
      const to = pin === null ? undefined : wanted.get(normal(pin[1]));
      return to === undefined ? line : line.replace(pinPattern, `$1$2==${to}`);
    });
  writeFileSync(file, lines.join("\n"));
  return updates.map(({ name, to }) => ({ name, version: to }));
}

/** Lines `name==version`; others have no version to compare. */
function readPins(folder) {
  const file = join(folder, "requirements.txt");
  if (!existsSync(file)) throw new ToolError("pip: requirements.txt is missing");
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      const match = pinPattern.exec(line);
      return match === null ? [] : [{ name: match[1], version: match[3] }];
    });
}

/** PEP 503: case, and runs of `-`, `_` and `.`, make no difference. */
function normal(name) {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function versionLike(text) {
  return /^\d+(\.\d+)*/.test(text);
}

function major(version) {
  return version.split(".")[0];
}
