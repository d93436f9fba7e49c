/**
 * The texts in which a secret may show up: itself, its lines, and both in the encodings that tools apply to what they
 * print.
 */
export interface SecretForms {
  /** To be found as they are. */
  readonly literal: ReadonlySet<string>;
  /** Base64 and hex: tools break these into lines, indent and group them, so blanks inside them do not count. */
  readonly wrapped: ReadonlySet<string>;
}

/** Shorter pieces are not looked for, except a secret that is itself shorter. */
export const leastMaskedLength = 4;

/** All forms of the given plain values. Empty values have none. */
export function secretForms(values: readonly string[]): SecretForms {
  const literal = new Set<string>();
  const wrapped = new Set<string>();
  for (const value of values) {
    if (value !== "") literal.add(value);
    for (const part of partsOf(value)) {
      for (const form of textForms(part)) if (form.length >= leastMaskedLength) literal.add(form);
      for (const form of byteForms(part)) if (form.length >= leastMaskedLength) wrapped.add(form);
    }
  }
  return { literal, wrapped };
}

/** The value and, where it has several lines or blank edges, each line: programs print them one by one. */
function partsOf(value: string): readonly string[] {
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  return [value, ...lines.filter((line) => /[\p{L}\p{N}]/u.test(line))].filter(
    (part) => part.length >= leastMaskedLength,
  );
}

function textForms(text: string): readonly string[] {
  const json = jsonForms(text);
  return [text, ...json, ...json.flatMap(jsonForms), ...urlForms(text), ...htmlForms(text), ...shellForms(text)];
}

function jsonForms(text: string): readonly string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = plain.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [plain, ascii, plain.replaceAll("/", "\\/"), ascii.replaceAll("/", "\\/")];
}

function urlForms(text: string): readonly string[] {
  const component = encodeURIComponent(text.toWellFormed());
  const strict = component.replace(/[!'()*]/g, percent);
  const form = component.replace(/[!'()~]/g, percent).replaceAll("%20", "+");
  const upper = [component, strict, form, strict.replaceAll("%20", "+")].flatMap((each) => [
    each,
    each.replaceAll("%2F", "/"),
  ]);
  return [...upper, encodeURI(text.toWellFormed())].flatMap((each) => [
    each,
    each.replace(/%../g, (code) => code.toLowerCase()),
  ]);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

function htmlForms(text: string): readonly string[] {
  const base = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = base.replaceAll('"', "&quot;");
  return [base, quoted, ...["&#39;", "&#x27;", "&apos;"].map((entity) => quoted.replaceAll("'", entity))];
}

function shellForms(text: string): readonly string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\]/g, "\\$&"),
    text.replace(/[^\w@%+=:,./\-\u0080-\uffff]/g, "\\$&"),
    text.replace(/[^\w@%+=:./\-\u0080-\uffff]/g, "\\$&"),
  ];
}

function byteForms(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((offset) => base64Forms(bytes, offset))];
}

/**
 * Base64 of the bytes as it looks `offset` bytes into a group of three. Characters that also depend on a neighbour
 * are left out in front; at the end there is a form for "more follows" and one for "ends here".
 */
function base64Forms(bytes: Uint8Array, offset: number): readonly string[] {
  const shifted = new Uint8Array(offset + bytes.length);
  shifted.set(bytes, offset);
  const padded = base64(shifted);
  const start = Math.ceil((offset * 8) / 6);
  const sure = padded.slice(start, Math.floor((shifted.length * 8) / 6));
  const whole = padded.slice(start);
  return [sure, whole, whole.replaceAll("=", "")].flatMap((form) => [
    form,
    form.replaceAll("+", "-").replaceAll("/", "_"),
  ]);
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
