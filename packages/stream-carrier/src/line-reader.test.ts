import fc from "fast-check";
import { expect, it } from "vitest";
import { LineReader } from "./line-reader.ts";

function readLines(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return lines;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

it("gives lines without their ends, and the last without one", () => {
  expect(readLines([encode("one\r\n\ntw"), encode("o\nthr"), encode("ee")])).toEqual(["one", "two", "three"]);
});

it("cuts a long line, however it comes, and keeps no more of it", () => {
  const lines = readLines([...Array.from({ length: 100 }, () => encode("x".repeat(1000))), encode("\nnext\n")]);
  expect(lines.map(({ length }) => length)).toEqual([1024, 4]);
});

it("gives the same lines at every split", () => {
  const text = "äpfel\nund\nbirnen\n";
  fc.assert(
    fc.property(fc.nat({ max: encode(text).length }), (at) => {
      const octets = encode(text);
      expect(readLines([octets.subarray(0, at), octets.subarray(at)])).toEqual(["äpfel", "und", "birnen"]);
    }),
  );
});
