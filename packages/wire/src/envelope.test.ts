import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEnvelope, encodeEnvelope, type Envelope, ENVELOPE_MAX_OCTETS } from "./envelope.ts";

const port = fc.record({
  port: fc.nat(65_535),
  key: fc.string({ maxLength: 40, unit: "grapheme" }),
  up: fc.boolean(),
  mtu: fc.nat(65_535),
  address: fc.string({ maxLength: 40 }),
});
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const envelope = fc.oneof<fc.Arbitrary<Envelope>[]>(
  fc.record({ seq: fc.nat(), ports: fc.record({ generation: fc.maxSafeNat(), ports: fc.array(port) }) }),
  fc.record({ ack: fc.nat(), ping: fc.record({ id: fc.maxSafeNat(), sentOctets: fc.maxSafeNat() }) }),
  fc.record({ hello: fc.record({ versions: fc.array(fc.nat()), nonce: bytes(32), token: bytes(8) }) }),
  fc.record({ credit: fc.record({ limitDatagrams: fc.maxSafeNat(), limitOctets: fc.maxSafeNat() }) }),
);

describe("an envelope", () => {
  it("decodes to what was encoded", () => {
    fc.assert(
      fc.property(envelope, (values) => {
        expect(decodeEnvelope(encodeEnvelope(values))).toMatchObject(values);
      }),
    );
  });

  it("that is cut off decodes to nothing, or to fewer fields, and never throws", () => {
    fc.assert(
      fc.property(envelope, (values) => {
        const octets = encodeEnvelope(values);
        for (let end = 0; end < octets.length; end += 1) {
          const decoded = decodeEnvelope(octets.subarray(0, end)) ?? {};
          expect(encodeEnvelope(decoded).length).toBeLessThanOrEqual(octets.length);
        }
      }),
    );
  });

  it("of 10,000 random or changed octets never throws", () => {
    const changed = fc
      .tuple(envelope, fc.nat(300), fc.nat(255))
      .map(([values, at, octet]) => encodeEnvelope(values).map((old, index) => (index === at ? octet : old)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), changed), (octets) => {
        expect(() => decodeEnvelope(octets)).not.toThrow();
      }),
      { numRuns: 10_000 },
    );
  });

  it("holds octets of its own kind: a copy of them is a copy", () => {
    const octets = encodeEnvelope({ hello: { nonce: Uint8Array.of(1, 2, 3) } });
    const nonce = decodeEnvelope(octets)?.hello?.nonce;
    for (const one of [octets, nonce]) expect(Object.getPrototypeOf(one)).toBe(Uint8Array.prototype);
  });

  it("longer than its bound is malformed", () => {
    const longest = encodeEnvelope({ bye: { reason: "x".repeat(ENVELOPE_MAX_OCTETS - 9) } });
    expect(longest).toHaveLength(ENVELOPE_MAX_OCTETS);
    expect(decodeEnvelope(longest)).toBeDefined();
    expect(decodeEnvelope(encodeEnvelope({ bye: { reason: "x".repeat(ENVELOPE_MAX_OCTETS - 8) } }))).toBeUndefined();
  });
});
