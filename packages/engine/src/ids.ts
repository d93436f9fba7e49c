import { randomBytes, randomUUID } from "node:crypto";
import type { Ids } from "@aiw/core";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Ids and random numbers from the system's secure source. */
export function createSystemIds(): Ids {
  const letters = createLetters();
  return {
    run: () => `run_${letters(12)}`,
    unique: () => randomUUID(),
    random: () => Math.random(),
  };
}

/** Uniform: bytes from 252 on would favour the first letters, so they are left out. Drawn in blocks: a draw costs more than its bytes. */
function createLetters(): (length: number) => string {
  let block: Iterator<number> = randomBytes(0).values();
  return (length) => {
    let text = "";
    while (text.length < length) {
      const { value, done } = block.next();
      if (done === true) block = randomBytes(256).values();
      else if (value < 252) text += alphabet[value % alphabet.length];
    }
    return text;
  };
}
