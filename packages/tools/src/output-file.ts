import { closeSync, fstatSync, lstatSync, openSync, readSync } from "node:fs";

/** Most that is read of `$AIW_OUTPUT`. */
export const maxOutputFileBytes = 16 * 1024 * 1024;

/** What a script left in `$AIW_OUTPUT`. */
export type OutputFile =
  | { readonly status: "absent" }
  | { readonly status: "too_large"; readonly bytes: number }
  | { readonly status: "written"; readonly text: string };

/** Reads the file. What is not a regular file (a pipe would block us) counts as absent. */
export function readOutputFile(file: string): OutputFile {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return { status: "absent" };
  const handle = openSync(file, "r");
  try {
    const { size } = fstatSync(handle);
    if (size > maxOutputFileBytes) return { status: "too_large", bytes: size };
    const buffer = Buffer.alloc(size);
    return { status: "written", text: buffer.subarray(0, readSync(handle, buffer, 0, size, 0)).toString("utf8") };
  } finally {
    closeSync(handle);
  }
}
