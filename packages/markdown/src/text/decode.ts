import { AiwError } from "@aiw/core";

/** Largest workflow file in bytes. */
export const maxFileBytes = 1024 * 1024;

/**
 * The text of a workflow file: UTF-8 without its byte order mark; line ends stay as they are.
 *
 * @throws AiwError `file_too_large` over {@link maxFileBytes}; `file_unreadable` when it holds a NUL byte or is not UTF-8.
 */
export function decodeSource(bytes: Uint8Array, file = "the file"): string {
  if (bytes.byteLength > maxFileBytes) {
    throw new AiwError("file_too_large", `${file} has ${bytes.byteLength} bytes; a workflow may have ${maxFileBytes}`, {
      hint: "move long reference material into files that the steps read",
    });
  }
  if (bytes.includes(0)) {
    throw new AiwError("file_unreadable", `${file} is not a text file: it holds a NUL byte`, {
      hint: "a workflow is a Markdown file in UTF-8",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AiwError("file_unreadable", `${file} is not valid UTF-8`, {
      hint: "save it as UTF-8 and try again",
      cause,
    });
  }
}
