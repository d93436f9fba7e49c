import { basename, join, relative, resolve } from "node:path";
import type { Tool } from "@aiw/core";
import { descriptionKeys, readDescription, type ToolDescription, undescribed } from "./description.js";
import { discoverScripts, type FoundScript } from "./discover.js";
import { type FieldSource, readFields } from "./fields.js";
import { isFile, isFolder, readSettings } from "./folder.js";
import { isToolName, type ManifestTool, readManifest, toolNameHelp } from "./manifest.js";
import { problemsError, type Report, type ToolProblem } from "./problem.js";
import { createScriptTool, type Script } from "./script-tool.js";
import { parseYamlFile } from "./yaml-file.js";

/** Where script tools are looked for. */
export interface ScriptToolOptions {
  /** Path of `tools.yaml`; default: the one beside or inside the folder, if any. */
  readonly manifest?: string | undefined;
  /** Folder that no script and no path of a manifest may leave; default: the folder itself. */
  readonly root?: string | undefined;
}

/** What was found. With problems, `tools` holds the ones without any. */
export interface ScriptTools {
  readonly tools: readonly Tool[];
  /** The script of each tool by its name. Absolute paths. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly ToolProblem[];
}

/**
 * The scripts of a folder as tools, each described by its `<script>.yaml` or, which wins, by `tools.yaml`. A folder that
 * does not exist holds no tools. Reads files only; nothing is run.
 */
export function loadScriptTools(folder: string, options: ScriptToolOptions = {}): ScriptTools {
  const tools = resolve(folder);
  const root = resolve(options.root ?? folder);
  const problems: ToolProblem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const load: Loading = { root, tools, report };
  const listed = readManifests(load, options.manifest);
  const found = isFolder(tools) ? discoverScripts(tools, root) : [];
  const scripts = merge(load, listed, found);
  return {
    tools: scripts.map(createScriptTool),
    files: new Map(scripts.map(({ name, file }) => [name, file])),
    problems,
  };
}

/**
 * The same, for callers that accept no problem.
 *
 * @throws AiwError `tool_invalid` or `tool_not_executable`, all problems in `details.problems`.
 */
export function requireScriptTools(folder: string, options: ScriptToolOptions = {}): readonly Tool[] {
  const { tools, problems } = loadScriptTools(folder, options);
  if (problems.length > 0) throw problemsError(problems);
  return tools;
}

interface Loading {
  readonly root: string;
  readonly tools: string;
  readonly report: Report;
}

function readManifests(load: Loading, given: string | undefined): readonly ManifestTool[] {
  const files =
    given === undefined
      ? [...new Set([join(load.root, "tools.yaml"), join(load.tools, "tools.yaml")])].filter(isFile)
      : [resolve(given)];
  const [file, second] = files;
  if (file === undefined) return [];
  if (second !== undefined) {
    reportFile(load, second, "there are two manifests", `keep ${shown(load, file)} and delete this one`);
  }
  const source = openSettings(load, file);
  return source === undefined ? [] : readManifest(source, { root: load.root, tools: load.tools });
}

/** An entry of the manifest wins over a found script of the same name. */
function merge(load: Loading, listed: readonly ManifestTool[], found: readonly FoundScript[]): readonly Script[] {
  const scripts = new Map<string, Script>();
  const taken = new Map(listed.map((tool) => [tool.name, tool]));
  const named = new Set(listed.map((tool) => tool.file));
  for (const tool of listed) {
    const file = tool.file ?? found.find((script) => script.name === tool.name && !script.refused)?.file;
    if (file !== undefined) scripts.set(tool.name, { name: tool.name, file, about: tool.about });
    else {
      const help = "write `script:` with the path of its script";
      reportFile(load, join(load.tools, tool.name), `tool '${tool.name}' of tools.yaml has no script`, help);
    }
  }
  for (const script of found) {
    if (named.has(script.file) || taken.has(script.name)) continue;
    const usable = usableScript(load, script);
    if (!usable) continue;
    const other = scripts.get(script.name);
    if (other) {
      const help = "rename one of them, or name one in tools.yaml";
      reportFile(load, script.file, `${basename(other.file)} has the same name '${script.name}'`, help);
    } else scripts.set(script.name, usable);
  }
  return [...scripts.values()];
}

function usableScript(load: Loading, script: FoundScript): Script | undefined {
  const path = shown(load, script.file);
  if (script.refused === "outside") {
    reportFile(load, script.file, "it is a link that leads out of the bundle", "copy the file into the bundle");
    return undefined;
  }
  if (script.refused === "not_executable") {
    const message = `'${path}' may not be executed`;
    load.report({ code: "tool_not_executable", file: path, line: 1, column: 1, message, help: `run chmod +x ${path}` });
    return undefined;
  }
  if (!isToolName(script.name)) {
    reportFile(load, script.file, `'${script.name}' cannot name a tool`, `${toolNameHelp}; or name it in tools.yaml`);
    return undefined;
  }
  const about = script.companion === undefined ? undescribed : readCompanion(load, script.companion);
  return about === undefined ? undefined : { name: script.name, file: script.file, about };
}

function readCompanion(load: Loading, file: string): ToolDescription | undefined {
  const source = openSettings(load, file);
  if (!source) return undefined;
  const fields = readFields(source, [], descriptionKeys);
  return fields && readDescription({ source, fields, root: load.root });
}

function openSettings(load: Loading, path: string): FieldSource | undefined {
  const file = parseYamlFile(shown(load, path), readSettings(path), "tool_invalid", load.report);
  return file && { file, code: "tool_invalid", report: load.report };
}

function reportFile(load: Loading, path: string, message: string, help: string): void {
  load.report({ code: "tool_invalid", file: shown(load, path), line: 1, column: 1, message, help });
}

function shown({ root }: Loading, path: string): string {
  return relative(root, path) || basename(path);
}
