import { randomBytes, randomUUID } from "node:crypto";
import type { Ids } from "@aiw/core";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Ids and random numbers from the system's secure source. */
export function createSystemIds(): Ids {
  return {
    run: () => `run_${letters(12)}`,
    unique: () => randomUUID(),
    random: () => Math.random(),
  };
}

/** Uniform: bytes from 252 on would favour the first letters, so they are drawn again. */
function letters(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 252 && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
