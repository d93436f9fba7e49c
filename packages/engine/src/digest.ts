import { hash } from "node:crypto";
import type { Digest } from "@aiw/core";

/** Node's SHA-256: ten times as fast as the portable one, and each step needs two. */
export const digest: Digest = (text) => hash("sha256", text, "hex");
