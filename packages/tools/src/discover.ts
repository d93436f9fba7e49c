import { extname, join } from "node:path";
import { isExecutable, isFile, liesInside, listFolder } from "./folder.js";
import { hasInterpreter, hasShebang } from "./interpreter.js";

/** A file in a folder of tools that counts as a script. */
export interface FoundScript {
  /** File name without its extension. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** `<script>.yaml` beside it. */
  readonly companion?: string | undefined;
  /** Why it cannot be used. */
  readonly refused?: "outside" | "not_executable";
}

/**
 * The scripts of a folder, by name: every file with an executable bit or a known extension. Folders, dotfiles, YAML
 * files, README.md and other data are no scripts. A file that begins with `#!` but may not be executed was meant as one,
 * so it is found and refused.
 */
export function discoverScripts(folder: string, root: string): readonly FoundScript[] {
  const names = listFolder(folder).map((entry) => entry.name);
  return names.flatMap((fileName): readonly FoundScript[] => {
    const file = join(folder, fileName);
    if (fileName.startsWith(".") || isDocument(fileName) || !isFile(file)) return [];
    const name = stem(fileName);
    if (!liesInside(root, file)) return [{ name, file, refused: "outside" }];
    if (!hasInterpreter(file) && !isExecutable(file)) {
      return hasShebang(file) ? [{ name, file, refused: "not_executable" }] : [];
    }
    const companion = [`${name}.yaml`, `${fileName}.yaml`, `${name}.yml`, `${fileName}.yml`].find((n) =>
      names.includes(n),
    );
    return [{ name, file, ...(companion === undefined ? {} : { companion: join(folder, companion) }) }];
  });
}

/** File name without its last extension. */
export function stem(fileName: string): string {
  return fileName.slice(0, fileName.length - extname(fileName).length);
}

function isDocument(fileName: string): boolean {
  return /\.(ya?ml|md|txt)$/i.test(fileName);
}
