/** Who has cut a text before has added a mark with the true number; cutting that off again would give a wrong one. */
const markLength = 100;

/** A text cut to a length, with a visible mark where it was cut. */
export function capText(text: string, maxLength: number): { readonly text: string; readonly isCut: boolean } {
  if (text.length <= maxLength + markLength) return { text, isCut: false };
  const mark = `\n[cut: ${text.length - maxLength} more characters]`;
  return { text: `${wellFormedEnd(text.slice(0, maxLength))}${mark}`, isCut: true };
}

/** The end of a text, with a visible mark where it was cut. */
export function tailText(text: string, maxLength: number): string {
  if (text.length <= maxLength + markLength) return text;
  const end = text.slice(-maxLength);
  return `[cut: ${text.length - maxLength} characters before]\n${isLowSurrogate(end, 0) ? end.slice(1) : end}`;
}

/** Keeps the end of a stream without holding all of it. */
export class Tail {
  readonly #maxLength: number;
  #kept = "";
  #dropped = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  push(chunk: string): void {
    this.#kept += chunk;
    // Cutting at each chunk would copy the tail each time.
    if (this.#kept.length > this.#maxLength * 2) this.#cut();
  }

  text(): string {
    this.#cut();
    return this.#dropped === 0 ? this.#kept : `[cut: ${this.#dropped} characters before]\n${this.#kept}`;
  }

  #cut(): void {
    const over = this.#kept.length - this.#maxLength;
    if (over <= 0) return;
    const from = isLowSurrogate(this.#kept, over) ? over + 1 : over;
    this.#kept = this.#kept.slice(from);
    this.#dropped += from;
  }
}

function wellFormedEnd(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
