import { dirname, join } from "node:path";
import { isJsonObject } from "@aiw/core";
import { type DescriptionPlace, descriptionKeys, readDescription, type ToolDescription } from "./description.js";
import { stem } from "./discover.js";
import { type FieldSource, type Fields, readFields } from "./fields.js";
import { isExecutable, isFile, liesInside, resolveInside } from "./folder.js";
import { commandFor } from "./interpreter.js";
import type { YamlPath } from "./yaml-file.js";

/** One entry of `tools.yaml`. */
export interface ManifestTool {
  readonly name: string;
  /** Absolute; absent: the script of this name in the folder of tools. */
  readonly file?: string | undefined;
  readonly about: ToolDescription;
  /** Where the entry stands, for later problems. */
  readonly path: YamlPath;
}

/** Folders that a manifest's paths are looked up in. */
export interface ManifestFolders {
  /** No script may lie outside. */
  readonly root: string;
  readonly tools: string;
  /** Of the manifest itself. */
  readonly manifest: string;
}

const entryKeys = ["name", "script", ...descriptionKeys];

/** Reads `tools: [{ name, script, … }]`. */
export function readManifest(source: FieldSource, folders: Omit<ManifestFolders, "manifest">): readonly ManifestTool[] {
  const top = readFields(source, [], ["tools"]);
  if (!top) return [];
  const raw = top.value("tools");
  if (!Array.isArray(raw)) {
    top.fail("tools", "'tools' must be a list", "write `tools:` and below it `- name: …`");
    return [];
  }
  const seen = new Set<string>();
  return raw.flatMap((item: unknown, index: number) => {
    const fields = readFields(source, ["tools", index], entryKeys);
    const entry = isJsonObject(item) && fields ? readEntry(source, fields, folders) : undefined;
    if (!entry) return [];
    if (seen.has(entry.name)) fields?.fail("name", `'${entry.name}' is described twice`, "keep one of them");
    seen.add(entry.name);
    return [entry];
  });
}

function readEntry(
  source: FieldSource,
  fields: Fields,
  folders: Omit<ManifestFolders, "manifest">,
): ManifestTool | undefined {
  const place: DescriptionPlace = { source, fields, root: folders.root };
  const about = readDescription(place);
  const script = fields.text("script");
  const name = fields.text("name") ?? (script === undefined ? undefined : stem(script.split("/").at(-1) ?? script));
  if (name === undefined) {
    fields.fail("name", "the tool has no name", "write `name:` and `script:`");
    return undefined;
  }
  if (!isToolName(name)) fields.fail("name", `'${name}' cannot name a tool`, toolNameHelp);
  if (script === undefined) return { name, about, path: fields.path };
  const manifest = dirname(join(folders.root, source.file.name));
  const file = findScript(source, fields, script, { ...folders, manifest });
  return file === undefined ? undefined : { name, file, about, path: fields.path };
}

function findScript(source: FieldSource, fields: Fields, script: string, folders: ManifestFolders): string | undefined {
  const inside = [folders.manifest, folders.root, folders.tools].flatMap((folder) => {
    const file = resolveInside(folders.root, relativeTo(folders.root, folder, script));
    return file === undefined || isOutsidePath(script) ? [] : [file];
  });
  const file = inside.find(isFile);
  if (file === undefined) {
    const why = inside.length === 0 ? "leads out of the bundle" : "does not exist";
    fields.fail("script", `the script '${script}' ${why}`, "write its path from the folder of the bundle");
    return undefined;
  }
  if (!liesInside(folders.root, file)) {
    fields.fail(
      "script",
      `the script '${script}' is a link that leads out of the bundle`,
      "copy the file into the bundle",
    );
    return undefined;
  }
  if (commandFor(file, isExecutable(file)) !== undefined) return file;
  const { report } = source;
  report({
    code: "tool_not_executable",
    file: source.file.name,
    ...source.file.at([...fields.path, "script"]),
    message: `the script '${script}' may not be executed`,
    help: `run chmod +x ${script}`,
  });
  return undefined;
}

/** Help for {@link isToolName}. */
export const toolNameHelp = "use letters, digits, _ and -, beginning with a letter";

/** Can workflows name it (`tool: name.operation`)? */
export function isToolName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name);
}

function isOutsidePath(script: string): boolean {
  return script.startsWith("/") || script.includes("\0");
}

function relativeTo(root: string, folder: string, script: string): string {
  return folder === root ? script : join(folder.slice(root.length + 1), script);
}
