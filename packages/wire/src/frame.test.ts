import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FRAME_HEADER_OCTETS,
  frameEnd,
  readFrameHeader,
  tokenEquals,
  tokenFrom,
  viewOf,
  writeFrameHeader,
  writeToken,
} from "./frame.ts";

const octet = fc.nat(0xff);
const word = fc.nat(0xffff);
const half = fc.integer({ min: 0, max: 0xffff_ffff });
const token = fc.record({ high: half, low: half });
const header = fc.record({ type: octet, flags: octet, length: fc.nat(2000), port: word, token });

describe("a frame header", () => {
  it("reads back as it was written, at any offset", () => {
    fc.assert(
      fc.property(header, fc.nat(40), (values, offset) => {
        const octets = new Uint8Array(offset + FRAME_HEADER_OCTETS + values.length);
        writeFrameHeader(viewOf(octets), offset, values);
        expect(readFrameHeader(viewOf(octets), offset, octets.length)).toEqual(values);
        expect([octets[offset + 6], octets[offset + 7]]).toEqual([0, 0]);
      }),
    );
  });

  it("is nothing at every shorter end", () => {
    fc.assert(
      fc.property(header, fc.nat(3000), (values, cut) => {
        const octets = new Uint8Array(FRAME_HEADER_OCTETS + values.length);
        const view = viewOf(octets);
        writeFrameHeader(view, 0, values);
        const end = cut % octets.length;
        expect(frameEnd(view, 0, end)).toBe(0);
        expect(readFrameHeader(view, 0, end)).toBeUndefined();
      }),
    );
  });

  it("cuts 10,000 random bundles without a throw, and never beyond their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        const view = viewOf(octets);
        for (let at = 0; at < octets.length;) {
          const end = frameEnd(view, at, octets.length);
          if (end === 0) break;
          expect(end).toBeGreaterThanOrEqual(at + FRAME_HEADER_OCTETS);
          expect(end).toBeLessThanOrEqual(octets.length);
          at = end;
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("a token", () => {
  it("equals the octets it was written as, and no others", () => {
    fc.assert(
      fc.property(token, fc.nat(63), (values, bit) => {
        const octets = new Uint8Array(8);
        writeToken(viewOf(octets), 0, values);
        expect(tokenEquals(viewOf(octets), 0, values)).toBe(true);
        octets[bit >> 3] = (octets[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(tokenEquals(viewOf(octets), 0, values)).toBe(false);
      }),
    );
  });

  it("of random octets is those octets, and never all zero", () => {
    expect(tokenFrom(Uint8Array.of(1, 2, 3, 4, 0xf5, 6, 7, 8))).toEqual({ high: 0x01020304, low: 0xf5060708 });
    expect(tokenFrom(new Uint8Array(8))).toEqual({ high: 0, low: 1 });
  });
});
