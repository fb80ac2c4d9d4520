import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRecord, decodeRecordOf, encodeOwnRecord, encodeRecord, openRecord, sealRecord } from "./record-codec.ts";
import type { ServiceRecord } from "./record.ts";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/);
const records: fc.Arbitrary<ServiceRecord> = fc.record({
  service: fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join(".")),
  network: label,
  protocol: fc.constantFrom("tcp", "udp"),
  port: fc.integer({ min: 1, max: 65_535 }),
  publisher: fc.stringMatching(/^[0-9a-f]{64}$/),
  serial: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  weight: fc.integer({ min: 0, max: 1000 }),
  state: fc.constantFrom("up", "down", "draining"),
  zone: fc.oneof(fc.constant(""), label),
  priority: fc.integer({ min: 0, max: 15 }),
  tags: fc.array(label, { maxLength: 8 }),
  tableSize: fc.constantFrom(0, 4093, 65_537),
  affinity: fc.constantFrom("flow", "client", "node", "none"),
  boundedLoad: fc.constantFrom(0, 125),
  wantsUser: fc.boolean(),
  wantsClient: fc.boolean(),
  isFallback: fc.boolean(),
});

/** A signature that everybody can make: enough to see what is signed. */
const sign = (octets: Uint8Array): Uint8Array => Uint8Array.of(octets.length & 0xff, octets.at(-1) ?? 0);
const verify = (_key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  sign(message).every((octet, at) => octet === signature[at]);

test("what is encoded decodes to itself", () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(decodeRecord(encodeRecord(record))).toEqual({ record });
    }),
  );
});

test("a record of an advertisement is its origin's, whatever it says", () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(decodeRecordOf(record.publisher, encodeOwnRecord(record))).toEqual({ record });
      const other = "f".repeat(63) + (record.publisher.endsWith("0") ? "1" : "0");
      expect(decodeRecordOf(other, encodeRecord(record))).toEqual({ error: "the record of another publisher" });
    }),
  );
});

test("what is sealed opens, and not under another signature", () => {
  fc.assert(
    fc.property(records, (record) => {
      const sealed = sealRecord(record, sign);
      expect(openRecord(sealed, verify)).toEqual({ record });
      expect(openRecord(sealed, () => false)).toEqual({ error: "the publisher's signature is wrong" });
    }),
  );
});

test("no octets make the decoders throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      decodeRecord(octets);
      openRecord(octets, verify);
    }),
    { numRuns: 10_000 },
  );
});

test("a record with one octet flipped is refused or another record, never half of one", () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (record, where, by) => {
      const octets = encodeRecord(record);
      octets[where % octets.length]! ^= by;
      const decoded = decodeRecord(octets);
      expect("error" in decoded || decoded.record.publisher.length === 64).toBe(true);
    }),
  );
});

test("a record longer than a kilobyte is refused unread", () => {
  expect(decodeRecord(new Uint8Array(1025))).toEqual({ error: expect.stringContaining("1025 octets") });
});
