import { AiwError, type JsonObject } from "@aiw/core";

/** Why an edit was not made, in `details.reason` of the error. */
export type PatchReason =
  /** No step with that id, or no part of that name. */
  | "unknown"
  /** The settings that it would change cannot be read. */
  | "unreadable"
  /** What it asks for has no place there. */
  | "no_place"
  /** The file would have problems that it has not. */
  | "problems"
  /** More or other things than asked for would change. */
  | "not_as_asked";

/** The error of an edit that was not made; the text is as it was. */
export function patchFault(reason: PatchReason, message: string, hint: string, details: JsonObject = {}): AiwError {
  return new AiwError("patch_failed", message, { hint, details: { reason, ...details } });
}
