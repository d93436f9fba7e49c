import { fileKeyDocs } from "../settings/file-key-docs.js";
import type { KeyDoc } from "../settings/key-doc.js";
import { undoTable } from "../settings/keys.js";
import { stepKeyDocs } from "../settings/step-key-docs.js";
import type { FilePart } from "./view.js";

const undoKeyDocs = Object.fromEntries(Object.entries(stepKeyDocs).filter(([key]) => undoTable.known.includes(key)));

/** What is known of a map at a path of settings: which keys it may have; of a value, what it may be. */
export type ValueDoc = Partial<KeyDoc>;

/** What is known of the value at a path of settings; list indexes count for nothing. */
export function docAt({ kind }: FilePart, path: readonly (string | number)[]): ValueDoc | undefined {
  let doc: ValueDoc | undefined = {
    keys: kind === "front" ? fileKeyDocs : kind === "undo" ? undoKeyDocs : stepKeyDocs,
  };
  for (const part of path) {
    if (typeof part === "number") continue;
    const known: KeyDoc | undefined =
      doc.keys !== undefined && Object.hasOwn(doc.keys, part) ? doc.keys[part] : undefined;
    doc = known ?? doc.each;
    if (doc === undefined) return undefined;
  }
  return doc;
}
