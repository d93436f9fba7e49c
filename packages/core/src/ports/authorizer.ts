import type { Json } from "../json.js";

/** What somebody wants to do. */
export interface AuthorizationRequest {
  readonly principal: string;
  readonly action: "approve";
  readonly run: string;
  /** Path of the approval. */
  readonly step: string;
  /** Roles or users that the approval names; empty: no one in particular. */
  readonly by: readonly string[];
  /** Who asked for the run, where that is known. */
  readonly requester?: string | undefined;
  readonly fields?: Readonly<Record<string, Json>> | undefined;
}

/** Answer of an {@link Authorizer}. */
export type Authorization = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/**
 * Decides who may do what. Synchronous: it is part of deciding, and what it decides is journaled. What it does not know
 * it denies.
 */
export interface Authorizer {
  authorize(request: AuthorizationRequest): Authorization;
}
