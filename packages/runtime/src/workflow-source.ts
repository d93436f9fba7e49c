import { dirname } from "node:path";
import type { Origin, Tool } from "@aiw/core";
import type { LoadConfig } from "@aiw/markdown";
import { readCapped, shownPath } from "./workflow-file.js";

/** A workflow file that was read and not yet checked. */
export interface WorkflowSource {
  readonly origin: Origin & { readonly file: string };
  /** The file as shown in messages. */
  readonly file: string;
  readonly text: string;
  /** The script tools of the bundle; absent where it is none. */
  readonly tools?: readonly Tool[];
  /** Defaults of the bundle. */
  readonly config?: LoadConfig;
}

/** The libraries that read workflows, loaded by whoever needs them. */
export interface Libraries {
  readonly markdown: typeof import("@aiw/markdown");
  /** Absent: no tools and no bundles are needed. */
  readonly tools?: typeof import("@aiw/tools") | undefined;
}

/** {@link Libraries}, those of bundles too. */
type AllLibraries = Libraries & { readonly tools: typeof import("@aiw/tools") };

/** @throws AiwError `file_too_large`, `file_unreadable`. */
export function openFile(file: string, cwd: string, libraries: Pick<Libraries, "markdown">): WorkflowSource {
  return open({ file, folder: dirname(file), cwd, bundle: false }, libraries);
}

/** @throws AiwError `not_a_bundle`, `config_invalid`, `tool_invalid`, `file_*`. */
export function openBundle(folder: string, cwd: string, libraries: AllLibraries): WorkflowSource {
  const { findBundle, loadBundleConfig, loadBundleTools } = libraries.tools;
  const bundle = findBundle(folder);
  return {
    ...open({ file: bundle.workflowFile, folder, cwd, bundle: true }, libraries),
    tools: loadBundleTools(bundle),
    ...(bundle.config === undefined ? {} : { config: loadBundleConfig(bundle.config) }),
  };
}

function open(origin: WorkflowSource["origin"], { markdown }: Pick<Libraries, "markdown">): WorkflowSource {
  const file = shownPath(origin.file, origin.cwd);
  return { origin, file, text: markdown.decodeSource(readCapped(origin.file, file), file) };
}
