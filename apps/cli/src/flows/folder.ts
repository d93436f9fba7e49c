import { statSync } from "node:fs";
import { resolve } from "node:path";
import { AiwError, nearest } from "@aiw/core";
import { requirePath } from "../flags.js";

/**
 * A folder that is there.
 *
 * @param shown - As it was typed.
 * @param group - The group of commands whose first one takes a folder: a mistyped command ends here.
 * @throws AiwError `file_not_found`, `usage` for a file.
 */
export function requireFolder(folder: string, shown: string, group: FolderCommand): string {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return folder;
  const near = nearest(shown, group.commands);
  const hint = near === undefined ? undefined : `did you mean \`aiw ${group.name} ${near}\`?`;
  if (stats !== undefined) {
    const take = group.commands.find((name) => name === "show" || name === "info") ?? "list";
    throw new AiwError("usage", `${shown} is no folder`, { hint: hint ?? `\`aiw ${group.name} ${take} ${shown}\`?` });
  }
  throw new AiwError("file_not_found", `${shown} does not exist`, {
    hint: hint ?? "name a folder, or nothing for this one",
  });
}

/** A group of commands. */
export interface FolderCommand {
  readonly name: string;
  readonly commands: readonly string[];
}

/**
 * The folder of a bundle. Whether it is one shows when it is loaded; a file is none for certain.
 *
 * @returns The absolute path.
 * @throws AiwError `file_not_found`, `not_a_bundle`, `usage`.
 */
export function requireBundle(path: string, cwd: string): string {
  const folder = resolve(cwd, requirePath(path));
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new AiwError("file_not_found", `${path} does not exist`, { hint: "`aiw bundle list` shows the bundles" });
  }
  if (stats.isDirectory()) return folder;
  throw new AiwError("not_a_bundle", `${path} is a file; a bundle is a folder`, {
    hint: `\`aiw run ${path}\` runs a workflow file, \`aiw check ${path}\` checks it`,
  });
}
