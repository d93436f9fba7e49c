import { StringDecoder } from "node:string_decoder";
import type { Masker, MaskStream } from "@aiw/core";

/** How one stream is kept. */
export interface CaptureOptions {
  readonly maxBytes: number;
  readonly masker?: Masker | undefined;
  readonly onText?: ((text: string) => void) | undefined;
}

/**
 * One output stream: decoded, masked, handed on, and its start kept. Listeners get all of it; what does not fit is
 * counted and dropped from what is kept.
 */
export class Capture {
  readonly #options: CaptureOptions;
  readonly #decoder = new StringDecoder("utf8");
  readonly #mask: MaskStream | undefined;
  readonly #parts: string[] = [];
  #keptBytes = 0;
  #droppedBytes = 0;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#mask = options.masker?.stream();
  }

  push(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    // Nobody would see it: not worth masking.
    if (this.#droppedBytes > 0 && this.#options.onText === undefined) this.#droppedBytes += Buffer.byteLength(text);
    else this.#take(this.#masked(text));
  }

  end(): { readonly text: string; readonly dropped: number } {
    this.#take(this.#masked(this.#decoder.end()) + (this.#mask?.end() ?? ""));
    if (this.#droppedBytes > 0) this.#parts.push(`… [truncated: ${this.#droppedBytes} bytes dropped]`);
    return { text: this.#parts.join(""), dropped: this.#droppedBytes };
  }

  #masked(text: string): string {
    return this.#mask === undefined ? text : this.#mask.push(text);
  }

  #take(text: string): void {
    if (text === "") return;
    const size = Buffer.byteLength(text);
    const room = this.#droppedBytes > 0 ? 0 : this.#options.maxBytes - this.#keptBytes;
    const kept = size <= room ? text : cutAt(text, room);
    const keptSize = kept === text ? size : Buffer.byteLength(kept);
    if (kept !== "") this.#parts.push(kept);
    this.#keptBytes += keptSize;
    this.#droppedBytes += size - keptSize;
    this.#options.onText?.(text);
  }
}

/** The longest start that fits, without half a character. */
function cutAt(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let end = Math.max(0, maxBytes);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
