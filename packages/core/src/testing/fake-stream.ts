import type { MaskStream, ProcessSpec } from "../ports/spawner.js";

/** One output stream of a fake program: masked, handed on, kept up to its cap. */
export class FakeStream {
  readonly #mask: MaskStream | undefined;
  readonly #listener: ((text: string) => void) | undefined;
  readonly #maxBytes: number;
  #text = "";

  constructor(spec: ProcessSpec, listener: ((text: string) => void) | undefined) {
    this.#mask = spec.masker?.stream();
    this.#listener = listener;
    this.#maxBytes = spec.maxOutputBytes ?? 1 << 20;
  }

  push(part: string): void {
    this.#take(this.#mask === undefined ? part : this.#mask.push(part));
  }

  end(): { readonly text: string; readonly dropped: number } {
    this.#take(this.#mask?.end() ?? "");
    const bytes = new TextEncoder().encode(this.#text);
    if (bytes.length <= this.#maxBytes) return { text: this.#text, dropped: 0 };
    let end = this.#maxBytes;
    while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    const dropped = bytes.length - end;
    return { text: `${new TextDecoder().decode(bytes.slice(0, end))}… [truncated: ${dropped} bytes dropped]`, dropped };
  }

  #take(text: string): void {
    this.#text += text;
    if (text !== "") this.#listener?.(text);
  }
}
