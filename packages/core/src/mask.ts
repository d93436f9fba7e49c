import { isJsonObject, type Json } from "./json.js";
import { leastMaskedLength, secretForms } from "./mask-forms.js";
import { Cursor, Matcher, type Span } from "./mask-scan.js";
import type { Masker, MaskStream } from "./ports/spawner.js";
import type { Secret } from "./secret.js";

const replacement = "[redacted]";

/**
 * Masks the secrets: the plain value, each of its lines, and both as base64 and base64url (at any alignment, also
 * broken into indented lines), hex (also in groups, as `xxd` and `od` write it), percent-encoding, JSON, HTML and shell text.
 *
 * One pass over the text, linear in its length. A stream holds back at most the longest form, and with
 * it the blanks inside base64 and hex: up to 24 and a line break after each character. Building costs up to 20 ms per KiB of secrets: do it once a run.
 */
export function createMasker(secrets: readonly Secret[]): Masker {
  if (secrets.length === 0) return openMasker;
  const forms = secretForms(secrets.map((secret) => secret.reveal()));
  if (forms.literal.size === 0) return openMasker;
  const matchers = [new Matcher(forms.literal, false)];
  if (forms.wrapped.size > 0) matchers.push(new Matcher(forms.wrapped, true));
  const stream = () => new Masking(matchers.map((matcher) => new Cursor(matcher)));
  return {
    mask(text) {
      const masking = stream();
      return masking.push(text) + masking.end();
    },
    stream,
  };
}

/** Is it long enough to be masked without shredding ordinary text? Preflight refuses others with `secret_unsafe`. */
export function isMaskable(secret: Secret): boolean {
  return secret.reveal().trim().length >= leastMaskedLength;
}

/** The same value with every text in it masked, keys included. A number that is a secret becomes text. */
export function maskJson(masker: Masker, value: Json): Json {
  if (typeof value === "string") return masker.mask(value);
  if (typeof value === "number") return masker.mask(String(value)) === replacement ? replacement : value;
  if (Array.isArray(value)) return value.map((item: Json) => maskJson(masker, item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [masker.mask(key), maskJson(masker, item)]));
}

const openStream: MaskStream = { push: (chunk) => chunk, end: () => "" };

const openMasker: Masker = { mask: (text) => text, stream: () => openStream };

class Masking implements MaskStream {
  readonly #cursors: readonly Cursor[];
  #held = "";
  /** Found in the held text and not yet written. */
  #pending: readonly Span[] = [];
  /** Up to here the held text belongs to a secret whose replacement is written. */
  #covered = 0;

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
  }

  push(chunk: string): string {
    if (chunk === "") return "";
    const text = this.#held + chunk;
    const spans = [...this.#pending, ...this.#cursors.flatMap((cursor) => cursor.scan(text, this.#held.length))];
    return this.#write(text, merge(spans), Math.min(...this.#cursors.map((cursor) => cursor.undecided(text))));
  }

  end(): string {
    return this.#write(this.#held, this.#pending, this.#held.length);
  }

  /** Writes what is before the border and keeps the rest. */
  #write(text: string, spans: readonly Span[], border: number): string {
    let out = "";
    let written = Math.min(this.#covered, border);
    let covered = this.#covered;
    const pending: Span[] = [];
    for (const span of spans) {
      if (span.start >= border && span.start >= covered) {
        pending.push({ start: span.start - border, end: span.end - border });
        continue;
      }
      // A find that overlaps what is replaced already only makes that longer.
      if (span.start >= covered) out += text.slice(written, span.start) + replacement;
      covered = Math.max(covered, span.end);
      written = Math.min(covered, border);
    }
    out += text.slice(written, border);
    this.#held = text.slice(border);
    this.#pending = pending;
    this.#covered = Math.max(0, covered - border);
    return out;
  }
}

/** In order, overlapping ones joined. */
function merge(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans;
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start < last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else merged.push(span);
  }
  return merged;
}
