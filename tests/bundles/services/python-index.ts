import { crc32 } from "node:zlib";
import { isJsonObject, type Json } from "@aiw/core";
import { type FakeService, listOf, objectOf, type Routes, startService, textOf } from "./fake-service.js";

/** Name to versions, the latest last. */
type PythonPackages = Readonly<Record<string, readonly string[]>>;

/** A vulnerability of one version. */
export interface FakeVulnerability {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly fixed: string;
}

/** A package index (PEP 503) below `/simple/`, and the vulnerability database of osv.dev. */
export async function startPythonIndex(
  packages: PythonPackages,
  vulnerabilities: readonly FakeVulnerability[] = [],
): Promise<FakeService> {
  const routes: Routes = {
    "GET /simple/{}/": ({ params: [name = ""] }) => {
      const versions = packages[name];
      if (versions === undefined) return { status: 404 };
      const links = versions.map((version) => `<a href="/wheels/${wheelName(name, version)}">x</a>`);
      const page = `<!DOCTYPE html><html><body>${links.join("\n")}</body></html>`;
      return { bytes: Buffer.from(page), headers: { "content-type": "text/html" } };
    },
    "GET /wheels/{}": ({ params: [file = ""] }) => {
      const [name = "", version = ""] = file.split("-");
      return { bytes: wheel(name, version) };
    },
    "POST /v1/querybatch": ({ body }) => ({
      body: {
        results: listOf(body, "queries")
          .filter(isJsonObject)
          .map((query): Json => {
            const name = textOf(objectOf(query, "package"), "name");
            const hits = vulnerabilities.filter((one) => one.name === name && one.version === query.version);
            return hits.length === 0 ? {} : { vulns: hits.map(({ id }) => ({ id })) };
          }),
      },
    }),
    "GET /v1/vulns/{}": ({ params: [id] }) => {
      const found = vulnerabilities.find((one) => one.id === id);
      if (found === undefined) return { status: 404, body: { message: "Bug not found." } };
      const ranges = [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: found.fixed }] }];
      const affected = [{ package: { name: found.name, ecosystem: "PyPI" }, ranges }];
      return { body: { id: found.id, summary: found.summary, affected, database_specific: { severity: "HIGH" } } };
    },
  };
  return await startService({ routes, authorize: () => undefined });
}

function wheelName(name: string, version: string): string {
  return `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`;
}

/** The smallest wheel that pip takes. */
function wheel(name: string, version: string): Buffer {
  const folder = `${name}-${version}.dist-info`;
  return zip({
    [`${folder}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${folder}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${folder}/RECORD`]: "",
  });
}

/** A ZIP file of texts that are not compressed (APPNOTE 4.3). */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const path = Buffer.from(name);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt32LE(crc32(data), 10);
    about.writeUInt32LE(data.length, 14);
    about.writeUInt32LE(data.length, 18);
    about.writeUInt16LE(path.length, 22);
    local.push(Buffer.from("PK\x03\x04", "latin1"), about, path, data);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), about, more, path);
    offset += 4 + about.length + path.length + data.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, ...central, Buffer.from("PK\x05\x06", "latin1"), end]);
}
