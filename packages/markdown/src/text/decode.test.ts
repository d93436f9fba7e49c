import { isAiwError } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { decodeSource, maxFileBytes } from "./decode.js";

function codeOf(bytes: Uint8Array): string | undefined {
  try {
    decodeSource(bytes);
    return undefined;
  } catch (error) {
    return isAiwError(error) ? error.code : "untyped";
  }
}

describe("decodeSource", () => {
  it("reads UTF-8, drops the byte order mark and keeps line ends", () => {
    expect(decodeSource(new TextEncoder().encode("\ufeffä\r\nb"))).toBe("ä\r\nb");
  });

  it("refuses binary files, other encodings and large files with typed errors", () => {
    expect(codeOf(new Uint8Array([0x23, 0x20, 0x00]))).toBe("file_unreadable");
    expect(codeOf(new Uint8Array([0xff, 0xfe, 0x41]))).toBe("file_unreadable");
    expect(codeOf(new Uint8Array(maxFileBytes + 1).fill(0x41))).toBe("file_too_large");
    expect(codeOf(new Uint8Array(maxFileBytes).fill(0x41))).toBeUndefined();
  });
});
