import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { AiwError, isAiwError, type Tool } from "@aiw/core";
import type { KnownTool, LoadOptions, LoadResult, UsedInterface, UseProblem } from "@aiw/markdown";
import { findProject } from "./home.js";
import type { LoadedChild, LoadedWorkflow } from "./loaded-workflow.js";
import { inspectPath, readBelow, shownPath } from "./workflow-file.js";
import { type Libraries, openBundle, openFile, type WorkflowSource } from "./workflow-source.js";

/** Sub-workflows may use others, so deep. */
const maxDepth = 8;
/** All sub-workflows of one workflow; one that is used twice counts twice. */
const maxChildren = 64;

/**
 * Checks a workflow with its sub-workflows.
 *
 * @throws AiwError of the workflow itself; what is wrong with a sub-workflow is a problem of whoever uses it.
 */
export function loadTree(root: WorkflowSource, libraries: Libraries): LoadedWorkflow {
  const tree = new Tree(root, libraries);
  const result = tree.load(root, []);
  const { origin, text, file, tools = [] } = root;
  return { ...result, origin, text, file, tools, children: [...tree.children.values()] };
}

/** How a workflow's own text is loaded, whoever has it. */
export interface TreeOptions {
  /** For one load. */
  readonly options: LoadOptions;
  /** The sub-workflows that it found. */
  children(): readonly LoadedChild[];
}

/** Everything that {@link loadTree} gives the loader besides the text. */
export function treeOptions(root: WorkflowSource, libraries: Libraries): TreeOptions {
  const tree = new Tree(root, libraries);
  return { options: tree.optionsOf(root, []), children: () => [...tree.children.values()] };
}

class Tree {
  /** By the name that is shown. */
  readonly children = new Map<string, LoadedChild>();
  readonly #libraries: Libraries;
  /** Folders that no sub-workflow may leave. */
  readonly #roots: readonly string[];
  #count = 0;

  constructor({ origin: { folder, cwd } }: WorkflowSource, libraries: Libraries) {
    this.#libraries = libraries;
    this.#roots = [findProject(cwd).project, folder, cwd];
  }

  /** @param above - The workflows that use it, the outermost first. */
  load(source: WorkflowSource, above: readonly WorkflowSource[]): LoadResult {
    return this.#libraries.markdown.loadWorkflowText(source.text, this.optionsOf(source, above));
  }

  /** What the loader finds around a file. */
  optionsOf(source: WorkflowSource, above: readonly WorkflowSource[]): LoadOptions {
    const { origin, file, tools, config } = source;
    const line = [...above, source];
    return {
      file,
      ...(config === undefined ? {} : { config }),
      ...(tools === undefined ? {} : { tools: tools.map(facts) }),
      readFile: (path) => readBelow(origin.folder, path),
      readTools: (path) => this.#readTools(source, path),
      readUse: (target) => (target.startsWith("@") ? undefined : this.#use(target, line)),
    };
  }

  #readTools({ origin }: WorkflowSource, path: string): readonly KnownTool[] | undefined {
    const folder = resolve(origin.folder, path);
    if (!existsSync(folder)) return undefined;
    return (this.#libraries.tools?.requireScriptTools(folder, { root: origin.folder }) ?? []).map(facts);
  }

  /** @param line - The workflow that says `use:` stands last. */
  #use(target: string, line: readonly WorkflowSource[]): UsedInterface | UseProblem {
    this.#count += 1;
    if (this.#count > maxChildren) return tooMany();
    if (line.length > maxDepth) return tooDeep();
    try {
      const child = this.#open(target, line);
      return "message" in child ? child : this.#check(child, line);
    } catch (error) {
      if (!isAiwError(error) || error.code === "internal") throw error;
      const [message = ""] = error.message.split("\n");
      return { message, ...(error.hint === undefined ? {} : { help: error.hint }) };
    }
  }

  #check(child: WorkflowSource, line: readonly WorkflowSource[]): UsedInterface | UseProblem {
    const { workflow, outputs = {}, problems } = this.load(child, line);
    const { file, text } = child;
    if (!this.children.has(file)) this.children.set(file, { file, text, problems });
    if (workflow !== undefined) {
      const { cwd: _, ...from } = child.origin;
      return { workflow: { workflow, from }, inputs: workflow.inputs, outputs };
    }
    const first = problems.find(({ severity }) => severity === "error");
    const place = first === undefined ? file : `${first.file}:${first.line}:${first.column}`;
    return {
      message: `${place}: ${first?.message ?? "it has problems"}`,
      help: `\`aiw check ${file}\` shows all that is wrong there`,
    };
  }

  /** @throws AiwError when it cannot be read. */
  #open(target: string, line: readonly WorkflowSource[]): WorkflowSource | UseProblem {
    const { origin } = line.at(-1) ?? missing();
    const path = resolve(origin.folder, target);
    if (!this.#isAllowed(path)) return outside(shownPath(path, origin.cwd));
    const { isFolder } = inspectPath(path, shownPath(path, origin.cwd), origin.cwd);
    const { markdown, tools = missing() } = this.#libraries;
    if (!isFolder && !/\.(md|markdown|flow\.ya?ml)$/i.test(path)) return noWorkflow(shownPath(path, origin.cwd));
    const source = isFolder
      ? openBundle(path, origin.cwd, { markdown, tools })
      : openFile(path, origin.cwd, { markdown });
    const real = realpathSync(source.origin.file);
    const start = line.findIndex((one) => realPath(one.origin.file) === real);
    return start < 0 ? source : cycle([...line.slice(start), source].map(({ file }) => file));
  }

  /** Where it says it is, and where its links lead. */
  #isAllowed(path: string): boolean {
    if (!this.#roots.some((root) => liesBelow(root, path))) return false;
    if (!existsSync(path)) return true;
    const real = realpathSync(path);
    return this.#roots.some((root) => liesBelow(realpathSync(root), real));
  }
}

/** What an editor has open need not be on disk. */
function realPath(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

function facts({ name, operations }: Tool): KnownTool {
  return { name, operations };
}

function liesBelow(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return !isAbsolute(inside) && inside !== ".." && !inside.startsWith(`..${sep}`);
}

function tooMany(): UseProblem {
  return {
    message: `a workflow has at most ${maxChildren} sub-workflows, those of its sub-workflows included`,
    help: "start some of them as runs of their own",
  };
}

function tooDeep(): UseProblem {
  return { message: `sub-workflows are nested more than ${maxDepth} deep`, help: "use fewer levels" };
}

function outside(shown: string): UseProblem {
  return {
    message: `${shown} lies outside the project`,
    help: "keep sub-workflows in the project's folder or below the workflow file",
  };
}

function noWorkflow(shown: string): UseProblem {
  return {
    message: `${shown} is no workflow file`,
    help: "name a Markdown file, a *.flow.yaml or the folder of a bundle",
  };
}

function cycle(files: readonly string[]): UseProblem {
  return { message: `${files[0]} uses itself: ${files.join(" → ")}`, help: "remove one of these uses" };
}

function missing(): never {
  throw new AiwError("internal", "a sub-workflow was loaded without what loads it");
}
