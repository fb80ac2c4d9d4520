import * as fc from "fast-check";
import { expect, it } from "vitest";
import { quote } from "./quote.ts";

it.each([
  ["www.example.org", "www.example.org"],
  ["Bücher.example 日本", "Bücher.example 日本"],
  ["a\nb\r\tc", String.raw`a\x0ab\x0d\x09c`],
  ["\u001B[31mred", String.raw`\x1b[31mred`],
  ["\u007F\u009B", String.raw`\x7f\x9b`],
  ["a\u2028b\u2029", String.raw`a\u{2028}b\u{2029}`],
  ["\u202Egro.elpmaxe", String.raw`\u{202e}gro.elpmaxe`],
  ["\u2066\u2069\u200F\uFEFF\u061C", String.raw`\u{2066}\u{2069}\u{200f}\u{feff}\u{61c}`],
  ["\uD800", String.raw`\u{d800}`],
  ["\u{E0041}", String.raw`\u{e0041}`],
  ["\0", String.raw`\x00`],
  [String.raw`\x0a`, String.raw`\x0a`],
])("%j becomes %j", (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

it("cuts a name at 256 octets, between characters", () => {
  expect(quote("a".repeat(256))).toBe("a".repeat(256));
  expect(quote("a".repeat(257))).toBe(`${"a".repeat(253)}…`);
  expect(quote("ä".repeat(200))).toBe(`${"ä".repeat(126)}…`);
  expect(quote("\u00FF".repeat(255))).toBe(`${"ÿ".repeat(126)}…`);
  expect(quote("x\n".repeat(1_000_000)).length).toBeLessThanOrEqual(256);
});

it("never exceeds its bound, holds nothing unsafe, and quoting twice is quoting once", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.integer({ min: 3, max: 300 }), (text, max) => {
      const quoted = quote(text, max);
      expect(Buffer.byteLength(quoted)).toBeLessThanOrEqual(max);
      expect(quoted).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(quote(quoted, max)).toBe(quoted);
    }),
    { numRuns: 500 },
  );
});
