import { basename, join, resolve } from "node:path";
import { AiwError, type Tool } from "@aiw/core";
import { isFile, isFolder, liesInside, listFolder } from "./folder.js";
import { requireScriptTools } from "./script-tools.js";

/** The files of a bundle. Absolute paths; what is absent does not exist. */
export interface Bundle {
  readonly folder: string;
  readonly workflowFile: string;
  readonly toolsFolder?: string | undefined;
  /** `tools.yaml`. */
  readonly manifest?: string | undefined;
  /** `config.yaml`. */
  readonly config?: string | undefined;
}

/**
 * The files of a bundle: `workflow.md`, else `main.md`, else the only `.md` that is not README, CHANGELOG or LICENSE.
 *
 * @throws AiwError `not_a_bundle` with what was seen; `file_not_found`, `file_unreadable`.
 */
export function findBundle(path: string): Bundle {
  const folder = resolve(path);
  const names = listFolder(folder).map((entry) => entry.name);
  const workflowFile = join(folder, workflowName(folder, names));
  if (!liesInside(folder, workflowFile)) {
    throw new AiwError("not_a_bundle", `${basename(workflowFile)} is a link that leads out of ${folder}`, {
      hint: "copy the file into the bundle",
    });
  }
  const toolsFolder = join(folder, "tools");
  const manifest = [join(folder, "tools.yaml"), join(toolsFolder, "tools.yaml")].find(isFile);
  const config = join(folder, "config.yaml");
  return {
    folder,
    workflowFile,
    ...(isFolder(toolsFolder) ? { toolsFolder } : {}),
    ...(manifest === undefined ? {} : { manifest }),
    ...(isFile(config) ? { config } : {}),
  };
}

/**
 * The script tools of a bundle.
 *
 * @throws AiwError `tool_invalid` or `tool_not_executable`, all problems in `details.problems`.
 */
export function loadBundleTools(bundle: Bundle): readonly Tool[] {
  return requireScriptTools(bundle.toolsFolder ?? join(bundle.folder, "tools"), { root: bundle.folder });
}

function workflowName(folder: string, names: readonly string[]): string {
  const first = ["workflow.md", "main.md"].find((name) => isFile(join(folder, name)));
  if (first !== undefined) return first;
  const candidates = names.filter(
    (name) =>
      /\.md$/i.test(name) &&
      !/^(readme|changelog|license)\b/i.test(name) &&
      !name.startsWith(".") &&
      isFile(join(folder, name)),
  );
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only;
  const seen =
    names.length === 0 ? "it is empty" : `it holds ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
  throw new AiwError(
    "not_a_bundle",
    only === undefined ? `${folder} holds no workflow file` : `${folder} holds several Markdown files`,
    {
      hint:
        only === undefined
          ? `a bundle has a workflow.md; ${seen}`
          : `rename the workflow to workflow.md; candidates are ${candidates.slice(0, 8).join(", ")}`,
    },
  );
}
