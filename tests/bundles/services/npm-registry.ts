import type { Json, JsonObject } from "@aiw/core";
import { type FakeService, listOf, type Routes, startService } from "./fake-service.js";

/** A package with its versions, the latest last. */
export interface FakePackage {
  readonly name: string;
  readonly versions: readonly string[];
  readonly advisory?: {
    readonly title: string;
    readonly severity: string;
    readonly range: string;
    readonly hits: readonly string[];
  };
}

/** A registry that speaks what `npm outdated`, `npm audit` and `npm install --package-lock-only` ask. */
export async function startNpmRegistry(
  packages: readonly FakePackage[],
  onCarriedOut?: (request: string) => Promise<void>,
): Promise<FakeService> {
  let url = "";
  const routes: Routes = {
    "POST /-/npm/v1/security/advisories/bulk": ({ body }) => ({ body: advisoriesFor(packages, body) }),
    "GET /{}": ({ params: [name] }) => {
      const found = packages.find((one) => one.name === name);
      return found === undefined ? { status: 404, body: { error: "Not found" } } : { body: packument(found, url) };
    },
  };
  const service = await startService({ routes, authorize: () => undefined, onCarriedOut });
  url = service.url;
  return service;
}

/** package.json and package-lock.json of a project that has these versions installed. */
export function npmProject(
  registry: string,
  dependencies: Readonly<Record<string, readonly [range: string, version: string]>>,
): Readonly<Record<string, string>> {
  const ranges = Object.fromEntries(Object.entries(dependencies).map(([name, [range]]) => [name, range]));
  const manifest = { name: "shop", version: "1.0.0", private: true, dependencies: ranges };
  const installed = Object.entries(dependencies).map(([name, [, version]]) => [
    `node_modules/${name}`,
    { version, ...distOf(registry, name, version) },
  ]);
  const lock = {
    name: "shop",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: { "": { name: "shop", version: "1.0.0", dependencies: ranges }, ...Object.fromEntries(installed) },
  };
  return {
    "package.json": `${JSON.stringify(manifest, undefined, 2)}\n`,
    "package-lock.json": `${JSON.stringify(lock, undefined, 2)}\n`,
  };
}

function packument({ name, versions }: FakePackage, url: string): JsonObject {
  const entries = versions.map((version): [string, Json] => {
    const { resolved: tarball, integrity } = distOf(url, name, version);
    return [version, { name, version, dist: { tarball, integrity, shasum: "0".repeat(40) } }];
  });
  return { name, "dist-tags": { latest: versions.at(-1) ?? "" }, versions: Object.fromEntries(entries) };
}

function distOf(url: string, name: string, version: string) {
  const integrity = `sha512-${Buffer.from(`${name}@${version}`.padEnd(64, "=")).toString("base64")}`;
  return { resolved: `${url}/${name}/-/${name}-${version}.tgz`, integrity };
}

/** By name, for the versions that the project has. */
function advisoriesFor(packages: readonly FakePackage[], installed: JsonObject): JsonObject {
  const found = packages.flatMap(({ name, advisory }): [string, Json][] => {
    if (advisory === undefined || !listOf(installed, name).some((one) => advisory.hits.includes(String(one))))
      return [];
    const { title, severity, range } = advisory;
    const id = 1_000 + name.length;
    const url = `https://github.com/advisories/GHSA-${name}`;
    return [
      [name, [{ id, url, title, severity, vulnerable_versions: range, cwe: [], cvss: { score: 7, vectorString: "" } }]],
    ];
  });
  return Object.fromEntries(found);
}
