import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMasker, isMaskable, maskJson } from "./mask.js";
import type { Masker } from "./ports/spawner.js";
import { Secret } from "./secret.js";

const masker = (...values: readonly string[]) => createMasker(values.map((value, at) => new Secret(`S${at}`, value)));

function streamed(by: Masker, chunks: readonly string[]): string {
  const stream = by.stream();
  return chunks.map((chunk) => stream.push(chunk)).join("") + stream.end();
}

const encoders: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64, one before": (text) => Buffer.from(`x${text}yz`).toString("base64"),
  "base64, two before": (text) => Buffer.from(`xy${text}z`).toString("base64"),
  base64url: (text) => Buffer.from(`x${text}`).toString("base64url"),
  "base64 in lines": (text) =>
    (
      Buffer.from(text)
        .toString("base64")
        .match(/.{1,76}/g) ?? []
    ).join("\r\n"),
  "hex in lines": (text) =>
    (
      Buffer.from(text)
        .toString("hex")
        .match(/.{1,60}/g) ?? []
    ).join("\n"),
  "indented base64": (text) =>
    (
      Buffer.from(text)
        .toString("base64")
        .match(/.{1,40}/g) ?? []
    ).join("\n      "),
  "hex, a blank after each byte": (text) => grouped(text, 2, " "),
  "hex, in groups of four digits": (text) => grouped(text, 4, " "),
  "hex, in indented lines of sixteen bytes": (text) => grouped(text, 2, " ").replace(/(.{47}) /g, "$1\n  "),
  hex: (text) => Buffer.from(text).toString("hex"),
  "upper-case hex": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  url: (text) => encodeURIComponent(text),
  "lower-case url": (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  form: (text) => new URLSearchParams({ k: text }).toString().slice(2),
  json: (text) => JSON.stringify(text).slice(1, -1),
  "json in json": (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  html: (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  shell: (text) => text.replaceAll("'", "'\\''"),
};

/** Hex with a separator after each group of digits. */
function grouped(text: string, digits: number, separator: string): string {
  return (
    Buffer.from(text)
      .toString("hex")
      .match(new RegExp(`.{1,${digits}}`, "g")) ?? []
  ).join(separator);
}

const secretText = fc
  .string({ unit: "grapheme", minLength: 8, maxLength: 200 })
  .filter((text) => text.trim().length >= 6);
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function cut(text: string, at: readonly number[]): readonly string[] {
  const places = [...new Set(at.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((place, index) => text.slice(index === 0 ? 0 : places[index - 1], place));
}

describe("createMasker", () => {
  for (const [name, encode] of Object.entries(encoders)) {
    it(`finds a secret as ${name}, however the text is cut`, () => {
      fc.assert(
        fc.property(secretText, fc.string(), fc.string(), cuts, (secret, before, after, at) => {
          const encoded = encode(secret);
          const out = streamed(masker(secret), cut(`${before}|${encoded}|${after}`, at));
          expect(out).toContain("[redacted]");
          const middle = encoded.slice(4, -4);
          expect(out.replaceAll("[redacted]", "\0")).not.toContain(middle.length < 6 ? encoded : middle);
        }),
        { numRuns: 150 },
      );
    });
  }

  it("gives the same for a stream as for the whole text, also when secrets overlap", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n"), minLength: 1, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n", " ", "6", "1"), maxLength: 80 });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 4 }), text, cuts, (secrets, whole, at) => {
        const by = masker(...secrets);
        const out = by.mask(whole);
        expect(streamed(by, cut(whole, at))).toBe(out);
        for (const secret of secrets) expect(out.replaceAll("[redacted]", "\0")).not.toContain(secret);
      }),
      { numRuns: 2_000 },
    );
  });

  it("leaves text without secrets as it is", () => {
    const by = masker("correct horse battery staple", "line one of a key\nline two of a key");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), cuts, (text, at) => {
        expect(streamed(by, cut(text, at))).toBe(text);
      }),
    );
  });

  it("masks each line of a secret of several lines", () => {
    const by = masker("-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n");
    expect(by.mask("a MIIEvQIBADANBg b kqhkiG9w0BAQEF")).toBe("a [redacted] b [redacted]");
  });

  it("masks a secret that ends in a line break where the break is gone", () => {
    expect(masker("hunter2hunter2\n").mask("<hunter2hunter2>")).toBe("<[redacted]>");
  });

  it("writes one mark where secrets overlap, and waits for the longer one", () => {
    const by = masker("abcd1234", "xabcd12345678");
    expect(by.mask("-abcd1234- -xabcd12345678-")).toBe("-[redacted]- -[redacted]-");
    const stream = by.stream();
    expect(stream.push("-xabcd1234")).toBe("-");
    expect(stream.push("5678-")).toBe("[redacted]-");
  });

  it("still masks a short secret, and says that it should be refused", () => {
    expect(masker("xyz").mask("axyzb")).toBe("a[redacted]b");
    expect(masker("q").mask("aqb")).toBe("a[redacted]b");
    expect(isMaskable(new Secret("S", "xyz"))).toBe(false);
    expect(isMaskable(new Secret("S", "xyz \n"))).toBe(false);
    expect(isMaskable(new Secret("S", "wxyz"))).toBe(true);
  });

  it("ignores an empty secret", () => {
    expect(masker("").mask("text")).toBe("text");
    expect(masker().stream().push("text")).toBe("text");
  });

  it("never holds back more than the longest form", () => {
    const stream = masker("a".repeat(100)).stream();
    let held = 0;
    for (let round = 0; round < 500; round++) {
      held += 10 - stream.push("a".repeat(9) + (round % 17 === 0 ? "b" : "a")).replaceAll("[redacted]", "").length;
      stream.push("\n".repeat(10));
    }
    expect(held).toBeGreaterThan(0);
    expect(stream.end().length).toBeLessThanOrEqual(300);
  });

  it("is linear on text that is made of beginnings", () => {
    const by = masker(`${"a".repeat(400)}b`, `${"ab".repeat(200)}c`);
    const time = (length: number) => {
      const text = "a".repeat(length);
      const start = performance.now();
      by.mask(text);
      return performance.now() - start;
    };
    time(100_000);
    expect(time(2_000_000)).toBeLessThan(3_000);
  });

  it("is linear on a dump with wide gaps, also when it comes in pieces", () => {
    const secret = "k9".repeat(200);
    const digits = Buffer.from(secret).toString("hex").slice(0, -2);
    const dump = `${digits.split("").join(" ".repeat(20))}x`.repeat(20);
    const stream = masker(secret).stream();
    const start = performance.now();
    let length = 0;
    for (let at = 0; at < dump.length; at += 1_000) length += stream.push(dump.slice(at, at + 1_000)).length;
    expect(length + stream.end().length).toBe(dump.length);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("maskJson", () => {
  it("masks values and keys at any depth", () => {
    const by = masker("s3cr3t-value", "12345678");
    expect(maskJson(by, { "k s3cr3t-value": [1, { deep: "a s3cr3t-value" }, null, true], n: 12345678, m: 7 })).toEqual({
      "k [redacted]": [1, { deep: "a [redacted]" }, null, true],
      n: "[redacted]",
      m: 7,
    });
  });
});
