import { failSyntax } from "./fault.js";

const simpleEscapes: Readonly<Record<string, string>> = {
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** A string literal that was read. */
export interface StringLiteral {
  readonly value: string;
  /** Offset behind the closing quote. */
  readonly end: number;
}

/**
 * Reads a string in single or double quotes, with the escapes of CEL.
 *
 * @param start - Offset of the opening quote.
 * @see CEL specification, section "String and Bytes Values".
 */
export function readString(source: string, start: number): StringLiteral {
  const quote = source[start];
  let value = "";
  let at = start + 1;
  while (at < source.length) {
    const char = source[at] ?? "";
    if (char === quote) return { value, end: at + 1 };
    if (char === "\n" || char === "\r") break;
    if (char === "\\") {
      const escaped = readEscape(source, at);
      value += escaped.value;
      at = escaped.end;
    } else {
      value += char;
      at += 1;
    }
  }
  return failSyntax(
    { start, end: at },
    "the string is not closed",
    `end it with ${quote}; a line break is written \\n`,
  );
}

function readEscape(source: string, start: number): StringLiteral {
  const next = source[start + 1] ?? "";
  const simple = Object.hasOwn(simpleEscapes, next) ? simpleEscapes[next] : undefined;
  if (simple !== undefined) return { value: simple, end: start + 2 };
  if (next === "x" || next === "X") return readCode(source, start, { skip: 2, length: 2, radix: 16 });
  if (next === "u") return readCode(source, start, { skip: 2, length: 4, radix: 16 });
  if (next === "U") return readCode(source, start, { skip: 2, length: 8, radix: 16 });
  if (next >= "0" && next <= "7") return readCode(source, start, { skip: 1, length: 3, radix: 8 });
  return failSyntax(
    { start, end: Math.min(start + 2, source.length) },
    `'\\${next}' is not an escape sequence`,
    "write \\\\ for a backslash",
  );
}

function readCode(
  source: string,
  start: number,
  form: { readonly skip: number; readonly length: number; readonly radix: number },
): StringLiteral {
  const end = start + form.skip + form.length;
  const digits = source.slice(start + form.skip, end);
  const allowed = form.radix === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/;
  const code = Number.parseInt(digits, form.radix);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  const max = form.radix === 8 ? 0xff : 0x10ffff;
  if (digits.length !== form.length || !allowed.test(digits) || code > max || isSurrogate) {
    const kind = form.radix === 8 ? "octal" : "hexadecimal";
    return failSyntax(
      { start, end: Math.min(end, source.length) },
      "the escape sequence is not a character",
      `it takes ${form.length} ${kind} digits`,
    );
  }
  return { value: String.fromCodePoint(code), end };
}
