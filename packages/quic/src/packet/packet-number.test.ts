import fc from "fast-check";
import { expect, it } from "vitest";
import { decodePacketNumber, packetNumberOctets, writePacketNumber } from "./packet-number.ts";

// RFC 9000 appendix A.2 and A.3.
it("is as long as the RFC's examples have it, and decodes as they do", () => {
  expect(packetNumberOctets(0xac5c02, 0xabe8b3)).toBe(2);
  expect(packetNumberOctets(0xace8fe, 0xabe8b3)).toBe(3);
  expect(decodePacketNumber(0x9b32, 2, 0xa82f30ea)).toBe(0xa82f9b32);
});

it("is whole again for a receiver that has what the sender knows it has, and half a window more", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.nat(2 ** 29), fc.nat(2 ** 30), (acked, ahead, ofReceiver) => {
      const number = acked + 1 + ahead;
      const length = packetNumberOctets(number, acked);
      const octets = new Uint8Array(4);
      writePacketNumber(octets, 0, number, length);
      const truncated = octets.subarray(0, length).reduce((value, octet) => value * 256 + octet, 0);
      // Whatever the receiver has beyond the acknowledged packet, up to this one.
      const largest = acked + Math.min(ahead, ofReceiver);
      expect(decodePacketNumber(truncated, length, largest)).toBe(number);
    }),
    { numRuns: 10_000 },
  );
});
