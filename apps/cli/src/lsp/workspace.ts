import { dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type AiwError, isAiwError } from "@aiw/core";
import { type Analysis, type AnalyzeOptions, analyze } from "@aiw/markdown";
import { type LoadedWorkflow, openProject, openSurroundings } from "@aiw/runtime";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Converter, createConverter } from "./convert.js";

/** One version of an open document, read and checked. */
export interface OpenFile {
  readonly document: TextDocument;
  readonly analysis: Analysis;
  readonly at: Converter;
  /** Absolute path; absent for a document that was never saved. */
  readonly path: string | undefined;
  /** What paths in messages are relative to. */
  readonly folder: string;
  /** Sub-workflows, as they are on disk. */
  readonly children: LoadedWorkflow["children"];
  /** What is wrong with tools and configuration around the file. */
  readonly faults: readonly AiwError[];
}

/** What a workspace is opened with. */
export interface WorkspaceOptions {
  /** The process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the server was started. */
  readonly cwd: string;
}

/** Reads documents with what lies around them, each version once. */
export class Workspace {
  readonly #options: WorkspaceOptions;
  readonly #files = new Map<string, { readonly version: number; readonly file: Promise<OpenFile> }>();
  readonly #agents = new Map<string, Promise<readonly string[]>>();
  #folders: readonly string[] = [];

  constructor(options: WorkspaceOptions) {
    this.#options = options;
  }

  /** Folders that the editor has open, as addresses. */
  setFolders(addresses: readonly string[]): void {
    this.#folders = addresses.flatMap((address) => pathOf(address) ?? []);
  }

  /** The document as it is now. */
  async read(document: TextDocument): Promise<OpenFile> {
    const { uri, version } = document;
    const known = this.#files.get(uri);
    if (known?.version === version) return await known.file;
    const file = this.#read(document);
    this.#files.set(uri, { version, file });
    return await file;
  }

  /** Is it open? */
  has(uri: string): boolean {
    return this.#files.has(uri);
  }

  /** The document is open no more. */
  forget(uri: string): void {
    this.#files.delete(uri);
  }

  /** Something on disk changed: nothing that was read counts any more. */
  reset(): void {
    this.#files.clear();
    this.#agents.clear();
  }

  async #read(document: TextDocument): Promise<OpenFile> {
    const path = pathOf(document.uri);
    const folder = this.#folderOf(path);
    const text = document.getText();
    const common = { document, at: createConverter(document), path, folder };
    if (path === undefined) {
      const file = decodeURIComponent(document.uri.split("/").at(-1) ?? document.uri);
      return { ...common, analysis: analyze(text, { file }), children: [], faults: [] };
    }
    const { options, children, faults } = await openSurroundings(path, folder);
    const agents = await this.#agentsOf(folder);
    const { analysis, fault } = analyzeSafely(text, { ...options, agents });
    return { ...common, analysis, children: children(), faults: fault === undefined ? faults : [...faults, fault] };
  }

  #folderOf(path: string | undefined): string {
    if (path === undefined) return this.#folders[0] ?? this.#options.cwd;
    const around = this.#folders.filter((folder) => resolve(path).startsWith(folder + sep));
    return around.sort((a, b) => b.length - a.length)[0] ?? dirname(path);
  }

  #agentsOf(folder: string): Promise<readonly string[]> {
    const known = this.#agents.get(folder) ?? agentsOf(folder, this.#options.env);
    this.#agents.set(folder, known);
    return known;
  }
}

/** The path of an address; undefined when it names no file. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

/** Broken tools in a folder that the file declares keep it from being checked with them. */
function analyzeSafely(
  text: string,
  options: AnalyzeOptions,
): { readonly analysis: Analysis; readonly fault?: AiwError } {
  try {
    return { analysis: analyze(text, options) };
  } catch (fault) {
    if (!isAiwError(fault) || fault.code === "internal") throw fault;
    const { tools: _tools, readTools: _readTools, ...rest } = options;
    return { analysis: analyze(text, rest), fault };
  }
}

async function agentsOf(folder: string, env: WorkspaceOptions["env"]): Promise<readonly string[]> {
  try {
    const project = await openProject({ cwd: folder, env });
    const ids = project.agents.entries.map(({ id }) => id);
    await project.close();
    return ids;
  } catch (error) {
    // A configuration with mistakes is told by `aiw doctor`; here it only means that no agents are offered.
    if (isAiwError(error)) return [];
    throw error;
  }
}
