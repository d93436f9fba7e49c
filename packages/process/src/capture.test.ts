import { createMasker, Secret } from "@aiw/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Capture } from "./capture.js";

function captured(bytes: Buffer, cuts: readonly number[], options: ConstructorParameters<typeof Capture>[0]) {
  const capture = new Capture(options);
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  for (let at = 1; at < places.length; at++) capture.push(bytes.subarray(places[at - 1], places[at]));
  return capture.end();
}

describe("Capture", () => {
  it("gives the same however the bytes are cut", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat()), fc.nat(80), (value, cuts, maxBytes) => {
        const bytes = Buffer.from(value);
        const whole = captured(bytes, [], { maxBytes });
        expect(captured(bytes, cuts, { maxBytes })).toEqual(whole);
        expect(whole.dropped > 0 || whole.text === value).toBe(true);
        expect(whole.text).not.toContain("\ufffd");
      }),
    );
  });

  it("never shows a part of a secret, cut or not", () => {
    const masker = createMasker([new Secret("S", "topsecretvalue")]);
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(60), fc.string(), (cuts, maxBytes, before) => {
        const seen: string[] = [];
        const bytes = Buffer.from(`${before}|topsecretvalue|`);
        const { text } = captured(bytes, cuts, { maxBytes, masker, onText: (part) => seen.push(part) });
        expect(text + seen.join("")).not.toContain("topse");
      }),
    );
  });

  it("counts what it drops without decoding it when nobody listens", () => {
    const capture = new Capture({ maxBytes: 4 });
    for (let round = 0; round < 10; round++) capture.push(Buffer.from("abc"));
    expect(capture.end()).toEqual({ text: "abca… [truncated: 26 bytes dropped]", dropped: 26 });
  });
});
