import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OctetReader } from "./octet-reader.ts";
import { varintOctets, writeVarint, writeVarint2 } from "./varint.ts";

function readerOf(octets: readonly number[]): OctetReader {
  const reader = new OctetReader();
  reader.begin(Uint8Array.from(octets), 0, octets.length);
  return reader;
}

describe("a variable-length integer", () => {
  // RFC 9000 appendix A.1; the first is 151,288,809,941,952,652 there, beyond what a number holds exactly.
  it.each([
    [[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333],
    [[0x7b, 0xbd], 15_293],
    [[0x25], 37],
    [[0x40, 0x25], 37],
  ])("of the RFC, %j, is %i", (octets, value) => {
    expect(readerOf(octets).varint()).toBe(value);
  });

  it("of eight octets is read, as exactly as a number is", () => {
    expect(readerOf([0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c]).varint()).toBe(Number(151_288_809_941_952_652n));
  });

  it("is the same when it is written and read, and takes what is said", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const octets = new Uint8Array(8);
        const end = writeVarint(octets, 0, value);
        const reader = readerOf([...octets.subarray(0, end)]);
        expect([reader.varint(), reader.left, reader.isBroken, end]).toEqual([value, 0, false, varintOctets(value)]);
      }),
      { numRuns: 10_000 },
    );
  });

  it("is broken in every prefix of itself", () => {
    fc.assert(
      fc.property(fc.integer({ min: 64, max: Number.MAX_SAFE_INTEGER }), fc.nat(7), (value, cut) => {
        const octets = new Uint8Array(8);
        const end = writeVarint(octets, 0, value);
        const reader = readerOf([...octets.subarray(0, Math.min(cut, end - 1))]);
        reader.varint();
        expect(reader.isBroken).toBe(true);
      }),
    );
  });

  it("has a form of two octets for lengths that are known later", () => {
    const octets = new Uint8Array(2);
    writeVarint2(octets, 0, 37);
    expect([...octets]).toEqual([0x40, 0x25]);
  });
});
