import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOf } from "./connection-id.ts";
import { longPacketType, readLongHeader } from "./long-header.ts";

/** The client Initial of RFC 9001 appendix A.2, its header. */
const INITIAL = new Uint8Array(Buffer.from("c000000001088394c8f03e5157080000449e7b9aec34", "hex"));

describe("long header", () => {
  it("reads the Initial of RFC 9001 appendix A.2", () => {
    const header = readLongHeader(INITIAL, 0, INITIAL.length);
    expect(header?.type).toBe(longPacketType.initial);
    expect(Buffer.from(header?.destination ?? []).toString("hex")).toBe("8394c8f03e515708");
    expect(header?.source).toHaveLength(0);
    expect(header?.token).toHaveLength(0);
  });

  it("reads tokens of one and of two octets' length", () => {
    const head = Buffer.from("c0000000010002aabb", "hex");
    const short = new Uint8Array(Buffer.concat([head, Buffer.from([3, 1, 2, 3]), Buffer.alloc(9)]));
    expect(readLongHeader(short, 0, short.length)?.token).toEqual(Uint8Array.of(1, 2, 3));
    const long = new Uint8Array(Buffer.concat([head, Buffer.from([0x40, 0x64]), Buffer.alloc(100, 7)]));
    expect(readLongHeader(long, 0, long.length)?.token).toEqual(new Uint8Array(100).fill(7));
    expect(readLongHeader(long, 0, long.length - 1)).toBeUndefined();
  });

  it("reads nothing of another version, of a short header, or of an id above twenty octets", () => {
    for (const [at, value] of [
      [0, 0x40],
      [0, 0x80],
      [4, 2],
      [5, 21],
    ] as const) {
      const changed = new Uint8Array(64);
      changed.set(INITIAL);
      changed[at] = value;
      expect(readLongHeader(changed, 0, changed.length)).toBeUndefined();
    }
  });

  it("reads no prefix that ends within the ids or the token", () => {
    for (let end = 0; end < 17; end += 1) expect(readLongHeader(INITIAL, 0, end)).toBeUndefined();
  });

  it("never throws and never reads beyond the end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(8), (random, offset) => {
        const octets = Uint8Array.from([...new Uint8Array(offset), 0xc0, 0, 0, 0, 1, ...random, 1, 2, 3]);
        const header = readLongHeader(octets, offset, octets.length - 3);
        if (header === undefined) return;
        for (const part of [header.destination, header.source, header.token]) {
          expect(part.byteOffset + part.length).toBeLessThanOrEqual(octets.length - 3);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("connection id key", () => {
  it("is the number that the first six octets spell", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (id) => {
        const spelled = Buffer.from(id).readUIntBE(0, 6);
        expect(keyOf(id, 0)).toBe(spelled);
      }),
    );
  });
});
